"""Whatever happens to people in whatever order: one live placement at most, and a sound rate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allhours.accounts.actor import Actor
from allhours.directory.actions import changes
from allhours.directory.change_rules import Change
from allhours.directory.choices import ChangeKind, LeaveReason
from allhours.directory.models import Member, MemberChange
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions.rounds import place_member
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement
from allhours.placement.queries.figures import county_rate, rates_by_unit
from tests.factories.directory import TODAY, make_community, make_member, make_unit
from tests.support.duties import open_rows

SYSTEM = Actor.system("test")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),  # who
        st.sampled_from([*ChangeKind, "place", "report"]),
        st.integers(0, 1),  # where to
        st.booleans(),  # stays
        st.integers(-2, 2),  # days from now
    ),
    max_size=8,
)


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_changes_in_any_order_keep_the_county_sound(steps: list[tuple]) -> None:
    with transaction.atomic():  # every example in a county of its own
        _play(steps)
        transaction.set_rollback(True)


def _play(steps: list[tuple]) -> None:
    units, places = [make_unit(), make_unit()], [make_community(), make_community()]
    people = [make_member(units[0]).pk, make_member(units[1]).pk]
    now = clock.at(TODAY) + timedelta(hours=10)
    for who, what, where, stays, days in steps:
        now += timedelta(days=1)
        member = Member.objects.get(pk=people[who])
        try:
            if what == "place":
                place_member(actor=SYSTEM, member=member, community=places[where], now=now)
            elif what == "report":
                Placement.objects.live().filter(member=member).update(
                    state=PlacementState.REPORTED,
                    reported_at=now,
                    reported_on=clock.local_date(now),
                )
            else:
                change = Change(
                    what,
                    clock.local_date(now) + timedelta(days=days),
                    reason=LeaveReason.AWAY,
                    to_unit=units[where],
                    to_community=places[where],
                    stays=stays,
                )
                changes.propose_change(actor=SYSTEM, member=member, change=change, now=now)
        except Refused:
            pass
        changes.take_effect(actor=SYSTEM, now=now)
        _sound(people, now)


def _sound(people: list[int], now) -> None:  # type: ignore[no-untyped-def]
    for pk in people:
        member = Member.objects.get(pk=pk)
        live = list(Placement.objects.live().filter(member=member))
        assert len(live) <= 1
        assert member.serving_community_id == (live[0].community_id if live else None)
        if live:
            assert live[0].unit_id == member.unit_id
        if member.left_on is not None:  # nothing is open but, perhaps, the way back
            coming = MemberChange.objects.open().filter(member=member, kind=ChangeKind.RETURN)
            back = [f"directory.memberchange {row.pk}" for row in coming]
            assert open_rows(member) == back
    for back in (0, 1, 3):
        day = clock.local_date(now) - timedelta(days=back)
        rate = county_rate(day)
        assert 0 <= rate.numerator <= rate.denominator
        assert sum(each.denominator for each in rates_by_unit(day)) == rate.denominator
