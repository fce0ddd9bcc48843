from allhours.accounts.models.journal import JournalEntry
from allhours.accounts.models.user import ActivationSlip, SignInRecord, User

__all__ = ["ActivationSlip", "JournalEntry", "SignInRecord", "User"]
