"""What a change of a person means for the wishes of their unit (needs.life).

Whoever answered for one goes, the wish stays the unit's: its desk is asked to name another.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.directory.choices import Fate
from allhours.directory.consequences import (
    Consequence,
    Departure,
    Event,
    Lines,
    Merge,
    Retirement,
    UnitChange,
    Withdrawal,
)
from allhours.directory.models import Member
from allhours.needs.actions.unit_claims import leave_to_unit
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimHelper, Wish
from allhours.needs.models.claim import ClaimQuerySet


def _leaving(event: Event) -> list[int]:
    """Of the event's members those who can no longer act for their unit."""
    if isinstance(event, UnitChange):
        return [pk for pk, (before, after) in event.units.items() if before != after]
    gone = isinstance(event, Departure | Withdrawal)
    if isinstance(event, Retirement):
        gone = not event.stays
    return list(event.members) if gone else []


def _arriving(event: Event, unit: str) -> Q:
    """What they do for the unit that they come to: of two numbers that became one."""
    coming = defaultdict(list)
    if isinstance(event, UnitChange):
        for pk, (_before, after) in event.units.items():
            coming[after].append(pk)
    what = Q(pk__in=[])
    for after, members in coming.items():
        what |= Q(**{unit: after}, member__in=members)
    return what


def _answered(event: Event) -> ClaimQuerySet:
    rows = (
        Claim.objects.live()
        .named()
        .filter(unit__isnull=False, delivered_at=None, member__in=_leaving(event))
        .exclude(_arriving(event, "unit"))
    )
    return rows.select_related("wish").order_by("wish_id", "pk")


def _helped(event: Event) -> QuerySet[ClaimHelper]:
    rows = ClaimHelper.objects.filter(
        member__in=_leaving(event), claim__state=ClaimState.LIVE, claim__delivered_at=None
    ).exclude(_arriving(event, "claim__unit"))
    return rows.select_related("claim__wish").order_by("claim_id", "pk")


def foresee(event: Event) -> Lines:
    return [
        *[line(claim) for claim in _answered(event)],
        *[
            Consequence(row.member_id, "unit_help", row.claim.wish.code, row.claim.wish.title)
            for row in _helped(event)
            if row.claim.wish
        ],
    ]


def line(claim: Claim, fate: str = Fate.CLOSED) -> Consequence:
    wish = claim.wish
    assert wish is not None  # noqa: S101 - units claim wishes only
    return Consequence(claim.member_id, "unit_claim", wish.code, wish.title, fate)


def end(actor: Actor, event: Event, now: datetime) -> None:
    """The row competed for first, in the order in which all who change claims take it."""
    for claim in _answered(event):
        hand_back(actor, claim, now)
    _helped(event).delete()


def hand_back(actor: Actor, claim: Claim, now: datetime) -> None:
    Wish.objects.filter(pk=claim.wish_id or 0).update(taken=F("taken"))
    leave_to_unit(actor, claim, now)


def foreign(event: Merge) -> ClaimQuerySet:
    """What the gone number answers for, of another unit than the kept one's (written by now)."""
    unit = Member.objects.values_list("unit_id", flat=True).get(pk=event.kept)
    rows = Claim.objects.live().named().filter(member=event.gone, unit__isnull=False)
    rows = rows.filter(delivered_at=None).exclude(unit=unit)
    return rows.select_related("wish").order_by("wish_id", "pk")


def move(event: Merge) -> dict[str, Any]:
    """Where the kept number answers or helps already, or is not of the unit, the other's line of
    help is of no use."""
    rows = ClaimHelper.objects.filter(member=event.gone)
    kept = Q(claim__member=event.kept) | Q(claim__helpers__member=event.kept)
    unit = Member.objects.values_list("unit_id", flat=True).get(pk=event.kept)
    open_ones = Q(claim__state=ClaimState.LIVE, claim__delivered_at=None)
    kept |= open_ones & ~Q(claim__unit=unit)
    twice = list(rows.filter(kept).distinct().values("claim_id", "added_at", "took_part"))
    rows.filter(claim__in=[row["claim_id"] for row in twice]).delete()
    moved = list(rows.values_list("pk", flat=True))
    rows.update(member=event.kept)
    dropped = [{**row, "added_at": row["added_at"].isoformat()} for row in twice]
    return {"helpers": moved, "helpers_dropped": dropped}


def back(event: Merge, undo: dict[str, Any]) -> None:
    rows = ClaimHelper.objects.filter(pk__in=undo.get("helpers", []), member=event.kept)
    rows.update(member=event.gone)
    for row in undo.get("helpers_dropped", []):
        added = datetime.fromisoformat(row["added_at"])
        ClaimHelper.objects.get_or_create(
            claim_id=row["claim_id"],
            member_id=event.gone,
            defaults={"added_at": added, "took_part": row["took_part"]},
        )
