"""Claiming: each refusal shares its set-up with the success beside it."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, ClaimAllowance, Wish
from tests.factories.directory import (
    make_community,
    make_member,
    member_actor,
    staff_actor,
)
from tests.factories.needs import (
    NOW,
    SECRET_PHONE,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
)

pytestmark = pytest.mark.django_db


def codes(refused) -> tuple[str, ...]:
    return refused.value.codes


def live_count(member) -> int:
    return ClaimAllowance.objects.get(member=member).live


def test_claim_takes_the_seat_and_the_next_member_is_told() -> None:
    wish = make_open_wish()
    claim = make_claim(wish)
    wish.refresh_from_db()
    assert (wish.state, wish.taken, claim.seat) == (WishState.CLAIMED, 1, 1)
    with pytest.raises(Refused) as refused:
        make_claim(wish)
    assert codes(refused) == ("claim.already_taken",)


def test_claim_repeated_gives_the_same_claim() -> None:
    wish, member = make_open_wish(), make_member()
    assert make_claim(wish, member) == make_claim(wish, member)
    assert Claim.objects.count() == 1


def test_claim_of_a_scheduled_wish_opens_at_its_instant() -> None:
    at = NOW + timedelta(hours=1)
    wish = make_open_wish(at=at)
    with pytest.raises(Refused) as refused:
        make_claim(wish, now=at - timedelta(seconds=1))
    assert codes(refused) == ("claim.opens_later",)
    make_claim(wish, now=at)
    wish.refresh_from_db()
    assert (wish.state, wish.opened_at) == (WishState.CLAIMED, at)


def test_claim_of_an_unpublished_wish_is_refused() -> None:
    wish = note_wish().wish
    with pytest.raises(Refused) as refused:
        make_claim(wish)
    assert codes(refused) == ("claim.not_published",)


def test_claim_over_the_limit_is_refused_until_one_is_given_back() -> None:
    member = make_member()
    first, _ = make_claim(member=member), make_claim(member=member)
    third = make_open_wish()
    with pytest.raises(Refused) as refused:
        make_claim(third, member)
    assert codes(refused) == ("claim.too_many",)
    actions.give_back(actor=member_actor(member), claim=first, reason="个人原因", now=NOW)
    make_claim(third, member)
    assert live_count(member) == 2


def test_claim_of_ones_own_wish_is_refused() -> None:
    wish = make_open_wish()
    with pytest.raises(Refused) as refused:
        make_claim(wish, make_member(phone=SECRET_PHONE))
    assert codes(refused) == ("claim.own_wish",)
    make_claim(wish, make_member(phone="13800000000"))


def test_claim_without_consent_is_for_its_own_community_only() -> None:
    community = make_community()
    wish = make_open_wish(community, consent=False)
    with pytest.raises(Refused) as refused:
        make_claim(wish)
    assert codes(refused) == ("claim.other_community",)
    make_claim(wish, make_member(serving_community=community))


def test_claim_needs_a_member_on_the_roster() -> None:
    wish = make_open_wish()
    with pytest.raises(Refused) as refused:
        actions.claim_wish(
            actor=staff_actor(Role.COMMUNITY_STAFF, wish.community), wish=wish, now=NOW
        )
    assert codes(refused) == ("claim.not_a_member",)
    with pytest.raises(Refused) as refused:
        make_claim(wish, make_member(left_on=NOW.date()))
    assert codes(refused) == ("claim.not_a_member",)


def test_wish_with_places_stays_open_until_all_are_taken() -> None:
    wish = make_open_wish(places=2)
    first = make_claim(wish)
    wish.refresh_from_db()
    assert wish.state == WishState.OPEN
    second = make_claim(wish)
    wish.refresh_from_db()
    assert (wish.state, first.seat, second.seat) == (WishState.CLAIMED, 1, 2)
    make_delivered(first)
    wish.refresh_from_db()
    assert wish.state == WishState.CLAIMED
    make_delivered(second)
    wish.refresh_from_db()
    assert wish.state == WishState.DELIVERED


def test_queue_promotes_the_first_who_may_hold_one_more() -> None:
    wish = make_open_wish()
    holder = make_claim(wish)
    busy, free = make_member(), make_member()
    make_claim(member=busy)
    make_claim(member=busy)
    queued = [
        actions.join_queue(actor=member_actor(member), wish=wish, now=NOW)
        for member in (busy, free)
    ]
    assert [claim.queue_no for claim in queued] == [1, 2]
    actions.give_back(actor=member_actor(holder.member), claim=holder, reason="出差", now=NOW)
    for claim in queued:
        claim.refresh_from_db()
    wish.refresh_from_db()
    assert [claim.state for claim in queued] == [ClaimState.WAITING, ClaimState.LIVE]
    assert (wish.state, wish.taken, live_count(free)) == (WishState.CLAIMED, 1, 1)
    assert ClaimAllowance.objects.get(member=free).waiting == 0


def test_queue_is_refused_while_a_place_is_free_and_after_its_limit() -> None:
    member = make_member()
    actor = member_actor(member)
    wish = make_open_wish()
    with pytest.raises(Refused) as refused:
        actions.join_queue(actor=actor, wish=wish, now=NOW)
    assert codes(refused) == ("claim.still_open",)
    for _ in range(3):
        actions.join_queue(actor=actor, wish=make_claim().wish, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.join_queue(actor=actor, wish=make_claim().wish, now=NOW)
    assert codes(refused) == ("claim.queue_limit",)


def test_release_is_the_communitys_and_opens_the_wish_again() -> None:
    claim = make_claim()
    wish = claim.wish
    with pytest.raises(Refused):
        actions.release_claim(
            actor=staff_actor(Role.COMMUNITY_STAFF, make_community()),
            claim=claim,
            reason="久未联系",
            now=NOW,
        )
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    actions.release_claim(actor=staff, claim=claim, reason="久未联系", now=NOW)
    wish.refresh_from_db()
    assert (claim.state, wish.state, wish.taken) == (ClaimState.RELEASED, WishState.OPEN, 0)
    assert live_count(claim.member) == 0
    with pytest.raises(Refused) as refused:
        actions.release_claim(actor=staff, claim=claim, reason="再来", now=NOW)
    assert codes(refused) == ("claim.not_live",)


def test_withdrawing_ends_all_claims_and_frees_allowances() -> None:
    claim = make_claim()
    waiting = make_member()
    actions.join_queue(actor=member_actor(waiting), wish=claim.wish, now=NOW)
    actions.withdraw_wish(actor=SYSTEM, wish=Wish.objects.get(), reason="不需要了", now=NOW)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.RELEASED}
    assert set(ClaimAllowance.objects.values_list("live", "waiting")) == {(0, 0)}


def test_departed_members_hold_nothing() -> None:
    claim = make_claim()
    claim.member.left_on = NOW.date()
    claim.member.save(update_fields=["left_on"])
    assert actions.release_departed(actor=SYSTEM, now=NOW) == 1
    assert Wish.objects.get().state == WishState.OPEN
