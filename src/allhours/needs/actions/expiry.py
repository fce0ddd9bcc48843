"""What nobody takes up: the community is asked to arrange it; later it leaves the wall."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel.retry import with_retry
from allhours.needs import notices, reasons
from allhours.needs.actions import claims
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.needs.queries.limits import wish_limits
from allhours.needs.queries.unclaimed import expires_at, unclaimed_since

DAY = timedelta(days=1)


def remind_of_unclaimed(*, now: datetime) -> int:
    """Once for each wish, on the day its term passes; how many."""
    days = wish_limits(now).unclaimed_days
    term = now - timedelta(days=days)
    rows = unclaimed_since(term).filter(opened_at__gt=term - DAY).order_by("pk")
    for wish in rows:
        notices.wish_unclaimed(wish, days, now=now)
    return len(rows)


def expire_unclaimed(*, actor: Actor, now: datetime) -> int:
    """Where the scheme says so: off the wall after twice its term, with the reason; how many."""
    before = expires_at(now)
    if before is None:
        return 0
    days = 2 * wish_limits(now).unclaimed_days
    reason = reasons.stored(reasons.UNCLAIMED, days=days)
    return sum(
        with_retry(partial(_expire, actor, wish, reason, now))
        for wish in unclaimed_since(before).order_by("pk")
    )


@transaction.atomic
def _expire(actor: Actor, wish: Wish, reason: str, now: datetime) -> bool:
    """False if somebody has taken it up by now."""
    won = Wish.objects.filter(pk=wish.pk, state=WishState.OPEN, taken=0).update(
        state=WishState.EXPIRED, ended_at=now, end_reason=reason
    )
    if not won:
        return False
    claims.end_all(actor=actor, wish=wish, now=now)  # those who waited
    journal.note(actor=actor, did="wish.expired", to=wish, now=now, before=str(wish.state))
    notices.after_commit(notices.wish_expired, wish.pk, now=now)
    return True
