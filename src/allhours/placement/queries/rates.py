"""The reporting rate as a desk reads it, and the people behind each of its numbers.

Who has not reported is named to the unit and the county only; a community is told of those who
stand at its desk, and how many others there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Subquery
from django.db.models.expressions import OuterRef

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import MemberQuerySet, Organization
from allhours.placement.choices import LIVE, PlacementState
from allhours.placement.models import Placement
from allhours.placement.queries import desk, figures
from allhours.placement.queries.figures import Rate

UNIT_SIDE = UNIT_ROLES | COUNTY_ROLES
COMMUNITY_SIDE = COMMUNITY_ROLES | COUNTY_ROLES
READERS = UNIT_SIDE | COMMUNITY_SIDE

MEASURES: dict[str, Q] = {
    "expected": Q(),
    "reported": Q(is_reported=True),
    "excused": Q(is_excused=True),
    "missing": Q(is_reported=False) & Q(is_excused=False),
}


@dataclass(frozen=True)
class Lines:
    """`nowhere`: expected members of the county who are in no line, being placed nowhere."""

    total: Rate
    lines: Sequence[Rate]
    nowhere: int = 0


def lines(day: date, actor: Actor, *, by_community: bool) -> Lines:
    """Lines of the actor's own organisations; two queries."""
    sided = COMMUNITY_SIDE if by_community else UNIT_SIDE
    found = figures.rates_by_community(day) if by_community else figures.rates_by_unit(day)
    own = [rate for rate in found if actor.holds(*sided, over=rate.path)]
    if not actor.holds(*COUNTY_ROLES):
        return Lines(figures.summed(own), own)
    total = figures.county_rate(day)
    return Lines(total, own, total.expected - sum(rate.expected for rate in own))


def organization_of(code: str, actor: Actor) -> Organization | None:
    """The organisation of a line that is the actor's."""
    found = Organization.objects.filter(code=code).first()
    return found if found and actor.holds(*READERS, over=found.path) else None


@dataclass(frozen=True)
class Opened:
    rows: MemberQuerySet
    hidden: int  # how many of the number this reader is not shown


def people(
    day: date, actor: Actor, measure: str, *, unit: str | None, community: str | None
) -> Opened:
    """The members behind a number of one line, or of all the actor's lines."""
    members: Any = figures.with_place(figures.expected(day), day).filter(MEASURES[measure])
    if unit is not None:
        members = members.filter(unit__code=unit)
    if community is not None:
        places = Organization.objects.filter(code=community).values("pk")
        members = members.filter(community__in=places)
    seen = within(actor, "unit__path", roles=UNIT_SIDE)
    if actor.holds(*COMMUNITY_ROLES):
        seen |= within(actor, "serving_community__path", roles=COMMUNITY_ROLES) & (
            Q(is_reported=True) | Q(is_excused=True) | Q(pk__in=_presented())
        )
    rows = members.filter(seen).select_related("unit", "serving_community").order_by("member_no")
    hidden = members.count() - rows.count() if unit is not None or community is not None else 0
    return Opened(rows, hidden)


def _presented() -> Any:
    return Placement.objects.filter(state=PlacementState.PRESENTED).values("member_id")


def unreported(actor: Actor, on: date) -> MemberQuerySet:
    """Missing members of the actor's units, with how far each has come and the last reminder."""
    reminded = Placement.objects.filter(member=OuterRef("pk"), state__in=LIVE)
    return desk.unreported(actor, on).annotate(
        reminded_on=Subquery(reminded.values("member_reminded_on")[:1])
    )
