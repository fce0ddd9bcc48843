"""Somebody whom a unit named leaves, moves or is found to have two numbers; the unit closes."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.directory.actions import changes, merging
from allhours.directory.change_rules import Change
from allhours.needs import actions
from allhours.needs.actions import unit_claims as units
from allhours.needs.choices import WishState
from allhours.needs.models import ClaimAllowance, UnitAllowance
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.needs import (
    NOW,
    SYSTEM,
    delivery,
    liaison_of,
    make_claim,
    make_open_wish,
    make_unit_claim,
)
from tests.support.duties import open_rows

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def change(member, kind: str, **over):
    return changes.propose_change(
        actor=county_officer(), member=member, change=Change(kind=kind, on=TODAY, **over), now=NOW
    )


@pytest.mark.parametrize("kind", ["leave", "transfer", "pause"])
def test_who_answers_goes_and_the_wish_stays_the_units(kind) -> None:
    claim = make_unit_claim(helpers=1)
    member, unit = claim.member, claim.unit
    member_actor(member)
    if kind == "pause":
        lines = changes.pause_service(actor=member_actor(member), now=NOW)
        kinds = [line.kind for line in lines]
    else:
        over = {"reason": "away"} if kind == "leave" else {"to_unit": make_unit()}
        kinds = [line["kind"] for line in change(member, kind, **over).outcome]
    assert "unit_claim" in kinds
    claim.refresh_from_db()
    claim.wish.refresh_from_db()
    assert (claim.is_unnamed, claim.state, claim.wish.taken) == (True, "live", 1)
    assert UnitAllowance.objects.get(unit=unit).live == 1
    if kind == "leave":
        assert open_rows(member) == []
    helper = claim.helpers.get().member
    units.reassign_unit_claim(actor=liaison_of(unit), claim=claim, responsible=helper, now=NOW)


def test_a_helper_goes_off_the_list_and_what_is_delivered_stands() -> None:
    claim = make_unit_claim(helpers=2)
    gone, stays = [row.member for row in claim.helpers.order_by("pk")]
    row = change(gone, "leave", reason="away")
    assert [line["kind"] for line in row.outcome if line["kind"] == "unit_help"] == ["unit_help"]
    assert [each.member for each in claim.helpers.all()] == [stays]
    actions.deliver_claim(
        actor=member_actor(claim.member), claim=claim, delivery=delivery(), now=LATER
    )
    change(stays, "leave", reason="away")
    change(claim.member, "leave", reason="away")
    actions.confirm_delivery(actor=SYSTEM, wish=claim.wish, now=LATER)
    claim.refresh_from_db()
    assert (claim.state, claim.helpers.get().took_part) == ("fulfilled", True)


def test_sent_back_after_its_member_left_the_unit_is_asked_in_the_night() -> None:
    claim = make_unit_claim()
    actions.deliver_claim(
        actor=member_actor(claim.member), claim=claim, delivery=delivery(), now=LATER
    )
    change(claim.member, "leave", reason="away")
    actions.send_back(actor=SYSTEM, wish=claim.wish, note="还缺", now=LATER)
    assert actions.release_departed(actor=SYSTEM, now=LATER) == 0
    assert units.ask_for_departed(actor=SYSTEM, now=LATER) == 1
    claim.refresh_from_db()
    assert claim.is_unnamed


def test_a_closed_unit_holds_nothing() -> None:
    claim, other = make_unit_claim(helpers=1), make_unit_claim()
    unit = claim.unit
    unit.closed_on = TODAY
    unit.save()
    assert units.release_of_closed_units(actor=SYSTEM, now=NOW) == 1
    claim.refresh_from_db()
    claim.wish.refresh_from_db()
    assert (claim.state, claim.wish.state, claim.wish.taken) == ("released", WishState.OPEN, 0)
    assert UnitAllowance.objects.get(unit=unit).live == 0
    other.refresh_from_db()
    assert other.state == "live"


def test_two_numbers_become_one_and_part_again() -> None:
    unit = make_unit()
    kept, gone = make_member(unit), make_member(unit)
    claim, wish = make_unit_claim(responsible=gone), make_open_wish(places=2)
    helped = make_unit_claim(unit=unit)
    units.name_helpers(actor=liaison_of(unit), claim=helped, helpers=[kept, gone], now=NOW)
    make_claim(wish, kept)
    both = make_unit_claim(wish, unit, responsible=gone)  # each holds a place of the same wish
    proposer = staff_actor(Role.UNIT_SECRETARY, unit)
    merge = merging.propose_merge(actor=proposer, kept=kept, gone=gone, taken=[], now=NOW)
    officer = county_officer()
    merge = merging.approve_merge(actor=officer, merge=merge, now=NOW)
    for each in (claim, both):
        each.refresh_from_db()
    assert (claim.member, claim.is_unnamed, both.is_unnamed) == (kept, False, True)
    assert [row.member for row in helped.helpers.all()] == [kept]
    held = ClaimAllowance.objects.get(member=kept).live
    assert (held, UnitAllowance.objects.get(unit=unit).live) == (1, 3)
    merging.undo_merge(actor=officer, merge=merge, now=LATER)
    claim.refresh_from_db()
    assert claim.member == gone
    assert {row.member for row in helped.helpers.all()} == {kept, gone}


def test_merged_wishes_carry_the_units_claim_and_never_two_of_it() -> None:
    claim = make_unit_claim(helpers=1)
    into = make_open_wish(claim.wish.community)
    actions.merge_wishes(actor=SYSTEM, wish=claim.wish, into=into, now=NOW)
    claim.refresh_from_db()
    into.refresh_from_db()
    assert (claim.wish, into.taken, claim.helpers.count()) == (into, 1, 1)
    twin = make_open_wish(into.community, places=3)
    make_unit_claim(twin, claim.unit)
    actions.merge_wishes(actor=SYSTEM, wish=into, into=twin, now=NOW)
    claim.refresh_from_db()
    twin.refresh_from_db()
    assert (claim.state, twin.taken) == ("released", 1)
    assert UnitAllowance.objects.get(unit=claim.unit).live == 1
