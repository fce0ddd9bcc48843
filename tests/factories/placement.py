"""Communities with neighbours, members placed in them, letters in their hands."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Neighbour, Organization
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.placement.choices import PlacementState
from allhours.placement.models import Letter, LetterCounter, Placement
from tests.factories.directory import (
    TODAY,
    make_community,
    make_member,
    make_org,
    make_unit,
    staff_actor,
)

NOON = clock.at(TODAY) + timedelta(hours=12)


def make_neighbours(one: Organization, other: Organization) -> None:
    first, second = sorted((one, other), key=lambda org: org.pk)
    Neighbour.objects.create(one=first, other=second)


def make_row_of_communities(count: int, **over: Any) -> list[Organization]:
    """`count` communities, each the neighbour of the next."""
    row = [make_community(**over) for _ in range(count)]
    for one, other in itertools.pairwise(row):
        make_neighbours(one, other)
    return row


def make_temp_branch(community: Organization, **over: Any) -> Organization:
    return make_org(OrgKind.TEMP_BRANCH, parent=community, **over)


def make_placement(
    member: Member | None = None, community: Organization | None = None, **over: Any
) -> Placement:
    member = member or make_member()
    community = community or make_community()
    member.serving_community = community
    member.save(update_fields=["serving_community"])
    values: dict[str, Any] = {
        "member": member,
        "unit": member.unit,
        "community": community,
        "assigned_at": NOON,
    } | over
    if values.get("state") == PlacementState.REPORTED:
        values = {"reported_at": NOON, "reported_on": TODAY} | values
    if values.get("state") == PlacementState.PRESENTED:
        values = {"presented_at": NOON} | values
    return Placement.objects.create(**values)


def make_letter(placement: Placement | None = None, **over: Any) -> Letter:
    """A letter in its member's hand; the placement waits for them."""
    placement = placement or make_placement(state=PlacementState.LETTER_ISSUED)
    serial = Letter.objects.filter(unit=placement.unit).count() + 1
    LetterCounter.objects.update_or_create(
        unit=placement.unit, year=TODAY.year, defaults={"last": serial}
    )
    values: dict[str, Any] = {
        "placement": placement,
        "unit": placement.unit,
        "year": TODAY.year,
        "serial": serial,
        "number": f"测试字〔{TODAY.year}〕第{serial:04d}号",
        "code": public_code(),
        "issued_on": TODAY,
        "valid_until": TODAY + timedelta(days=30),
    } | over
    return Letter.objects.create(**values)


def community_secretary(community: Organization) -> Actor:
    return staff_actor(Role.COMMUNITY_SECRETARY, community)


def liaison(unit: Organization) -> Actor:
    return staff_actor(Role.LIAISON, unit)


def make_county_with_members(
    communities: int = 3, members: int = 9, **over: Any
) -> tuple[list[Organization], list[Member], datetime]:
    """A row of communities, one unit, members living round-robin in them."""
    row = make_row_of_communities(communities, **over)
    unit = make_unit(paired_community=row[0])
    people = [
        make_member(unit, residence=row[n % communities], residence_confirmed=True)
        for n in range(members)
    ]
    return row, people, NOON
