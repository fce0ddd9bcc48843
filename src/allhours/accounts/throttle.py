"""Counting what may be tried only so often: second factors, slips, codes of an address.

An attempt is counted before it is judged, by a conditional update that commits at once, so that a
thousand guesses at the same instant are a thousand counted guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from allhours.accounts.models import Attempts
from allhours.kernel import crypto

HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts within a window, counted from the first of them."""

    name: str
    most: int
    window: timedelta = HALF_AN_HOUR

    def key(self, of: object) -> str:
        return crypto.lookup_hash(f"{self.name}:{of}", "attempts")


SECOND_FACTOR = Limit("factor", 5)
REPEATED_PROOF = Limit("proof", 10)
SLIP_BY_NAME = Limit("slip.name", 10)
SLIP_BY_ADDRESS = Limit("slip.address", 300)  # a whole county may come from one address


def take(limit: Limit, of: object, now: datetime) -> bool:
    """Count one attempt; False where there have been too many."""
    key = limit.key(of)
    rows = Attempts.objects.filter(key=key)
    if rows.filter(since__lte=now - limit.window).update(count=1, since=now):
        return True
    if rows.filter(count__lt=limit.most).update(count=F("count") + 1):
        return True
    try:
        with transaction.atomic():
            Attempts.objects.create(key=key, count=1, since=now)
    except IntegrityError:  # somebody's first attempt came in between, or there were too many
        return bool(rows.filter(count__lt=limit.most).update(count=F("count") + 1))
    return True


def clear(limit: Limit, of: object) -> None:
    """After success, or by the security administrator."""
    Attempts.objects.filter(key=limit.key(of)).delete()


def give_back(limit: Limit, of: object) -> None:
    """One attempt that turned out well does not count."""
    Attempts.objects.filter(key=limit.key(of), count__gt=0).update(count=F("count") - 1)


def remaining(limit: Limit, of: object, now: datetime) -> timedelta:
    """How long it stays locked; zero where it is not."""
    row = Attempts.objects.filter(key=limit.key(of), count__gte=limit.most).first()
    return max(timedelta(0), row.since + limit.window - now) if row else timedelta(0)


def locked(limit: Limit, now: datetime) -> dict[str, datetime]:
    """Key → end of its lock; which limit's and whose a key is, only `Limit.key` can tell."""
    rows = Attempts.objects.filter(count__gte=limit.most, since__gt=now - limit.window)
    return {key: since + limit.window for key, since in rows.values_list("key", "since")}


def forget_old(now: datetime) -> int:
    """Counts that no longer lock anything."""
    return Attempts.objects.filter(since__lte=now - timedelta(days=1)).delete()[0]
