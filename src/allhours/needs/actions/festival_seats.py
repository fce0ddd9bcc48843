"""How many wishes of a festival each member has: counted by conditional update.

Always true: a row says how many wishes of the festival the member holds or has fulfilled, and
while the festival runs it is never above its limit. A row is only written by a transaction that
holds the wish and the member's allowance, in this order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F

from allhours.kernel.errors import Refused
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Festival, FestivalSeat, Wish
from allhours.needs.rules.festivals import limit_refusal

COUNTED = (ClaimState.LIVE, ClaimState.FULFILLED)


def take(wish: Wish, member_id: int, now: datetime) -> None:
    """Count one more for the member, or refuse with the festival's limit."""
    if not try_take(wish, member_id, now):
        raise Refused(limit_refusal(Festival.objects.get(wishes=wish)))


def try_take(wish: Wish, member_id: int, now: datetime) -> bool:
    """False at the limit; a wish of no festival has none."""
    if wish.festival_id is None:
        return True
    festival = Festival.objects.get(pk=wish.festival_id)
    rows = FestivalSeat.objects.filter(festival=festival, member_id=member_id)
    if festival.claims_each is not None and festival.runs_at(now):
        rows = rows.filter(taken__lt=festival.claims_each)
    if rows.update(taken=F("taken") + 1):
        return True
    FestivalSeat.objects.bulk_create(
        [FestivalSeat(festival=festival, member_id=member_id)], ignore_conflicts=True
    )
    return bool(rows.update(taken=F("taken") + 1))


def give(wish: Wish, member_id: int) -> None:
    """One that the member no longer has, for whatever reason."""
    if wish.festival_id is not None:
        FestivalSeat.objects.filter(
            festival_id=wish.festival_id, member_id=member_id, taken__gt=0
        ).update(taken=F("taken") - 1)


def recount(members: Iterable[int]) -> None:
    """From the claims themselves, when two numbers of one person are joined or parted."""
    ids = list(members)
    FestivalSeat.objects.filter(member__in=ids).update(taken=0)
    held = (
        Claim.objects.filter(
            member__in=ids, unit=None, state__in=COUNTED, wish__festival__isnull=False
        )
        .values_list("wish__festival_id", "member_id")
        .annotate(n=Count("pk"))
        .order_by("wish__festival_id", "member_id")
    )
    FestivalSeat.objects.bulk_create(
        [
            FestivalSeat(festival_id=festival_id or 0, member_id=member_id, taken=n)
            for festival_id, member_id, n in held
        ],
        update_conflicts=True,
        unique_fields=["festival", "member"],
        update_fields=["taken"],
    )
