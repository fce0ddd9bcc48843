"""Telling people what happened; reading is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from allhours.accounts.actor import Actor
from allhours.kernel.retry import with_retry
from allhours.notifications import texts
from allhours.notifications.models import Notice


def tell(user_id: int | None, key: str, *, now: datetime, url: str = "", **params: Any) -> None:
    """Put one line into a person's inbox; somebody without a sign-in (None) is not told.

    Call it after commit: `transaction.on_commit(partial(tell, user_id=…, key="…", now=now))`.
    `params` fill the blanks of the registered text: codes, titles and numbers, nothing personal.
    """
    if user_id is not None:
        tell_many([user_id], key, now=now, url=url, **params)


def tell_many(
    user_ids: Iterable[int], key: str, *, now: datetime, url: str = "", **params: Any
) -> None:
    """The same line into several inboxes; each person gets it once."""
    if not texts.known(key):
        raise ValueError(f"no text is registered for the notice `{key}`")
    notices = [
        Notice(user_id=user_id, key=key, params=params, url=url, created_at=now)
        for user_id in dict.fromkeys(user_ids)
    ]
    if notices:
        with_retry(partial(Notice.objects.bulk_create, notices, batch_size=500))


def mark_read(*, actor: Actor, notice: Notice, now: datetime) -> None:
    """The reader's own; marking twice keeps the first time."""
    Notice.objects.filter(pk=notice.pk, user_id=actor.user_id or 0, read_at=None).update(
        read_at=now
    )


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """How many were unread until now."""
    return Notice.objects.filter(user_id=actor.user_id or 0, read_at=None).update(read_at=now)
