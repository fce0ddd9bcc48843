"""The same instant, many members: each place once, each loser told why."""

import pytest
from django.test import Client

from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, ClaimAllowance, Wish
from tests.factories.directory import make_member, member_actor
from tests.factories.needs import NOW, make_claim, make_open_wish, make_post

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(result) -> str:
    if isinstance(result, Refused):
        return result.codes[0]
    assert isinstance(result, Claim), result
    return result.state


def test_thirty_members_on_three_wishes(threads) -> None:
    wishes = [make_open_wish() for _ in range(3)]
    actors = [member_actor(make_member()) for _ in range(30)]
    results = threads(
        30, lambda n: actions.claim_wish(actor=actors[n], wish=wishes[n % 3], now=NOW)
    )
    told = [outcome(result) for result in results]
    assert sorted(set(told)) == ["claim.already_taken", "live"]
    assert told.count("live") == 3
    assert set(Wish.objects.values_list("taken", "state")) == {(1, WishState.CLAIMED)}
    assert Claim.objects.count() == 3


def test_one_member_on_ten_wishes_keeps_the_limit(threads) -> None:
    wishes = [make_open_wish() for _ in range(10)]
    actor = member_actor(make_member())
    results = threads(10, lambda n: actions.claim_wish(actor=actor, wish=wishes[n], now=NOW))
    told = [outcome(result) for result in results]
    assert (told.count("live"), told.count("claim.too_many")) == (2, 8)
    assert ClaimAllowance.objects.get().live == 2
    assert Wish.objects.filter(taken=1).count() == 2


def test_one_member_pressing_ten_times_holds_one_claim(threads) -> None:
    wish, actor = make_open_wish(places=5), member_actor(make_member())
    results = threads(10, lambda n: actions.claim_wish(actor=actor, wish=wish, now=NOW))
    assert {outcome(result) for result in results} == {"live"}
    assert (Claim.objects.count(), ClaimAllowance.objects.get().live) == (1, 1)
    wish.refresh_from_db()
    assert wish.taken == 1


def test_many_places_give_each_seat_once(threads) -> None:
    wish = make_open_wish(places=4)
    actors = [member_actor(make_member()) for _ in range(12)]
    threads(12, lambda n: actions.claim_wish(actor=actors[n], wish=wish, now=NOW))
    seats = sorted(Claim.objects.live().values_list("seat", flat=True))
    assert seats == [1, 2, 3, 4]


def test_giving_back_and_queueing_at_once_loses_no_place(threads) -> None:
    claim = make_claim(make_open_wish())
    waiting = [member_actor(make_member()) for _ in range(6)]
    holder = member_actor(claim.member)

    def act(n: int):
        if n == 0:
            return actions.give_back(actor=holder, claim=claim, reason="出差", now=NOW)
        return actions.join_queue(actor=waiting[n - 1], wish=claim.wish, now=NOW)

    results = threads(7, act)
    assert [r for r in results[1:] if not isinstance(r, Claim | Refused)] == []
    wish = Wish.objects.get()
    live = Claim.objects.filter(state=ClaimState.LIVE).count()
    assert wish.taken == live
    assert wish.state == (WishState.CLAIMED if live else WishState.OPEN)


def test_a_post_never_has_more_takers_than_places(threads) -> None:
    post = make_post(places=3)
    actors = [member_actor(make_member()) for _ in range(12)]
    results = threads(12, lambda n: actions.take_post(actor=actors[n], post=post, now=NOW))
    told = [outcome(result) for result in results]
    assert (told.count("live"), told.count("post.full")) == (3, 9)
    assert sorted(Claim.objects.values_list("seat", flat=True)) == [1, 2, 3]


def test_sixty_members_on_four_wishes_through_the_pages(threads) -> None:
    """Each is told in the answer to their own request; nobody meets an error page."""
    now = clock.now()
    wishes = [make_open_wish(now=now) for _ in range(4)]
    clients = []
    for _ in range(60):
        member = make_member()
        member_actor(member)
        client = Client()
        client.force_login(member.user)
        clients.append(client)

    answers = threads(
        60,
        lambda n: clients[n].post(f"/wishes/{wishes[n % 4].code}/claim/", follow=True),
    )
    assert {answer.status_code for answer in answers} == {200}
    pages = [answer.content.decode() for answer in answers]
    assert sum("认领成功" in page for page in pages) == 4
    assert sum("已被其他同志认领" in page for page in pages) == 56
    assert Claim.objects.count() == 4
