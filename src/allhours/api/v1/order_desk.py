"""What members ask a community for, and what it needs itself, until a post is made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Given, Listed, Words, listing
from allhours.api.v1 import orders as own
from allhours.api.v1 import post_desk
from allhours.api.v1.post_desk import DeskPostOut, PostGiven
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs.actions import PostText, demands, orders
from allhours.needs.choices import DemandState, OrderState
from allhours.needs.models import Demand, PostOrder
from allhours.needs.queries import orders as queries
from allhours.needs.queries.desk import communities_to_note_for
from allhours.needs.queries.limits import menu
from allhours.needs.scope import HANDLERS, LOOKERS
from allhours.scheme.schema import Menu

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
router = Router(tags=["orders"])


class DeskOrderOut(own.OrderOut):
    member_no: str
    name: str
    unit: str = Field(description="its code")


class DeskOrderPageOut(DeskOrderOut):
    same: int = Field(description="members who wait for the same item there")


class DemandOut(Schema):
    id: int
    code: str
    year: int
    item: str
    item_title: str
    text: str
    heads: int
    skills: list[str]
    times: str
    community: str = Field(description="its code")
    state: str
    post: int | None = Field(description="the post that came of it")
    placed_at: datetime


class DeskOrdersAsked(Listed):
    state: OrderState | None = None
    community: Code = ""
    item: Code = ""


class DemandsAsked(Listed):
    state: DemandState | None = None
    community: Code = ""
    item: Code = ""


class OrderReason(Given):
    reason: Words


class DemandPlaced(Given):
    community: Code = Field(min_length=1, description="its code")
    item: Code = Field(min_length=1)
    text: str = Field(max_length=200)
    heads: int = Field(1, ge=1, le=500)
    skills: list[Code] = Field([], max_length=50)
    times: str = Field("", max_length=80)


def show_order(order: PostOrder, items: Menu) -> dict[str, Any]:
    return {
        **own.show(order, items),
        "member_no": order.member.member_no,
        "name": order.member.name,
        "unit": order.member.unit.code,
    }


def show_demand(demand: Demand, items: Menu) -> dict[str, Any]:
    names = ("code", "year", "item", "text", "heads", "skills", "times", "state", "placed_at")
    return {
        "id": demand.pk,
        "item_title": items.title_of(demand.item),
        "community": demand.community.code,
        "post": demand.post_id,
        **{name: getattr(demand, name) for name in names},
    }


def _desk(request: ApiRequest) -> Actor:
    return actor_of(request, *LOOKERS)


def _order(request: ApiRequest, id: int) -> tuple[Actor, PostOrder]:
    actor = _desk(request)
    found = queries.orders_on_desk(actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return actor, found


def _demand(request: ApiRequest, id: int) -> tuple[Actor, Demand]:
    actor = _desk(request)
    found = queries.demands_on_desk(actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return actor, found


def _text(given: PostGiven, item: str, now: datetime) -> PostText:
    """Of the item that was asked for; only a proposal leaves it open."""
    if item and given.item not in ("", item):
        raise Invalid("item", _("填写的值不正确，请核对。"))
    text = post_desk.text_of(given, now)
    return replace(text, item=item or text.item)


def _narrowed(rows: Any, asked: DeskOrdersAsked | DemandsAsked) -> Any:
    wanted = {"state": asked.state, "community__code": asked.community, "item": asked.item}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


@router.get("/desk/orders/", **reads(READ, listing(DeskOrderOut)))
def list_orders(request: ApiRequest, asked: Query[DeskOrdersAsked]) -> dict[str, Any]:
    """What members ordered and proposed this year on the caller's desk, the newest first."""
    now = clock.now()
    rows, items = _narrowed(queries.desk_orders(_desk(request), now), asked), menu(now)
    return page(
        rows, asked, name="desk/orders", show=lambda each: show_order(each, items), by="-pk"
    )


@router.get("/desk/orders/{int:id}/", **reads(READ, DeskOrderPageOut))
def get_order(request: ApiRequest, id: int) -> dict[str, Any]:
    """One order on the caller's desk, with how many members wait for the same."""
    _actor, found = _order(request, id)
    return {**show_order(found, menu(clock.now())), "same": queries.same_orders(found)}


@router.post("/desk/orders/{int:id}/meet/", **acts(WRITE, DeskPostOut, status=201))
def meet_order(request: ApiRequest, id: int, given: PostGiven) -> Status[dict[str, Any]]:
    """Set up the post that was asked for.

    Of a menu item, everybody who ordered it there is invited; of a proposal, its member is on it.
    """
    (actor, found), now = _order(request, id), clock.now()
    text = _text(given, found.item, now)
    post = orders.meet_order(actor=actor, order=found, text=text, now=now)
    post.refresh_from_db()
    return Status(201, post_desk.show(post, menu(now)))


@router.post("/desk/orders/{int:id}/decline/", **acts(WRITE, DeskOrderOut))
def decline_order(request: ApiRequest, id: int, given: OrderReason) -> dict[str, Any]:
    """The community's no, with the reason that the member reads."""
    (actor, found), now = _order(request, id), clock.now()
    orders.decline_order(actor=actor, order=found, reason=given.reason, now=now)
    return show_order(_order(request, id)[1], menu(now))


@router.get("/desk/demands/", **reads(READ, listing(DemandOut)))
def list_demands(request: ApiRequest, asked: Query[DemandsAsked]) -> dict[str, Any]:
    """What the communities of the caller's desk need this year, the newest first."""
    now = clock.now()
    rows, items = _narrowed(queries.desk_demands(_desk(request), now), asked), menu(now)
    return page(
        rows, asked, name="desk/demands", show=lambda each: show_demand(each, items), by="-pk"
    )


@router.post("/desk/demands/", **acts(WRITE, DemandOut, status=201))
def place_demand(request: ApiRequest, given: DemandPlaced) -> Status[dict[str, Any]]:
    """Note one line of a community's sheet of demands."""
    actor, now = actor_of(request, *HANDLERS), clock.now()
    community = communities_to_note_for(actor).filter(code=given.community).first()
    if community is None:
        raise Http404
    post_desk.require_known("skills", given.skills, now)
    values = given.model_dump() | {"community": community, "skills": tuple(given.skills)}
    made = demands.place_demand(actor=actor, now=now, **values)
    return Status(201, show_demand(made, menu(now)))


@router.get("/desk/demands/{int:id}/", **reads(READ, DemandOut))
def get_demand(request: ApiRequest, id: int) -> dict[str, Any]:
    """One demand on the caller's desk."""
    return show_demand(_demand(request, id)[1], menu(clock.now()))


@router.post("/desk/demands/{int:id}/meet/", **acts(WRITE, DeskPostOut, status=201))
def meet_demand(request: ApiRequest, id: int, given: PostGiven) -> Status[dict[str, Any]]:
    """Publish a post for the demand."""
    (actor, found), now = _demand(request, id), clock.now()
    text = _text(given, found.item, now)
    post = demands.meet_demand(actor=actor, demand=found, text=text, now=now)
    return Status(201, post_desk.show(post, menu(now)))


@router.post("/desk/demands/{int:id}/close/", **acts(WRITE, DemandOut))
def close_demand(request: ApiRequest, id: int) -> dict[str, Any]:
    """It is not needed any more."""
    (actor, found), now = _demand(request, id), clock.now()
    demands.close_demand(actor=actor, demand=found, now=now)
    return show_demand(_demand(request, id)[1], menu(now))
