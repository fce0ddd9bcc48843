"""What is refused about orders, demands and handing posts over."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Appointment, Member, Organization
from allhours.needs.actions import demands, handover, orders
from allhours.needs.models import Claim, Demand, PostHandover, PostOrder
from tests.api.alike import Table, Try, now, today, user_of
from tests.api.cases_posts import items, staff, taken
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.needs import SYSTEM, make_post
from tests.factories.scheme import publish

TABLE = Table()
case = TABLE.case

# ---- orders ------------------------------------------------------------------------------------


def at_home() -> tuple[Member, Organization]:
    place = make_community()
    return make_member(serving_community=place), place


def ordering(code: str, user: User, item: str) -> Try:
    sent = {"item": item}
    return Try(code, user, reverse("needs:order-item"), "/me/orders/", sent, sent)


@case("orders.order_item", "order.no_community")
def an_order_of_somebody_who_belongs_nowhere() -> Try:
    return ordering("order.no_community", user_of(make_member()), items()[0])


@case("orders.order_item", "order.offered")
def an_order_of_what_is_there() -> Try:
    member, place = at_home()
    make_post(place, now=now(), item=items()[0])
    return ordering("order.offered", user_of(member), items()[0])


@case("orders.order_item", "post.item_unknown")
def an_order_of_what_is_not_on_the_menu() -> Try:
    return ordering("post.item_unknown", user_of(at_home()[0]), "没有的")


@case("orders.order_item", "order.too_many")
def an_order_too_many() -> Try:
    member, _place = at_home()
    chosen = items(4)
    for item in chosen[:3]:
        orders.order_item(actor=member_actor(member), item=item, now=now())
    return ordering("order.too_many", user_of(member), chosen[3])


def proposing(code: str, **sent: Any) -> Try:
    user = user_of(at_home()[0])
    return Try(code, user, reverse("needs:propose"), "/me/orders/propose/", sent, sent)


@case("orders.propose_post", "order.outside")
def a_proposal_where_the_menu_is_closed() -> Try:
    publish(menu={"outside_allowed": False})
    return proposing("order.outside", title="修表")


@case("orders.propose_post", "order.title_missing", asked=True)
def a_proposal_of_nothing() -> Try:
    return proposing("order.title_missing", title=" ")


def ordered(member: Member | None = None, *, proposal: bool = False) -> PostOrder:
    actor = member_actor(member or at_home()[0])
    if proposal:
        return orders.propose_post(actor=actor, title="修表", now=now())
    return orders.order_item(actor=actor, item=items()[0], now=now())


@case("orders.withdraw_order", "order.not_open")
def an_order_withdrawn_twice() -> Try:
    order = ordered()
    orders.withdraw_order(actor=member_actor(order.member), order=order, now=now())
    page = reverse("needs:order-withdraw", args=[order.code])
    return Try("order.not_open", user_of(order.member), page, f"/me/orders/{order.pk}/withdraw/")


def of_order(
    code: str, order: PostOrder, step: str, sent: dict[str, Any], user: User | None = None
) -> Try:
    page = sent | ({"community": order.community_id, "item": order.item} if step == "meet" else {})
    return Try(
        code, user or staff(order.community), reverse(f"needs:order-{step}", args=[order.code]),
        f"/desk/orders/{order.pk}/{step}/", page, sent,
    )  # fmt: skip


@case("orders.decline_order", "claim.reason_missing")
def an_order_declined_without_a_reason() -> Try:
    return of_order("claim.reason_missing", ordered(), "decline", {"reason": ""})


@case("orders.meet_order", "order.not_open")
def an_order_met_after_it_was_withdrawn() -> Try:
    order = ordered()
    orders.withdraw_order(actor=member_actor(order.member), order=order, now=now())
    return of_order("order.not_open", order, "meet", {"title": "陪聊", "places": 1})


@case("orders.meet_order", "order.member_full")
def a_proposal_of_somebody_who_holds_enough() -> Try:
    member, place = at_home()
    order = ordered(member, proposal=True)
    for _ in range(3):
        taken(make_post(place, now=now()), member)
    return of_order("order.member_full", order, "meet", {"title": "修表", "places": 1})


@case("orders.meet_order", "post.own_request")
def ones_own_proposal() -> Try:
    member, place = at_home()
    order, user = ordered(member, proposal=True), user_of(member)
    Appointment.objects.create(
        user=user, role=Role.COMMUNITY_STAFF, organization=place, from_on=today()
    )
    return of_order("post.own_request", order, "meet", {"title": "修表", "places": 1}, user)


@case("orders.meet_order", "actor.not_permitted")
def an_order_met_by_an_inspector() -> Try:
    user = staff_user(Role.INSPECTOR, make_county())
    return of_order("actor.not_permitted", ordered(), "meet", {"title": "陪", "places": 1}, user)


# ---- demands -----------------------------------------------------------------------------------


def demand(place: Organization | None = None) -> Demand:
    return demands.place_demand(
        actor=SYSTEM, community=place or make_community(), item=items()[0], text="辅导作业",
        heads=2, now=now(),
    )  # fmt: skip


@case("demands.place_demand", "demand.text_missing", asked=True)
def a_demand_for_nothing() -> Try:
    place, sent = make_community(), {"item": items()[0], "text": " ", "heads": 1}
    return Try(
        "demand.text_missing", staff(place), reverse("needs:demand-new"), "/desk/demands/",
        sent | {"community": place.pk}, sent | {"community": place.code},
    )  # fmt: skip


@case("demands.close_demand", "demand.not_open")
def a_demand_closed_twice() -> Try:
    found = demand()
    demands.close_demand(actor=SYSTEM, demand=found, now=now())
    page = reverse("needs:demand-close", args=[found.code])
    api = f"/desk/demands/{found.pk}/close/"
    return Try("demand.not_open", staff(found.community), page, api)


@case("demands.meet_demand", "demand.not_open")
def a_demand_met_after_it_was_closed() -> Try:
    found = demand()
    demands.close_demand(actor=SYSTEM, demand=found, now=now())
    sent = {"title": "辅导", "places": 2}
    return Try(
        "demand.not_open", staff(found.community), reverse("needs:demand-meet", args=[found.code]),
        f"/desk/demands/{found.pk}/meet/", sent | {"community": found.community_id}, sent,
    )  # fmt: skip


# ---- handing over ------------------------------------------------------------------------------


def colleagues() -> tuple[Member, Member]:
    unit = make_unit()
    return make_member(unit), make_member(unit)


def offering(code: str, claim: Claim, to: Member) -> Try:
    sent = {"name": to.name, "member_no": to.member_no}
    page = reverse("needs:post-hand-over", args=[claim.post.code])
    return Try(code, user_of(claim.member), page, f"/claims/{claim.pk}/hand-over/", sent, sent)


def offered(claim: Claim, to: Member) -> PostHandover:
    return handover.offer_post(
        actor=member_actor(claim.member), claim=claim, name=to.name, member_no=to.member_no,
        now=now(),
    )  # fmt: skip


@case("handover.offer_post", "handover.nobody")
def a_post_for_somebody_far() -> Try:
    return offering("handover.nobody", taken(), make_member())


@case("handover.offer_post", "handover.to_oneself")
def a_post_for_oneself() -> Try:
    claim = taken()
    return offering("handover.to_oneself", claim, claim.member)


@case("handover.offer_post", "handover.on_it")
def a_post_for_somebody_who_is_on_it() -> Try:
    giver, taker = colleagues()
    claim = taken(member=giver)
    taken(claim.post, taker)
    return offering("handover.on_it", claim, taker)


@case("handover.offer_post", "handover.open")
def a_post_offered_twice() -> Try:
    giver, taker = colleagues()
    claim = taken(member=giver)
    offered(claim, taker)
    return offering("handover.open", claim, taker)


def answer(code: str, found: PostHandover, who: Member, step: str) -> Try:
    page = reverse("needs:handover", args=[found.code, step])
    return Try(code, user_of(who), page, f"/me/hand-overs/{found.pk}/{step}/")


for _do, _who in (("accept", "giver"), ("decline", "giver"), ("withdraw", "taker")):

    @case(f"handover.{_do}_handover", "handover.not_yours")
    def an_answer_that_is_anothers(step: str = _do, who: str = _who) -> Try:
        giver, taker = colleagues()
        found = offered(taken(member=giver), taker)
        return answer("handover.not_yours", found, giver if who == "giver" else taker, step)


@case("handover.accept_handover", "handover.ended")
def a_post_taken_over_too_late() -> Try:
    giver, taker = colleagues()
    found = offered(taken(member=giver), taker)
    handover.withdraw_handover(actor=member_actor(giver), handover=found, now=now())
    return answer("handover.ended", found, taker, "accept")
