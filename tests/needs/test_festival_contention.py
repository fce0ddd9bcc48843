"""A festival's hour, many members: each wish once, nobody over the limit, one hour for all."""

from collections import Counter
from datetime import timedelta

import pytest

from allhours.kernel.errors import Refused
from allhours.needs import actions as needs
from allhours.needs.actions import festivals
from allhours.needs.models import Claim, Festival, FestivalSeat, Wish
from tests.factories.directory import make_member, member_actor
from tests.factories.festivals import HOUR, announced, gather, plan, running, verified_wish
from tests.factories.needs import NOW, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def told(result) -> str:
    return result.codes[0] if isinstance(result, Refused) else getattr(result, "state", result)


def test_thirty_members_on_ten_wishes_take_one_each(threads) -> None:
    """Every member tries three of them: all go out, once, and nobody has two."""
    _festival, wishes = running(10)
    actors = [member_actor(make_member()) for _ in range(10)]

    def act(n: int):
        wish = wishes[(n % 10 + n // 10 * 3) % 10]
        return needs.claim_wish(actor=actors[n % 10], wish=wish, now=NOW)

    said = Counter(told(result) for result in threads(30, act))
    assert set(said) <= {"live", "claim.already_taken", "claim.festival_limit"}
    held = Counter(Claim.objects.live().values_list("member_id", flat=True))
    assert max(held.values()) == 1
    assert sum(held.values()) == said["live"] == Wish.objects.filter(taken=1).count()
    assert set(FestivalSeat.objects.values_list("taken", flat=True)) <= {0, 1}
    assert sum(FestivalSeat.objects.values_list("taken", flat=True)) == said["live"]


def test_thirty_members_of_whom_ten_can_have_one(threads) -> None:
    _festival, wishes = running(10)
    actors = [member_actor(make_member()) for _ in range(30)]
    results = threads(30, lambda n: needs.claim_wish(actor=actors[n], wish=wishes[n % 10], now=NOW))
    said = Counter(told(result) for result in results)
    assert said == {"live": 10, "claim.already_taken": 20}
    assert set(Claim.objects.live().values_list("wish", flat=True)) == {w.pk for w in wishes}


def test_one_member_on_ten_wishes_at_once_has_one(threads) -> None:
    _festival, wishes = running(10)
    actor = member_actor(make_member())
    said = Counter(
        told(each)
        for each in threads(10, lambda n: needs.claim_wish(actor=actor, wish=wishes[n], now=NOW))
    )
    assert said["live"] == 1
    assert set(said) <= {"live", "claim.festival_limit"}
    assert FestivalSeat.objects.get().taken == 1
    assert Wish.objects.filter(taken=1).count() == 1


def test_the_hour_moved_as_it_comes_moves_all_or_nothing(threads) -> None:
    """Six claim at the very hour, two whose clock is a moment behind move it."""
    wishes = [verified_wish() for _ in range(6)]
    festival = announced(wishes)
    hour = festival.opens_at
    actors = [member_actor(make_member()) for _ in range(6)]

    def act(n: int):
        if n < 2:
            later = hour + HOUR * (n + 1)
            return festivals.move_festival(
                actor=SYSTEM,
                festival=festival,
                opens_at=later,
                now=hour - timedelta(milliseconds=1),
            ).opens_at
        return needs.claim_wish(actor=actors[n - 2], wish=wishes[n - 2], now=hour)

    results = threads(8, act)
    said = Counter(told(each) for each in results[2:])
    now_at = Festival.objects.get().opens_at
    if now_at == hour:  # nobody could move it
        assert said == {"live": 6}
        assert {told(each) for each in results[:2]} == {"festival.hour_come"}
        assert set(Wish.objects.values_list("opened_at", flat=True)) == {hour}
    else:
        assert said == {"claim.opens_later": 6}
        assert set(Wish.objects.values_list("publish_at", "state")) == {(now_at, "scheduled")}


def test_gathering_while_it_is_announced_leaves_no_wish_behind(threads) -> None:
    first, others = verified_wish(), [verified_wish() for _ in range(5)]
    festival = gather(plan(), first)

    def act(n: int):
        if n == 0:
            return festivals.announce_festival(actor=SYSTEM, festival=festival, now=NOW)
        return festivals.gather_wishes(
            actor=SYSTEM, festival=festival, wishes=[others[n - 1]], now=NOW
        )

    results = threads(6, act)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert set(Wish.objects.values_list("festival", "state", "publish_at")) == {
        (festival.pk, "scheduled", festival.opens_at)
    }
