"""Units claim wishes: who is named, who sees, who is credited, and what the unit may hold."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import unit_claims as units
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, ClaimAllowance, ClaimHelper, UnitAllowance
from allhours.needs.rules.unit_claims import MOST_HELPERS
from tests.factories.directory import (
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.needs import (
    NOW,
    SECRET_NAME,
    delivery,
    liaison_of,
    make_claim,
    make_open_wish,
    make_unit_claim,
)
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def refused(call, **given) -> tuple[str, ...]:
    with pytest.raises(Refused) as told:
        call(**{"now": NOW} | given)
    return told.value.codes


def claiming(unit, wish, responsible, **given):
    given = {"actor": liaison_of(unit), "now": NOW} | given
    return units.claim_for_unit(wish=wish, unit=unit, responsible=responsible, **given)


def held_by(unit) -> int:
    return UnitAllowance.objects.get(unit=unit).live


def delivered(claim: Claim, **over) -> Claim:
    claim.refresh_from_db()
    return actions.deliver_claim(
        actor=member_actor(claim.member), claim=claim, delivery=delivery(NOW, **over), now=LATER
    )


# ---- claiming ------------------------------------------------------------------------------


def test_unit_claim_counts_for_the_unit_and_not_for_the_one_named() -> None:
    member = make_member()
    make_claim(member=member)
    make_claim(member=member)  # both that the member may hold
    claim = make_unit_claim(responsible=member, helpers=2)
    claim.wish.refresh_from_db()
    assert (claim.wish.state, claim.wish.taken, claim.seat) == (WishState.CLAIMED, 1, 1)
    assert (held_by(member.unit), claim.helpers.count()) == (1, 2)
    assert ClaimAllowance.objects.get(member=member).live == 2


def test_unit_claim_repeated_gives_the_same_claim_and_another_name_is_refused() -> None:
    wish, unit = make_open_wish(places=3), make_unit()
    first, second = make_member(unit), make_member(unit)
    claim = claiming(unit, wish, first)
    assert claiming(unit, wish, first) == claim
    assert refused(claiming, unit=unit, wish=wish, responsible=second) == ("claim.unit_holds_it",)
    assert (Claim.objects.count(), held_by(unit)) == (1, 1)


def test_unit_claims_are_for_those_who_act_for_it() -> None:
    wish, unit = make_open_wish(), make_unit()
    member = make_member(unit)
    other = make_unit()
    for actor in (
        liaison_of(other),
        staff_actor(Role.COMMUNITY_SECRETARY, wish.community),
        member_actor(member),
    ):
        assert refused(claiming, unit=unit, wish=wish, responsible=member, actor=actor) == (
            "actor.not_permitted",
        )
    claiming(unit, wish, member, actor=staff_actor(Role.UNIT_SECRETARY, unit))


def test_only_the_units_own_people_on_the_roster_are_named() -> None:
    wish, unit = make_open_wish(), make_unit()
    stranger, gone = make_member(), make_member(unit, left_on=NOW.date())
    mine = make_member(unit)
    for each in (stranger, gone):
        assert refused(claiming, unit=unit, wish=wish, responsible=each) == ("claim.not_of_unit",)
        told = refused(claiming, unit=unit, wish=wish, responsible=mine, helpers=[each])
        assert told == ("claim.not_of_unit",)
    claiming(unit, wish, mine)


def test_a_wish_for_its_community_only_is_for_members_of_it_even_of_a_paired_unit() -> None:
    community = make_community()
    wish, unit = make_open_wish(community, own_community_only=True), make_unit()
    unit.paired_community = community
    unit.save()
    far = make_member(unit, serving_community=make_community())
    near = make_member(unit, serving_community=community)
    home = make_member(unit, residence=community)
    for people in ({"responsible": far}, {"responsible": near, "helpers": [far]}):
        assert refused(claiming, unit=unit, wish=wish, **people) == ("claim.other_community",)
    assert claiming(unit, wish, near, helpers=[home]).helpers.count() == 1


def test_the_units_limit_and_the_scheme_without_unit_claims() -> None:
    publish(wishes={"unit_open_claims": 2})
    unit = make_unit()
    member = make_member(unit)
    first = make_unit_claim(responsible=member)
    make_unit_claim(responsible=member)
    third = make_open_wish()
    assert refused(claiming, unit=unit, wish=third, responsible=member) == ("claim.unit_too_many",)
    units.give_back_for_unit(actor=liaison_of(unit), claim=first, reason="组织安排", now=NOW)
    claiming(unit, third, member)
    publish(wishes={"unit_open_claims": 0})
    told = refused(claiming, unit=unit, wish=make_open_wish(), responsible=member)
    assert told == ("claim.units_do_not",)


def test_a_closed_unit_and_a_taken_wish_are_refused() -> None:
    unit = make_unit(closed_on=NOW.date())
    wish = make_open_wish()
    told = refused(claiming, unit=unit, wish=wish, responsible=make_member(unit))
    assert told == ("claim.not_a_unit",)
    make_claim(wish)
    other = make_unit()
    told = refused(claiming, unit=other, wish=wish, responsible=make_member(other))
    assert told == ("claim.already_taken",)


def test_who_holds_the_wish_is_not_named_and_the_one_named_holds_it() -> None:
    wish, unit = make_open_wish(places=3), make_unit()
    own, free = make_member(unit), make_member(unit)
    make_claim(wish, own)
    assert refused(claiming, unit=unit, wish=wish, responsible=own) == ("claim.holds_it",)
    claim = claiming(unit, wish, free)
    assert make_claim(wish, free) == claim  # pressing the member's button gives what they hold


def test_units_and_members_share_the_places() -> None:
    wish = make_open_wish(places=3)
    make_unit_claim(wish)
    make_unit_claim(wish)
    make_claim(wish)
    wish.refresh_from_db()
    assert (wish.taken, wish.state) == (3, WishState.CLAIMED)
    assert sorted(Claim.objects.values_list("seat", flat=True)) == [1, 2, 3]


# ---- asked, not ordered --------------------------------------------------------------------


def test_who_is_named_may_ask_for_another_without_a_reason_and_sees_nothing_more() -> None:
    claim = make_unit_claim(helpers=1)
    member, unit = claim.member, claim.unit
    actor, helper = member_actor(member), member_actor(claim.helpers.get().member)
    assert actions.see_wisher(actor=actor, claim=claim, now=NOW).name == SECRET_NAME
    stale = Claim.objects.get()
    units.ask_for_another(actor=actor, claim=claim, now=NOW)
    for each in (claim, stale):  # as the page was loaded before, too
        assert refused(actions.see_wisher, actor=actor, claim=each) == ("claim.asked_for_another",)
        assert refused(units.ask_for_another, actor=actor, claim=each) == (
            "claim.asked_for_another",
        )
        told = refused(
            actions.deliver_claim, actor=actor, claim=each, delivery=delivery(), now=LATER
        )
        assert told == ("claim.asked_for_another",)
    assert refused(actions.note_contact, actor=actor, claim=claim) == ("claim.asked_for_another",)
    assert refused(actions.see_wisher, actor=helper, claim=claim) == ("claim.not_yours",)
    told = refused(actions.see_wisher, actor=liaison_of(unit), claim=claim)
    assert told == ("claim.not_yours",)
    # the place is still the unit's
    claim.wish.refresh_from_db()
    assert (claim.wish.taken, held_by(unit), claim.state) == (1, 1, ClaimState.LIVE)


def test_the_unit_names_another_whose_first_contact_counts_anew() -> None:
    claim = make_unit_claim(helpers=1)
    first, second, unit = claim.member, claim.helpers.get().member, claim.unit
    desk = liaison_of(unit)
    actions.note_contact(actor=member_actor(first), claim=claim, now=NOW)
    units.ask_for_another(actor=member_actor(first), claim=claim, now=NOW)
    told = refused(units.reassign_unit_claim, actor=desk, claim=claim, responsible=first)
    assert told == ("claim.wants_another",)
    stranger = make_member()
    told = refused(units.reassign_unit_claim, actor=desk, claim=claim, responsible=stranger)
    assert told == ("claim.not_of_unit",)
    units.reassign_unit_claim(actor=desk, claim=claim, responsible=second, now=LATER)
    assert (claim.member, claim.contacted_at, claim.named_at) == (second, None, LATER)
    assert not claim.is_unnamed
    assert not claim.helpers.exists()
    assert refused(actions.see_wisher, actor=member_actor(first), claim=claim) == (
        "claim.not_yours",
    )
    assert actions.see_wisher(actor=member_actor(second), claim=claim, now=LATER).name
    told = refused(units.reassign_unit_claim, actor=desk, claim=claim, responsible=second)
    assert told == ("claim.answers_already",)


def test_a_former_responsible_member_is_relieved_while_the_page_is_open() -> None:
    claim = make_unit_claim()
    stale, first = Claim.objects.get(), claim.member
    second = make_member(claim.unit)
    units.reassign_unit_claim(
        actor=liaison_of(claim.unit), claim=claim, responsible=second, now=NOW
    )
    actor = member_actor(first)
    assert refused(actions.see_wisher, actor=actor, claim=stale) == ("claim.not_yours",)
    stale = Claim.objects.get()
    stale.member = first
    told = refused(actions.deliver_claim, actor=actor, claim=stale, delivery=delivery(), now=LATER)
    assert told == ("claim.not_yours",)
    stale.member = first
    assert refused(units.ask_for_another, actor=actor, claim=stale) == ("claim.not_yours",)


def test_who_asked_for_another_may_claim_a_place_for_themself() -> None:
    wish = make_open_wish(places=2)
    claim = make_unit_claim(wish)
    units.ask_for_another(actor=member_actor(claim.member), claim=claim, now=NOW)
    own = make_claim(wish, claim.member)
    assert (own.pk != claim.pk, own.unit) == (True, None)
    told = refused(
        units.reassign_unit_claim, actor=liaison_of(claim.unit), claim=claim,
        responsible=claim.member,
    )  # fmt: skip
    assert told == ("claim.wants_another",)


def test_only_the_unit_gives_it_back_and_says_why() -> None:
    claim = make_unit_claim(helpers=1)
    actor, desk = member_actor(claim.member), liaison_of(claim.unit)
    told = refused(actions.give_back, actor=actor, claim=claim, reason="个人原因")
    assert told == ("claim.of_a_unit",)
    give = units.give_back_for_unit
    assert refused(give, actor=desk, claim=claim, reason=" ") == ("claim.reason_missing",)
    assert refused(give, actor=actor, claim=claim, reason="个人原因") == ("actor.not_permitted",)
    give(actor=desk, claim=claim, reason="组织安排", now=NOW)
    claim.wish.refresh_from_db()
    assert (claim.state, claim.wish.state, claim.wish.taken) == ("withdrawn", WishState.OPEN, 0)
    assert (held_by(claim.unit), refused(give, actor=desk, claim=claim, reason="x")) == (
        0,
        ("claim.not_live",),
    )


def test_a_place_given_back_by_a_unit_goes_to_the_member_who_waits() -> None:
    claim = make_unit_claim()
    waiting = make_member()
    actions.join_queue(actor=member_actor(waiting), wish=claim.wish, now=NOW)
    units.give_back_for_unit(actor=liaison_of(claim.unit), claim=claim, reason="组织安排", now=NOW)
    held = ClaimAllowance.objects.get(member=waiting)
    assert (held.live, held.waiting, held_by(claim.unit)) == (1, 0, 0)


# ---- helpers -------------------------------------------------------------------------------


def test_helpers_are_named_taken_off_and_leave_by_themselves() -> None:
    claim = make_unit_claim()
    unit, desk = claim.unit, liaison_of(claim.unit)
    one, two = make_member(unit), make_member(unit)
    name, remove = units.name_helpers, units.remove_helper
    name(actor=desk, claim=claim, helpers=[one, two], now=NOW)
    name(actor=desk, claim=claim, helpers=[one], now=NOW)  # once more changes nothing
    assert claim.helpers.count() == 2
    assert refused(name, actor=desk, claim=claim, helpers=[make_member()]) == ("claim.not_of_unit",)
    assert refused(name, actor=desk, claim=claim, helpers=[claim.member]) == (
        "claim.answers_already",
    )
    crowd = [make_member(unit) for _ in range(MOST_HELPERS)]
    assert refused(name, actor=desk, claim=claim, helpers=crowd) == ("claim.too_many_helpers",)
    assert refused(remove, actor=member_actor(one), claim=claim, member=two) == (
        "actor.not_permitted",
    )
    remove(actor=member_actor(one), claim=claim, member=one, now=NOW)
    remove(actor=desk, claim=claim, member=two, now=NOW)
    assert refused(remove, actor=desk, claim=claim, member=two) == ("claim.not_helping",)
    assert not ClaimHelper.objects.exists()


def test_helpers_stand_once_the_wish_is_delivered() -> None:
    claim = delivered(make_unit_claim(helpers=1))
    helper, desk = claim.helpers.get().member, liaison_of(claim.unit)
    for actor in (desk, member_actor(helper)):
        told = refused(units.remove_helper, actor=actor, claim=claim, member=helper)
        assert told == ("claim.unit_delivered",)
    more = [make_member(claim.unit)]
    told = refused(units.name_helpers, actor=desk, claim=claim, helpers=more)
    assert told == ("claim.unit_delivered",)
    told = refused(units.reassign_unit_claim, actor=desk, claim=claim, responsible=more[0])
    assert told == ("claim.unit_delivered",)
