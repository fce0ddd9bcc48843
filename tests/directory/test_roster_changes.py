"""A roster's moves, leaves and returns have the same consequences as those of one person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allhours.directory.choices import FormerFact
from allhours.directory.models import Former, Member, Organization
from allhours.needs import actions as needs
from allhours.placement.actions.live import begin_many
from allhours.placement.choices import EndReason
from allhours.placement.models import Placement
from tests.directory.roster.sheets import person
from tests.directory.test_roster_actions import NOW, apply, stage
from tests.factories.directory import county_officer, make_community, make_unit, member_actor
from tests.factories.needs import make_open_wish
from tests.support.duties import open_rows

pytestmark = pytest.mark.django_db


def in_unit(row: list[Any], unit: Organization) -> list[Any]:
    return [unit.name if cell == "县教育局" else cell for cell in row]


@pytest.fixture
def two_units() -> tuple[Organization, Organization]:
    return make_unit(name="县教育局", code="JY"), make_unit(name="县财政局", code="CZ")


def serving(members: list[Member]) -> None:
    community = make_community()
    rows = [
        Placement(member=member, unit=member.unit, community=community, assigned_at=NOW)
        for member in members
    ]
    begin_many(county_officer(), rows, now=NOW)


def test_who_is_missing_leaves_nothing_and_who_moved_takes_it_along(
    two_units: tuple[Organization, Organization],
) -> None:
    first, second = two_units
    apply(stage(person(1), person(2), person(3)))
    stays, moves, leaves = Member.objects.order_by("member_no")
    serving([stays, moves, leaves])
    for member in (stays, moves, leaves):
        member.refresh_from_db()
        wish = make_open_wish(member.serving_community)
        needs.claim_wish(actor=member_actor(member), wish=wish, now=NOW)
    later = NOW + timedelta(days=3)
    apply(stage(person(1), in_unit(person(2), second)), with_leaves=True, now=later)
    leaves.refresh_from_db()
    assert leaves.left_on is not None
    assert open_rows(leaves) == []
    assert Placement.objects.get(member=leaves).end_reason == EndReason.LEFT
    assert Placement.objects.get(member=moves).unit == second
    assert Placement.objects.get(member=stays).unit == first
    assert Former.objects.get(fact=FormerFact.UNIT).member == moves
    assert leaves.user is not None
    assert not leaves.user.is_active
    # and comes back
    again = [person(1), in_unit(person(2), second), person(3)]
    apply(stage(*again), now=later + timedelta(days=3))
    leaves.refresh_from_db()
    leaves.user.refresh_from_db()
    assert (leaves.left_on, leaves.user.is_active) == (None, True)
    day = NOW.date()
    assert Member.objects.expected_on(day).count() == 3


@pytest.mark.parametrize("number", [2, 6])
def test_leaving_in_bulk_asks_the_same_for_many(
    two_units: tuple[Organization, Organization], number: int
) -> None:
    apply(stage(*[person(n) for n in range(1, number + 2)]))
    serving(list(Member.objects.all()))
    import_ = stage(person(1))
    with CaptureQueriesContext(connection) as asked:
        apply(import_, with_leaves=True)
    assert Member.objects.exclude(left_on=None).count() == number
    assert len(asked) <= 75
