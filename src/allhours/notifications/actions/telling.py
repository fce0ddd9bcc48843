"""Telling people what happened, and that it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from allhours.kernel.retry import with_retry
from allhours.notifications import settling, texts
from allhours.notifications.actions.queueing import queue
from allhours.notifications.models import Notice

MOST = 500  # open notices of one key looked at in one go, the newest


def tell(
    user_id: int | None,
    key: str,
    *,
    now: datetime,
    url: str = "",
    due_on: date | None = None,
    about: str = "",
    **params: Any,
) -> None:
    """Put one line into a person's inbox; somebody without a sign-in (None) is not told.

    Call it after commit: `transaction.on_commit(partial(tell, user_id=…, key="…", now=now))`.
    `params` fill the blanks of the registered text: codes, titles and numbers, nothing personal.
    `due_on` is the last day on which what is asked is in time; `about` (“wish:7KQM”) names the
    thing, so that `settle` can say that it is done.
    """
    if user_id is not None:
        tell_many([user_id], key, now=now, url=url, due_on=due_on, about=about, **params)


def tell_many(
    user_ids: Iterable[int],
    key: str,
    *,
    now: datetime,
    url: str = "",
    due_on: date | None = None,
    about: str = "",
    **params: Any,
) -> None:
    """The same line into several inboxes; each person gets it once.

    Who wants to hear of it by mail is queued in the same transaction.
    """
    if not texts.known(key):
        raise ValueError(f"no text is registered for the notice `{key}`")
    users = list(dict.fromkeys(user_ids))
    if users:
        each = partial(
            Notice, key=key, params=params, url=url, due_on=due_on, about=about, created_at=now
        )
        with_retry(lambda: _write([each(user_id=user_id) for user_id in users], now))


@transaction.atomic
def _write(notices: list[Notice], now: datetime) -> None:
    queue(Notice.objects.bulk_create(notices, batch_size=500), now=now)


def settle(*, about: str, now: datetime, keys: Collection[str] = ()) -> int:
    """Show the notices of a thing as done to everybody who got them; how many there were.

    `keys` restricts it to some of them; without, all of the thing are done.
    """
    open_ = Notice.objects.filter(about=about, done_at=None)
    return (open_.filter(key__in=keys) if keys else open_).update(done_at=now)


def settle_for(*, user_ids: Iterable[int], keys: Collection[str], now: datetime) -> int:
    """The same for what some people were told of themselves."""
    users = list(user_ids)
    open_ = Notice.objects.filter(user_id__in=users, key__in=keys, done_at=None)
    return open_.update(done_at=now)


def settle_open(*, now: datetime) -> int:
    """Ask each room which of its things are done; how many notices that settled."""
    return sum(_settle_key(key, resolver, now) for key, resolver in settling.RESOLVERS.items())


def _settle_key(key: str, resolver: settling.Resolver, now: datetime) -> int:
    open_ = Notice.objects.filter(key=key, done_at=None).exclude(about="").order_by("-pk")
    abouts = {
        about.partition(":")[2]: about for about in open_.values_list("about", flat=True)[:MOST]
    }
    done = [abouts[code] for code in resolver(abouts.keys())] if abouts else []
    return Notice.objects.filter(key=key, about__in=done, done_at=None).update(done_at=now)
