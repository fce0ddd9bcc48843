"""Posts that are not there yet, ordered or proposed by the caller; and passing a post on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Done, Given, Listed, Words, listing
from allhours.kernel import clock
from allhours.needs.actions import handover, orders
from allhours.needs.choices import HandoverState, OrderState
from allhours.needs.models import PostHandover, PostOrder
from allhours.needs.queries import orders as queries
from allhours.needs.queries.limits import menu
from allhours.needs.queries.mine import claims_of
from allhours.scheme.schema import Menu

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
router = Router(tags=["orders"])


class OrderOut(Schema):
    id: int
    code: str
    year: int
    item: str = Field(description='code of the menu\'s item; "" is a proposal outside the menu')
    title: str = Field(description="the item's, or the proposal's own")
    text: str
    times: str
    community: str = Field(description="code of the one that sets it up")
    state: str
    post: int | None = Field(description="the post that came of it")
    asked_at: datetime
    ended_at: datetime | None
    reason: str = Field(description="of a no")


class HandoverOut(Schema):
    id: int
    code: str
    state: str
    claim: int
    post: int
    title: str
    community: str
    from_no: str = Field(description="number of the member who is on the post")
    from_name: str
    to_no: str
    to_name: str
    asked_at: datetime
    ended_at: datetime | None


class OrdersAsked(Listed):
    state: OrderState | None = None


class HandoversAsked(Listed):
    state: HandoverState | None = None


class Ordered(Given):
    item: Code = Field(min_length=1, description="code of the menu's item")
    text: Words = ""


class Proposed(Given):
    title: str = Field(max_length=60, description="what the caller would do")
    text: Words = ""
    times: str = Field("", max_length=80)


class Offered(Given):
    """Both, so that nobody's number can be tried out."""

    name: str = Field(max_length=60)
    member_no: str = Field(max_length=20)


def show(order: PostOrder, items: Menu) -> dict[str, Any]:
    names = ("code", "year", "item", "text", "times", "state", "asked_at", "ended_at", "reason")
    return {
        "id": order.pk,
        "title": order.title or items.title_of(order.item),
        "community": order.community.code,
        "post": order.post_id,
        **{name: getattr(order, name) for name in names},
    }


def show_handover(found: PostHandover) -> dict[str, Any]:
    giver, post = found.claim.member, found.claim.post
    if post is None:
        raise ValueError("only posts are handed over")
    names = ("code", "state", "asked_at", "ended_at")
    return {
        "id": found.pk,
        "claim": found.claim_id,
        "post": post.pk,
        "title": post.title,
        "community": post.community.code,
        "from_no": giver.member_no,
        "from_name": giver.name,
        "to_no": found.to_member.member_no,
        "to_name": found.to_member.name,
        **{name: getattr(found, name) for name in names},
    }


def _shown(request: ApiRequest, id: int) -> dict[str, Any]:
    now = clock.now()
    return show(_order(request, id, now), menu(now))


def _order(request: ApiRequest, id: int, now: datetime) -> PostOrder:
    found = queries.orders_of(request.actor, now).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _handover(request: ApiRequest, id: int) -> PostHandover:
    found = queries.handovers_of(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@router.get("/me/orders/", **reads(READ, listing(OrderOut)))
def list_my_orders(request: ApiRequest, asked: Query[OrdersAsked]) -> dict[str, Any]:
    """The caller's orders and proposals of this year, the newest first."""
    now = clock.now()
    rows, items = queries.orders_of(request.actor, now), menu(now)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page(rows, asked, name="me/orders", show=lambda each: show(each, items), by="-pk")


@router.post("/me/orders/", **acts(WRITE, OrderOut, status=201))
def order_item(request: ApiRequest, given: Ordered) -> Status[dict[str, Any]]:
    """Ask the caller's community for a post of a menu item; once more gives the same order."""
    made = orders.order_item(actor=request.actor, item=given.item, text=given.text, now=clock.now())
    return Status(201, _shown(request, made.pk))


@router.post("/me/orders/propose/", **acts(WRITE, OrderOut, status=201))
def propose_post(request: ApiRequest, given: Proposed) -> Status[dict[str, Any]]:
    """Offer a service of one's own outside the menu, where the scheme allows it."""
    made = orders.propose_post(actor=request.actor, now=clock.now(), **given.model_dump())
    return Status(201, _shown(request, made.pk))


@router.get("/me/orders/{int:id}/", **reads(READ, OrderOut))
def get_my_order(request: ApiRequest, id: int) -> dict[str, Any]:
    """One of the caller's own orders."""
    return _shown(request, id)


@router.post("/me/orders/{int:id}/withdraw/", **acts(WRITE, OrderOut))
def withdraw_order(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take it back before the community has answered."""
    now = clock.now()
    orders.withdraw_order(actor=request.actor, order=_order(request, id, now), now=now)
    return _shown(request, id)


@router.post("/claims/{int:id}/hand-over/", **acts(WRITE, HandoverOut, status=201))
def offer_post(request: ApiRequest, id: int, given: Offered) -> Status[dict[str, Any]]:
    """Ask a colleague or neighbour to take the caller's post over; it passes with their yes."""
    rows = claims_of(request.actor).filter(post__isnull=False).select_related("post__community")
    claim = rows.filter(pk=id).first()
    if claim is None:
        raise Http404
    made = handover.offer_post(
        actor=request.actor, claim=claim, now=clock.now(), **given.model_dump()
    )
    return Status(201, show_handover(_handover(request, made.pk)))


@router.get("/me/hand-overs/", **reads(READ, listing(HandoverOut)))
def list_handovers(request: ApiRequest, asked: Query[HandoversAsked]) -> dict[str, Any]:
    """Posts that the caller asked somebody to take over, or is asked to; the newest first."""
    rows = queries.handovers_of(request.actor)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page(rows, asked, name="me/hand-overs", show=show_handover, by="-pk")


@router.post("/me/hand-overs/{int:id}/accept/", **acts(WRITE, Done))
def accept_handover(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take the post over: the caller is on it, the other no more. Gives the new claim."""
    found = _handover(request, id)
    claim = handover.accept_handover(actor=request.actor, handover=found, now=clock.now())
    return {"id": claim.pk, "state": claim.state}


@router.post("/me/hand-overs/{int:id}/decline/", **acts(WRITE, HandoverOut))
def decline_handover(request: ApiRequest, id: int) -> dict[str, Any]:
    """The other stays on the post; no reason is asked."""
    found = _handover(request, id)
    handover.decline_handover(actor=request.actor, handover=found, now=clock.now())
    return show_handover(_handover(request, id))


@router.post("/me/hand-overs/{int:id}/withdraw/", **acts(WRITE, HandoverOut))
def withdraw_handover(request: ApiRequest, id: int) -> dict[str, Any]:
    """The caller changed their mind and stays on the post."""
    found = _handover(request, id)
    handover.withdraw_handover(actor=request.actor, handover=found, now=clock.now())
    return show_handover(_handover(request, id))
