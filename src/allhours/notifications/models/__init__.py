from allhours.notifications.models.contact import Contact
from allhours.notifications.models.notice import Notice
from allhours.notifications.models.outgoing import DigestSent, Outgoing

__all__ = ["Contact", "DigestSent", "Notice", "Outgoing"]
