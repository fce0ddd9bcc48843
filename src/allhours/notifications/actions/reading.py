"""What a reader does with their own notices."""

from __future__ import annotations

from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.notifications.models import Notice


def mark_read(*, actor: Actor, notice: Notice, now: datetime) -> None:
    """The reader's own; marking twice keeps the first time."""
    Notice.objects.filter(pk=notice.pk, user_id=actor.user_id or 0, read_at=None).update(
        read_at=now
    )


def mark_unread(*, actor: Actor, notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk, user_id=actor.user_id or 0).update(read_at=None)


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """How many were unread until now; `undo_read` with the same `now` takes it back."""
    return Notice.objects.filter(user_id=actor.user_id or 0, read_at=None).update(read_at=now)


def undo_read(*, actor: Actor, at: datetime) -> int:
    """Unread again is what was marked at this very instant."""
    return Notice.objects.filter(user_id=actor.user_id or 0, read_at=at).update(read_at=None)
