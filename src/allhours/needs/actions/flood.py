"""Against flooding of the public forms: counted by hashed address and phone, nothing asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.kernel import crypto
from allhours.kernel.errors import Refusal, Refused
from allhours.kernel.retry import with_retry
from allhours.needs.models import FloodCount

TOO_OFTEN = Refusal("form.too_often", _("提交得太频繁了，请过一会儿再试；急事请直接打电话给社区。"))


QUICK = 3  # a form sent faster than people write weighs as three


@dataclass(frozen=True)
class Limit:
    """At most `most` in each slot of `seconds`; a slot begins on a full multiple of it."""

    name: str
    most: int
    seconds: int


WISH_BY_ADDRESS = Limit("wish.address", 60, 3600)
WISH_BY_PHONE = Limit("wish.phone", 5, 24 * 3600)
FOLLOW_BY_ADDRESS = Limit("follow.address", 30, 600)


def pass_or_refuse(
    *, limit: Limit, value: str, weight: int = 1, request: str = "", now: datetime
) -> None:
    """Count one more from this address or phone, or refuse with TOO_OFTEN and its `seconds`.

    A `request` that says which one it is counts once, however often it is repeated; one that was
    refused has not been counted.
    """
    if value and not with_retry(partial(_passes, limit, value, weight, request, now)):
        left = limit.seconds - int(now.timestamp()) % limit.seconds
        raise Refused(TOO_OFTEN.having(seconds=left))


@transaction.atomic
def _passes(limit: Limit, value: str, weight: int, request: str, now: datetime) -> bool:
    """In one transaction, so that of the same request at once one counts and the others wait."""
    counted = _counter(limit, f"{value} {request}", now) if request else None
    if counted and not counted.filter(count=0).update(count=1):
        return True
    rows = _counter(limit, value, now).filter(count__lte=limit.most - weight)
    passed = bool(rows.update(count=F("count") + weight))
    if counted and not passed:
        counted.update(count=0)
    return passed


def _counter(limit: Limit, value: str, now: datetime) -> QuerySet[FloodCount]:
    key = crypto.lookup_hash(value, limit.name)
    slot = int(now.timestamp()) // limit.seconds
    ends_at = datetime.fromtimestamp((slot + 1) * limit.seconds, UTC)
    fresh = FloodCount(key=key, slot=slot, ends_at=ends_at)
    FloodCount.objects.bulk_create([fresh], ignore_conflicts=True)
    return FloodCount.objects.filter(key=key, slot=slot)


def forget_counts(*, now: datetime) -> None:
    """Nightly: counts are of no use once their slot has passed."""
    FloodCount.objects.filter(ends_at__lt=now).delete()
