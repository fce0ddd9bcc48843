"""Telling is what every room does, so it stands here; the rest is a person's own or a desk's."""

from allhours.notifications.actions.reading import mark_all_read, mark_read, mark_unread, undo_read
from allhours.notifications.actions.telling import settle, settle_for, tell, tell_many

__all__ = [
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "settle",
    "settle_for",
    "tell",
    "tell_many",
    "undo_read",
]
