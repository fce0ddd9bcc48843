"""Counting by conditional update: places of a wish or post, and what a member may hold.

Order of writes in every transaction: the wish (or post), then allowances, then claims. So two
transactions meet first on the one row that they compete for. Members' allowances come before those
of units, each in the order of their numbers (`IN_ORDER`).
"""

from __future__ import annotations

from django.db.models import F

from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimAllowance, UnitAllowance

# of claims whose allowances change in one transaction
IN_ORDER = (F("unit_id").asc(nulls_first=True), F("member_id").asc())


def ensure_allowance(member_id: int) -> None:
    """Make the member's counter row, outside the competing transaction."""
    if not ClaimAllowance.objects.filter(member_id=member_id).exists():
        ClaimAllowance.objects.bulk_create(
            [ClaimAllowance(member_id=member_id)], ignore_conflicts=True
        )


def take(member_id: int, counter: str, limit: int) -> bool:
    """Advance one counter (`live`, `waiting`) if it is below the limit."""
    rows = ClaimAllowance.objects.filter(member_id=member_id, **{f"{counter}__lt": limit})
    return bool(rows.update(**{counter: F(counter) + 1}))


def give(member_id: int, counter: str) -> None:
    rows = ClaimAllowance.objects.filter(member_id=member_id, **{f"{counter}__gt": 0})
    rows.update(**{counter: F(counter) - 1})


def ensure_unit_allowance(unit_id: int) -> None:
    if not UnitAllowance.objects.filter(unit_id=unit_id).exists():
        UnitAllowance.objects.bulk_create([UnitAllowance(unit_id=unit_id)], ignore_conflicts=True)


def take_for_unit(unit_id: int, limit: int) -> bool:
    rows = UnitAllowance.objects.filter(unit_id=unit_id, live__lt=limit)
    return bool(rows.update(live=F("live") + 1))


def free(claim: Claim) -> None:
    """A wish's claim is live or waiting no longer: whose it counted for may hold another."""
    if claim.unit_id is not None:
        rows = UnitAllowance.objects.filter(unit_id=claim.unit_id, live__gt=0)
        rows.update(live=F("live") - 1)
    else:
        give(claim.member_id, "live" if claim.state == ClaimState.LIVE else "waiting")


def take_post_allowance(member_id: int, year: int, limit: int) -> bool:
    """Posts are counted per programme year; `limit` 0 means none."""
    rows = ClaimAllowance.objects.filter(member_id=member_id)
    if rows.exclude(posts_year=year).update(posts=1, posts_year=year):
        return True
    if limit:
        rows = rows.filter(posts__lt=limit)
    return bool(rows.filter(posts_year=year).update(posts=F("posts") + 1))


def give_post_allowance(member_id: int, year: int) -> None:
    ClaimAllowance.objects.filter(member_id=member_id, posts_year=year, posts__gt=0).update(
        posts=F("posts") - 1
    )


def free_seat(places: int, **of: int) -> int:
    """The lowest free seat of a wish (`wish_id=`) or post (`post_id=`) whose row is held."""
    rows = Claim.objects.filter(state=ClaimState.LIVE, **of)
    used = set(rows.values_list("seat", flat=True))
    return next(seat for seat in range(1, places + 1) if seat not in used)
