"""Units and members at the same instant: each place once, each limit held, each loser told."""

from datetime import timedelta

import pytest

from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import unit_claims as units
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, ClaimAllowance, UnitAllowance, Wish
from tests.factories.directory import make_member, make_unit, member_actor
from tests.factories.needs import NOW, delivery, liaison_of, make_open_wish, make_unit_claim
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=3)


def outcome(result) -> str:
    if isinstance(result, Refused):
        return result.codes[0]
    assert isinstance(result, Claim), result
    return result.state


def test_units_and_members_for_the_last_place(threads) -> None:
    wish = make_open_wish()
    desks = [(liaison_of(unit), unit, make_member(unit)) for unit in (make_unit(), make_unit())]
    people = [member_actor(make_member()) for _ in range(4)]

    def act(n: int):
        if n < 4:
            desk, unit, member = desks[n % 2]  # each desk presses twice
            return units.claim_for_unit(
                actor=desk, wish=wish, unit=unit, responsible=member, now=NOW
            )
        return actions.claim_wish(actor=people[n - 4], wish=wish, now=NOW)

    told = [outcome(result) for result in threads(8, act)]
    assert set(told) <= {"live", "claim.already_taken"}
    claim = Claim.objects.get()
    assert told.count("live") == (2 if claim.unit_id else 1) or told.count("live") == 1
    wish.refresh_from_db()
    assert (wish.taken, wish.state) == (1, WishState.CLAIMED)
    held = sum(UnitAllowance.objects.values_list("live", flat=True))
    own = sum(ClaimAllowance.objects.values_list("live", flat=True))
    assert (held, own) == ((1, 0) if claim.unit_id else (0, 1))


def test_a_unit_on_eight_wishes_keeps_its_limit(threads) -> None:
    publish(wishes={"unit_open_claims": 3})
    unit = make_unit()
    desk, people = liaison_of(unit), [make_member(unit) for _ in range(8)]
    wishes = [make_open_wish() for _ in range(8)]
    results = threads(
        8,
        lambda n: units.claim_for_unit(
            actor=desk, wish=wishes[n], unit=unit, responsible=people[n], now=NOW
        ),
    )
    told = [outcome(result) for result in results]
    assert (told.count("live"), told.count("claim.unit_too_many")) == (3, 5)
    assert UnitAllowance.objects.get().live == 3
    assert Wish.objects.filter(taken=1).count() == 3


def test_two_at_the_desk_name_two_for_the_same_wish(threads) -> None:
    wish, unit = make_open_wish(places=5), make_unit()
    desk, people = liaison_of(unit), [make_member(unit) for _ in range(6)]
    results = threads(
        6,
        lambda n: units.claim_for_unit(
            actor=desk, wish=wish, unit=unit, responsible=people[n], now=NOW
        ),
    )
    told = [outcome(result) for result in results]
    assert (told.count("live"), told.count("claim.unit_holds_it")) == (1, 5)
    wish.refresh_from_db()
    assert (wish.taken, UnitAllowance.objects.get().live) == (1, 1)


def test_named_and_claiming_it_themself_holds_it_once(threads) -> None:
    wish, unit = make_open_wish(places=4), make_unit()
    member = make_member(unit)
    desk, self_ = liaison_of(unit), member_actor(member)

    def act(n: int):
        if n % 2:
            return actions.claim_wish(actor=self_, wish=wish, now=NOW)
        return units.claim_for_unit(actor=desk, wish=wish, unit=unit, responsible=member, now=NOW)

    told = {outcome(result) for result in threads(6, act)}
    claim = Claim.objects.get()
    assert told <= {"live", "claim.holds_it"}
    wish.refresh_from_db()
    held = sum(UnitAllowance.objects.values_list("live", flat=True))
    own = sum(ClaimAllowance.objects.values_list("live", flat=True))
    assert (wish.taken, held, own) == (1, 1 if claim.unit_id else 0, 0 if claim.unit_id else 1)


def test_asking_for_another_delivering_and_giving_back_at_once_end_one_way(threads) -> None:
    claim = make_unit_claim(helpers=1)
    unit, member = claim.unit, claim.member
    desk, self_, other = liaison_of(unit), member_actor(member), make_member(unit)

    def fresh() -> Claim:
        return Claim.objects.select_related("wish", "unit", "member").get(pk=claim.pk)

    def act(n: int):
        if n == 0:
            return units.ask_for_another(actor=self_, claim=fresh(), now=LATER)
        if n == 1:
            return actions.deliver_claim(actor=self_, claim=fresh(), delivery=delivery(), now=LATER)
        if n == 2:
            return units.give_back_for_unit(actor=desk, claim=fresh(), reason="忙", now=LATER)
        return units.reassign_unit_claim(actor=desk, claim=fresh(), responsible=other, now=LATER)

    results = threads(4, act)
    assert [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)] == []
    end, wish = fresh(), Wish.objects.get()
    live = end.state == ClaimState.LIVE
    assert wish.taken == UnitAllowance.objects.get().live == int(live)
    if end.delivered_at is not None:
        assert (end.member, end.unnamed_since, wish.state) == (member, None, WishState.DELIVERED)
    else:
        assert wish.state == (WishState.CLAIMED if live else WishState.OPEN)
