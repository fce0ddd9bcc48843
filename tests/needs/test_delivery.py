"""Delivering, confirming, crediting, rating, and saying that it is not done."""

from datetime import timedelta

import pytest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.models import Appointment
from allhours.directory.queries.actors import actor_of
from allhours.kernel.errors import Refused
from allhours.ledger.models import Entry
from allhours.needs import actions
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import ClaimAllowance
from tests.factories.directory import SPRING, TODAY, make_member, member_actor, staff_actor
from tests.factories.needs import (
    NOW,
    delivery,
    make_claim,
    make_delivered,
    make_open_wish,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=4)
RESIDENT = Actor.public()


def codes(refused) -> tuple[str, ...]:
    return refused.value.codes


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"minutes": 0}, "claim.time_missing"),
        ({"minutes": 721}, "claim.time_missing"),
        ({"started_at": LATER}, "claim.time_ahead"),
        ({"started_at": NOW - timedelta(hours=1)}, "claim.time_before"),
        ({"note": "  "}, "claim.note_missing"),
    ],
)
def test_delivery_is_refused_with_its_sentence(over, code) -> None:
    claim = make_claim()
    actor = member_actor(claim.member)
    with pytest.raises(Refused) as refused:
        actions.deliver_claim(actor=actor, claim=claim, delivery=delivery(**over), now=LATER)
    assert codes(refused) == (code,)
    actions.deliver_claim(actor=actor, claim=claim, delivery=delivery(), now=LATER)
    with pytest.raises(Refused) as refused:
        actions.deliver_claim(actor=actor, claim=claim, delivery=delivery(), now=LATER)
    assert codes(refused) == ("claim.already_delivered",)


def test_delivery_is_the_claimers() -> None:
    claim = make_claim()
    with pytest.raises(Refused) as refused:
        actions.deliver_claim(
            actor=member_actor(make_member()), claim=claim, delivery=delivery(), now=LATER
        )
    assert codes(refused) == ("claim.not_yours",)


def test_confirmation_posts_each_claim_once_and_frees_the_allowance() -> None:
    wish = make_open_wish(places=2)
    claims = [make_claim(wish), make_claim(wish)]
    with pytest.raises(Refused) as refused:
        actions.confirm_by_resident(actor=RESIDENT, wish=wish, now=LATER)
    assert codes(refused) == ("claim.not_delivered",)
    for claim in claims:
        make_delivered(claim)
    actions.confirm_by_resident(actor=RESIDENT, wish=wish, rating=2, now=LATER)
    with pytest.raises(Refused):
        actions.confirm_by_resident(actor=RESIDENT, wish=wish, now=LATER)
    entries = Entry.objects.order_by("member_id")
    assert [(e.source_key, e.minutes, e.on) for e in entries] == [
        (str(claim.pk), 60, TODAY) for claim in claims
    ]
    assert set(ClaimAllowance.objects.values_list("live", flat=True)) == {0}
    wish.refresh_from_db()
    assert (wish.state, wish.rating) == (WishState.CONFIRMED, 2)


def test_confirmation_is_never_the_claimers_own() -> None:
    claim = make_delivered()
    wish = claim.wish
    own = member_actor(claim.member)
    Appointment.objects.create(
        user_id=own.user_id,
        role=Role.COMMUNITY_SECRETARY,
        organization=wish.community,
        from_on=SPRING,
    )
    own = actor_of(claim.member.user, on=TODAY)
    for confirm in (actions.confirm_delivery, actions.confirm_by_resident):
        with pytest.raises(Refused) as refused:
            confirm(actor=own, wish=wish, now=LATER)
        assert codes(refused) == ("claim.not_by_claimer",)
    actions.confirm_delivery(
        actor=staff_actor(Role.COMMUNITY_SECRETARY, wish.community), wish=wish, now=LATER
    )
    claim.refresh_from_db()
    assert claim.state == ClaimState.FULFILLED


def test_overlapping_hours_are_not_counted_twice() -> None:
    member = make_member()
    first, second = make_claim(member=member), make_claim(member=member)
    for claim in (first, second):
        make_delivered(claim)
        actions.confirm_by_resident(actor=RESIDENT, wish=claim.wish, now=LATER)
    assert sorted(Entry.objects.values_list("minutes", "quantity")) == [(0, 1), (60, 1)]


def test_not_done_goes_back_to_the_claimer() -> None:
    claim = make_delivered()
    actions.report_not_done(actor=RESIDENT, wish=claim.wish, note="还差一条腿", now=LATER)
    claim.refresh_from_db()
    assert (claim.wish.state, claim.delivered_at, claim.wish.note) == (
        WishState.CLAIMED,
        None,
        "还差一条腿",
    )
    make_delivered(claim)
    claim.wish.refresh_from_db()
    assert claim.wish.state == WishState.DELIVERED


def test_rating_once_after_the_community_confirmed() -> None:
    wish = make_delivered().wish
    actions.confirm_delivery(actor=Actor.system("test"), wish=wish, now=LATER)
    actions.rate_wish(actor=RESIDENT, wish=wish, rating=3, now=LATER)
    with pytest.raises(Refused) as refused:
        actions.rate_wish(actor=RESIDENT, wish=wish, rating=1, now=LATER)
    assert codes(refused) == ("wish.already_rated",)


def test_extension_once_with_the_scheme() -> None:
    claim = make_claim()
    staff = staff_actor(Role.COMMUNITY_STAFF, claim.wish.community)
    due = claim.due_at
    actions.extend_claim(actor=staff, claim=claim, days=7, now=NOW)
    claim.refresh_from_db()
    assert claim.due_at > due + timedelta(days=6)
    with pytest.raises(Refused) as refused:
        actions.extend_claim(actor=staff, claim=claim, days=7, now=NOW)
    assert codes(refused) == ("claim.extended_enough",)


def test_a_delivered_claim_is_not_given_back() -> None:
    claim = make_delivered()
    with pytest.raises(Refused) as refused:
        actions.give_back(
            actor=member_actor(claim.member), claim=claim, reason="个人原因", now=LATER
        )
    assert codes(refused) == ("claim.already_delivered",)
