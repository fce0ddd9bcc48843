"""点单, proposals, demands, applications, handing over and the end of terms: the actions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.directory.models import Member
from allhours.kernel.errors import Refused
from allhours.needs.actions import PostText, leave_post, take_post
from allhours.needs.actions.applications import accept_application, decline_application
from allhours.needs.actions.demands import close_demand, meet_demand, place_demand
from allhours.needs.actions.handover import (
    accept_handover,
    decline_handover,
    offer_post,
    withdraw_handover,
)
from allhours.needs.actions.orders import (
    decline_order,
    meet_order,
    order_item,
    propose_post,
    withdraw_order,
)
from allhours.needs.actions.terms import end_terms
from allhours.needs.choices import ClaimState, HandoverState, OrderState, PostState
from allhours.needs.models import Claim, ClaimAllowance, Post, PostOrder
from allhours.needs.queries.limits import categories
from tests.factories.directory import (
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.needs import NOW, SYSTEM, make_post
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db


def items(n: int) -> list[str]:
    return list(categories(NOW))[:n]


def refused(code: str, do, **how) -> None:
    with pytest.raises(Refused) as found:
        do(now=NOW, **how)
    assert found.value.codes == (code,)


def held(member: Member) -> int:
    return ClaimAllowance.objects.get(member=member).posts


def both_sides() -> None:
    publish(menu={"both_sides": True})


def test_an_order_becomes_a_post_and_everybody_who_ordered_is_invited() -> None:
    community, (item, other) = make_community(), items(2)
    actors = [member_actor(make_member(serving_community=community)) for _ in range(2)]
    placed = [order_item(actor=actor, item=item, now=NOW) for actor in actors]
    order_item(actor=actors[0], item=other, now=NOW)
    assert order_item(actor=actors[0], item=item, now=NOW) == placed[0]
    stranger, own = (
        staff_actor(Role.COMMUNITY_STAFF, place) for place in (make_community(), community)
    )
    text = PostText(title="设岗", item=item, places=3)
    refused("actor.not_permitted", meet_order, actor=stranger, order=placed[0], text=text)
    post = meet_order(actor=own, order=placed[0], text=text, now=NOW)
    states = dict(PostOrder.objects.values_list("item", "state"))
    assert states == {item: OrderState.MET, other: OrderState.OPEN}
    assert PostOrder.objects.filter(post=post).count() == 2
    assert not Claim.objects.exists()  # invited, not put on it
    placed[1].refresh_from_db()
    refused("order.not_open", meet_order, actor=own, order=placed[1], text=text)
    refused("order.offered", order_item, actor=actors[0], item=item)


def test_orders_and_posts_together_keep_the_limit() -> None:
    community, chosen = make_community(), items(4)
    actor = member_actor(make_member(serving_community=community))
    take_post(actor=actor, post=make_post(), now=NOW)
    first = order_item(actor=actor, item=chosen[0], now=NOW)
    order_item(actor=actor, item=chosen[1], now=NOW)
    refused("order.too_many", order_item, actor=actor, item=chosen[2])
    refused("order.not_yours", withdraw_order, actor=member_actor(make_member()), order=first)
    withdraw_order(actor=actor, order=first, now=NOW)
    order_item(actor=actor, item=chosen[2], now=NOW)


def test_who_belongs_nowhere_is_told_to_say_where_they_live() -> None:
    actor = member_actor(make_member())
    refused("order.no_community", order_item, actor=actor, item=items(1)[0])


def test_a_proposal_becomes_a_post_with_its_member_on_it_or_is_declined() -> None:
    community = make_community()
    member = make_member(residence=community)
    actor, own = member_actor(member), staff_actor(Role.COMMUNITY_STAFF, community)
    refused("order.title_missing", propose_post, actor=actor, title=" ")
    kept = propose_post(actor=actor, title="教老人用手机", now=NOW)
    gone = propose_post(actor=actor, title="修表", now=NOW)
    refused("claim.reason_missing", decline_order, actor=own, order=gone, reason=" ")
    decline_order(actor=own, order=gone, reason="暂无需要", now=NOW)
    text = PostText(title="教老人用手机")
    herself = replace(own, member_id=member.pk)
    refused("post.own_request", meet_order, actor=herself, order=kept, text=text)
    post = meet_order(actor=own, order=kept, text=text, now=NOW)
    claim = Claim.objects.get()
    assert (claim.post, claim.member, claim.state) == (post, member, ClaimState.LIVE)
    assert (Post.objects.get().taken, held(member)) == (1, 1)
    gone.refresh_from_db()
    assert (gone.state, gone.reason) == (OrderState.DECLINED, "暂无需要")


def test_a_scheme_without_posts_outside_the_menu_takes_no_proposals() -> None:
    publish(menu={"outside_allowed": False})
    actor = member_actor(make_member(residence=make_community()))
    refused("order.outside", propose_post, actor=actor, title="修表")


def test_a_demand_becomes_a_post_once() -> None:
    community = make_community()
    own, item = staff_actor(Role.COMMUNITY_STAFF, community), items(1)[0]
    how = {"actor": own, "community": community, "item": item}
    refused("demand.text_missing", place_demand, **how, text="", heads=2)
    demand = place_demand(**how, text="辅导作业", heads=2, now=NOW)
    text = PostText(title="辅导作业", item=item, places=2)
    stranger = staff_actor(Role.COMMUNITY_STAFF, make_community())
    refused("actor.not_permitted", meet_demand, actor=stranger, demand=demand, text=text)
    post = meet_demand(actor=own, demand=demand, text=text, now=NOW)
    demand.refresh_from_db()
    assert demand.post == post
    refused("demand.not_open", close_demand, actor=own, demand=demand)


def test_where_both_sides_choose_the_community_decides() -> None:
    both_sides()
    post = make_post(places=1)
    own = staff_actor(Role.COMMUNITY_STAFF, post.community)
    members = [make_member() for _ in range(3)]
    claims = [take_post(actor=member_actor(each), post=post, now=NOW) for each in members]
    assert take_post(actor=member_actor(members[0]), post=post, now=NOW) == claims[0]
    post.refresh_from_db()
    assert ({each.state for each in claims}, post.taken) == ({ClaimState.WAITING}, 0)
    stranger = staff_actor(Role.COMMUNITY_STAFF, make_community())
    refused("actor.not_permitted", accept_application, actor=stranger, claim=claims[0])
    herself = replace(own, member_id=members[0].pk)
    refused("post.own_request", accept_application, actor=herself, claim=claims[0])
    for _ in range(2):
        assert accept_application(actor=own, claim=claims[0], now=NOW).state == ClaimState.LIVE
    refused("post.no_place", accept_application, actor=own, claim=claims[1])
    refused("claim.reason_missing", decline_application, actor=own, claim=claims[1], reason="")
    decline_application(actor=own, claim=claims[1], reason="名额已满", now=NOW)
    refused("post.not_waiting", decline_application, actor=own, claim=claims[0], reason="晚了")
    leave_post(actor=member_actor(members[2]), claim=claims[2], reason="个人原因", now=NOW)
    post.refresh_from_db()
    assert (post.taken, [held(each) for each in members]) == (1, [1, 0, 0])


def two_colleagues():
    unit = make_unit()
    return make_member(unit), make_member(unit)


def offered(claim: Claim, to: Member):
    return offer_post(
        actor=member_actor(claim.member), claim=claim, name=to.name, member_no=to.member_no,
        now=NOW,
    )  # fmt: skip


def test_a_post_passes_to_another_only_with_their_yes() -> None:
    (giver, taker), post = two_colleagues(), make_post(places=1)
    claim = take_post(actor=member_actor(giver), post=post, now=NOW)
    how = {"actor": member_actor(giver), "claim": claim}
    far = make_member()
    refused("handover.nobody", offer_post, **how, name=far.name, member_no=far.member_no)
    refused("handover.nobody", offer_post, **how, name="别名", member_no=taker.member_no)
    refused("handover.to_oneself", offer_post, **how, name=giver.name, member_no=giver.member_no)
    first = offered(claim, taker)
    refused("handover.open", offer_post, **how, name=taker.name, member_no=taker.member_no)
    refused("handover.not_yours", accept_handover, actor=member_actor(far), handover=first)
    decline_handover(actor=member_actor(taker), handover=first, now=NOW)
    withdrawn = offered(claim, taker)
    withdraw_handover(actor=member_actor(giver), handover=withdrawn, now=NOW)
    refused("handover.ended", accept_handover, actor=member_actor(taker), handover=withdrawn)
    new = accept_handover(actor=member_actor(taker), handover=offered(claim, taker), now=NOW)
    claim.refresh_from_db()
    post.refresh_from_db()
    assert (claim.state, new.member, new.seat) == (ClaimState.WITHDRAWN, taker, claim.seat)
    assert (post.taken, held(giver), held(taker)) == (1, 0, 1)


def test_giving_a_post_back_ends_the_offer_to_pass_it_on() -> None:
    (giver, taker), post = two_colleagues(), make_post()
    claim = take_post(actor=member_actor(giver), post=post, now=NOW)
    offer = offered(claim, taker)
    leave_post(actor=member_actor(giver), claim=claim, reason="个人原因", now=NOW)
    offer.refresh_from_db()
    assert offer.state == HandoverState.WITHDRAWN


def test_when_the_term_is_over_those_on_the_post_have_done_it() -> None:
    post, lasting = make_post(until_on=NOW.date()), make_post()
    claims = [
        take_post(actor=member_actor(make_member()), post=each, now=NOW) for each in (post, lasting)
    ]
    assert end_terms(actor=SYSTEM, now=NOW) == 0
    later = NOW + timedelta(days=1)
    assert [end_terms(actor=SYSTEM, now=later) for _ in range(2)] == [1, 0]
    for claim in claims:
        claim.refresh_from_db()
    assert [each.state for each in claims] == [ClaimState.FULFILLED, ClaimState.LIVE]
    post.refresh_from_db()
    assert (post.state, post.taken) == (PostState.CLOSED, 0)


@pytest.mark.django_db(transaction=True)
def test_ten_acceptances_at_once_never_overfill(threads) -> None:
    both_sides()
    post = make_post(places=3)
    claims = [take_post(actor=member_actor(make_member()), post=post, now=NOW) for _ in range(10)]
    results = threads(10, lambda n: accept_application(actor=SYSTEM, claim=claims[n], now=NOW))
    told = sorted(each.codes[0] if isinstance(each, Refused) else each.state for each in results)
    assert told == ["live"] * 3 + ["post.no_place"] * 7
    seats = Claim.objects.live().filter(post=post).order_by("seat").values_list("seat", flat=True)
    assert list(seats) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_one_member_ordering_many_items_at_once_keeps_the_limit(threads) -> None:
    actor, chosen = member_actor(make_member(residence=make_community())), items(6)
    threads(6, lambda n: order_item(actor=actor, item=chosen[n], now=NOW))
    assert PostOrder.objects.open().count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_post_given_back_and_handed_over_at_once_has_one_holder_or_none(threads) -> None:
    (giver, taker), post = two_colleagues(), make_post(places=1)
    claim = take_post(actor=member_actor(giver), post=post, now=NOW)
    offer = offered(claim, taker)
    do = [
        lambda: accept_handover(actor=member_actor(taker), handover=offer, now=NOW),
        lambda: leave_post(actor=member_actor(giver), claim=claim, reason="个人原因", now=NOW),
    ]
    threads(2, lambda n: do[n]())
    post.refresh_from_db()
    assert post.taken == Claim.objects.live().filter(post=post).count()
    assert held(giver) == 0
