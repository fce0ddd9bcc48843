"""Somebody was quicker: a merge between the look and the act, a night's row already ended."""

import logging
from datetime import timedelta

import pytest

from allhours.directory.actions import merging
from allhours.kernel.errors import Refused
from allhours.needs import actions, tasks
from allhours.needs.actions import claims, sight
from allhours.needs.actions import unit_claims as units
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.queries.board import hand_of
from allhours.needs.queries.filled import wish_sheet
from allhours.needs.queries.register import register
from allhours.needs.queries.words import claimer_shown
from allhours.needs.register_tables import WishRegister
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_member,
    make_unit,
    member_actor,
)
from tests.factories.needs import (
    NOW,
    SYSTEM,
    liaison_of,
    make_claim,
    make_open_wish,
    make_unit_claim,
)

LATER = NOW + timedelta(hours=3)


def merged_behind(claim: Claim) -> tuple[Claim, Wish]:
    """The claim as somebody read it before its wish went up in another."""
    stale = Claim.objects.select_related("wish__community", "unit", "member").get(pk=claim.pk)
    into = make_open_wish(claim.wish.community, places=2)
    actions.merge_wishes(actor=SYSTEM, wish=claim.wish, into=into, now=NOW)
    return stale, into


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["own", "unit", "released"])
def test_given_back_after_a_merge_frees_the_place_of_the_other_wish(way) -> None:
    claim = make_claim() if way == "own" else make_unit_claim()
    stale, into = merged_behind(claim)
    former = claim.wish
    if way == "own":
        actions.give_back(actor=member_actor(claim.member), claim=stale, reason="忙", now=LATER)
    elif way == "unit":
        units.give_back_for_unit(actor=liaison_of(claim.unit), claim=stale, reason="忙", now=LATER)
    else:
        actions.release_claim(actor=SYSTEM, claim=stale, reason="忙", now=LATER)
    into.refresh_from_db()
    former.refresh_from_db()
    assert (into.taken, into.state, former.state) == (0, WishState.OPEN, WishState.MERGED)
    assert stale.state in (ClaimState.WITHDRAWN, ClaimState.RELEASED)


@pytest.mark.django_db(transaction=True)
def test_merging_and_giving_back_at_once_count_each_place_once(threads) -> None:
    claim = make_claim()
    into, self_ = make_open_wish(claim.wish.community, places=2), member_actor(claim.member)
    stale = Claim.objects.select_related("wish__community").get(pk=claim.pk)

    def act(n: int):
        if n:
            return actions.give_back(actor=self_, claim=stale, reason="忙", now=LATER)
        return actions.merge_wishes(actor=SYSTEM, wish=claim.wish, into=into, now=LATER)

    results = threads(2, act)
    assert [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)] == []
    live = Claim.objects.live()
    for wish in Wish.objects.all():
        assert wish.taken == live.filter(wish=wish).count()


@pytest.mark.django_db
def test_who_asked_for_another_is_not_named_the_same_again() -> None:
    claim = make_unit_claim()
    units.ask_for_another(actor=member_actor(claim.member), claim=claim, now=LATER)
    with pytest.raises(Refused) as told:
        units.claim_for_unit(
            actor=liaison_of(claim.unit), wish=claim.wish, unit=claim.unit,
            responsible=claim.member, now=LATER,
        )  # fmt: skip
    assert told.value.codes == ("claim.wants_another",)


@pytest.mark.django_db
def test_who_asked_for_another_is_nowhere_shown_as_claimer() -> None:
    claim = make_unit_claim()
    number, name = claim.member.member_no, claim.member.name

    def shown() -> list[str]:
        wish = Wish.objects.get(pk=claim.wish_id)
        sheet = " ".join(text for _title, text in wish_sheet(wish, LATER).texts)
        cell = WishRegister(Wish.objects.all()).render_claims(wish)
        return [sheet, cell, str(register(None, LATER))]

    assert all(number in words for words in shown())
    units.ask_for_another(actor=member_actor(claim.member), claim=claim, now=LATER)
    assert not any(number in words or name in words for words in shown())
    assert claimer_shown(claim, name) == f"{claim.unit.label} · 待另派"


@pytest.mark.django_db
def test_the_board_counts_from_when_the_present_one_was_named() -> None:
    claim, later = make_unit_claim(), NOW + timedelta(days=4)
    other = make_member(claim.unit)
    claim = units.reassign_unit_claim(
        actor=liaison_of(claim.unit), claim=claim, responsible=other, now=later
    )
    hand = hand_of([claim])
    assert (hand.uncontacted_since, hand.claimed_at) == (later, later)


@pytest.mark.django_db
@pytest.mark.parametrize("taken", [[], ["unit"]])
def test_numbers_of_two_units_become_one_and_nobody_answers_for_a_strange_unit(taken) -> None:
    kept, gone = make_member(make_unit()), make_member(make_unit())
    of_kept, of_gone = make_unit_claim(responsible=kept), make_unit_claim(responsible=gone)
    helped = make_unit_claim(unit=gone.unit)
    units.name_helpers(actor=liaison_of(gone.unit), claim=helped, helpers=[gone], now=NOW)
    officer = county_officer()
    proposer = county_officer()
    merge = merging.propose_merge(actor=proposer, kept=kept, gone=gone, taken=taken, now=NOW)
    merging.approve_merge(actor=officer, merge=merge, now=NOW)
    kept.refresh_from_db()
    for claim in (of_kept, of_gone):
        claim.refresh_from_db()
        assert claim.is_unnamed == (claim.unit_id != kept.unit_id)
    assert helped.helpers.exists() == bool(taken)


@pytest.mark.django_db
def test_one_refusal_does_not_end_the_night(monkeypatch, caplog) -> None:
    first, second = make_claim(), make_claim()
    for claim in (first, second):
        claim.member.left_on = TODAY
        claim.member.save(update_fields=["left_on"])
    leave = claims.leave_claim

    def quicker(actor, claim, *rest, **options):
        if claim.pk == first.pk:
            raise Refused(claims.rules.NOT_A_MEMBER)
        return leave(actor, claim, *rest, **options)

    monkeypatch.setattr(claims, "leave_claim", quicker)
    reached = []
    monkeypatch.setattr(tasks.imports, "discard_old_imports", lambda **_: reached.append(1))
    with caplog.at_level(logging.INFO, "allhours.needs"):
        tasks.tidy(LATER)
    second.refresh_from_db()
    assert (second.state, reached) == (ClaimState.RELEASED, [1])
    assert {record.levelname for record in caplog.records} <= {"INFO"}


@pytest.mark.django_db
def test_the_wisher_of_the_merged_wish_is_the_one_seen() -> None:
    claim = make_claim()
    stale, into = merged_behind(claim)
    Wish.objects.filter(pk=into.pk).update(wisher_name_sealed="")
    assert sight.see_wisher(actor=member_actor(claim.member), claim=stale, now=LATER).name == ""
