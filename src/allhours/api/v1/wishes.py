"""Wishes as the wall shows them, claiming one, and the caller's claims until they are confirmed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Q
from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, keyless, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Done, Given, Listed, Moment, Number, Words, listing
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import unit_claims as unit_actions
from allhours.needs.models import Claim, Wish
from allhours.needs.queries import mine, wall
from allhours.needs.queries.limits import item_titles
from allhours.needs.queries.words import progress
from allhours.needs.rules.claims import Delivery
from allhours.needs.rules.unit_claims import NOT_HELPING

router = Router(tags=["wishes"])
Shown = Literal["", "scheduled", "open", "claimed", "delivered", "confirmed"]
OwnState = Literal["", "live", "waiting", "fulfilled", "released", "withdrawn", "refused"]


class WishOut(Schema):
    id: int
    code: str
    title: str = Field(description="the public text; nothing of the resident")
    category: str
    category_title: str
    community: str = Field(description="its code; its town's where the community is not shown")
    community_name: str
    state: str
    places: int
    places_left: int
    opened_at: datetime | None
    publish_at: datetime | None
    festival: str | None = Field(description="code of the festival that it opens with")


class Step(Schema):
    text: str
    at: datetime | None


class WishPageOut(WishOut):
    steps: list[Step]


class WishesAsked(Listed):
    state: Shown = ""
    community: Code = Field("", description="code of a community")
    category: Code = ""
    festival: Code = Field("", description="code of a festival")


class ClaimOut(Schema):
    id: int
    state: str
    wish: int | None = Field(description="id of the wish, or null where it is a post")
    post: int | None
    code: str
    title: str
    community: str
    claimed_at: datetime
    due_at: datetime | None
    contacted_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    queue_no: int | None
    unit: str | None = Field(description="code of the unit in whose name, or null")


class WisherOut(Schema):
    """In plain: to be shown to the caller and not to be kept."""

    words: str
    name: str
    phone: str
    address: str
    guardian_name: str


class ClaimsAsked(Listed):
    state: OwnState = ""


class Reason(Given):
    reason: Words


class Delivered(Given):
    note: Words
    started_at: Moment
    minutes: Number = Field(description="without the way")
    goods_yuan: Decimal | None = Field(None, ge=0, le=10**7, decimal_places=2)
    helpers: list[Code] | None = Field(
        None, max_length=20, description="member numbers of those who took part; null is all named"
    )


def show(wish: Wish, now: datetime, titles: dict[str, str], home: frozenset[int]) -> dict[str, Any]:
    """As the public sees it; `home`: communities of which the caller may know more."""
    place = wish.community if wish.community_id in home else wish.public_place
    return {
        "id": wish.pk,
        "code": wish.code,
        "title": wish.title,
        "category": wish.category,
        "category_title": titles.get(wish.category, wish.category),
        "community": place.code,
        "community_name": place.label,
        "state": str(wish.state_at(now)),
        "places": wish.places,
        "places_left": wish.places_left,
        "opened_at": wish.opened_at,
        "publish_at": wish.publish_at,
        "festival": wish.festival.code if wish.festival else None,
    }


def show_claim(claim: Claim) -> dict[str, Any]:
    of = claim.wish or claim.post
    if of is None:
        raise ValueError("a claim is of a wish or a post")
    names = ("claimed_at", "due_at", "contacted_at", "delivered_at", "ended_at", "queue_no")
    return {
        "id": claim.pk,
        "state": claim.state,
        "wish": claim.wish_id,
        "post": claim.post_id,
        "code": of.code,
        "title": of.title,
        "community": claim.place.code,
        "unit": claim.unit.code if claim.unit else None,
        **{name: getattr(claim, name) for name in names},
    }


def _visible(request: ApiRequest) -> tuple[Any, frozenset[int]]:
    """The wishes in the caller's sight, and the communities of which they may know more."""
    home = wall.home_of(request.actor)
    rows = wall.visible(request.actor, home)
    return rows.select_related("community__parent", "festival"), home


def found_wish(request: ApiRequest, id: int) -> Wish:
    """For an action, which reads it anew: only whether it is in sight."""
    found = wall.visible(request.actor, wall.home_of(request.actor)).filter(pk=id)
    wish: Wish | None = found.only("pk").order_by().first()
    if wish is None:
        raise Http404
    return wish


def _wish_and_home(request: ApiRequest, id: int) -> tuple[Wish, frozenset[int]]:
    rows, home = _visible(request)
    found: Wish | None = rows.filter(pk=id).first()
    if found is None:
        raise Http404
    return found, home


def _claim(request: ApiRequest, id: int) -> Claim:
    rows = mine.claims_of(request.actor).select_related(
        "wish__community__parent", "post__community", "member", "unit"
    )
    found = rows.filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@router.get("/wishes/", **reads(ApiScope.NEEDS_READ, listing(WishOut), public=True))
def list_wishes(request: ApiRequest, asked: Query[WishesAsked]) -> dict[str, Any]:
    """Wishes that the caller may see, masked, the newest first; all states if none is named."""
    now = clock.now()
    rows, home = _visible(request)
    if asked.state:
        rows = rows.in_state(asked.state, now)
    if asked.community:
        rows = rows.placed_in(Q(community__code=asked.community), communities=home)
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.festival:
        rows = rows.filter(festival__code=asked.festival)
    titles = item_titles(now)
    return page(
        rows, asked, name="wishes", show=lambda each: show(each, now, titles, home), by="-pk"
    )


@router.get("/wishes/{int:id}/", **reads(ApiScope.NEEDS_READ, WishPageOut, public=True))
def get_wish(request: ApiRequest, id: int) -> dict[str, Any]:
    """One wish with what has happened to it."""
    now = clock.now()
    wish, home = _wish_and_home(request, id)
    steps = [{"text": str(step.text), "at": step.at} for step in progress(wish, now)]
    return {**show(wish, now, item_titles(now), home), "steps": steps}


@router.post("/wishes/{int:id}/claims/", **acts(ApiScope.NEEDS_WRITE, Done, status=201))
def claim_wish(request: ApiRequest, id: int) -> Status[dict[str, Any]]:
    """Take up a wish for the caller; once more gives the same claim."""
    now = clock.now()
    claim = actions.claim_wish(actor=request.actor, wish=found_wish(request, id), now=now)
    return Status(201, {"id": claim.pk, "state": claim.state})


def _foresee_claim(request: ApiRequest, id: int) -> None:
    actions.foresee_claim(actor=request.actor, wish=found_wish(request, id), now=clock.now())


claim_wish.foresee = _foresee_claim  # type: ignore[attr-defined]


@router.post("/wishes/{int:id}/queue/", **acts(ApiScope.NEEDS_WRITE, Done, status=201))
def queue_for_wish(request: ApiRequest, id: int) -> Status[dict[str, Any]]:
    """Wait for a place of a wish that is fully taken."""
    now = clock.now()
    claim = actions.join_queue(actor=request.actor, wish=found_wish(request, id), now=now)
    return Status(201, {"id": claim.pk, "state": claim.state})


@router.get("/claims/", **reads(ApiScope.NEEDS_READ, listing(ClaimOut)))
def list_claims(request: ApiRequest, asked: Query[ClaimsAsked]) -> dict[str, Any]:
    """The caller's own claims of wishes and posts, the newest first."""
    rows = mine.claims_of(request.actor).select_related(
        "wish__community__parent", "post__community", "unit"
    )
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page(rows, asked, name="claims", show=show_claim, by="-pk")


@router.get("/claims/{int:id}/", **reads(ApiScope.NEEDS_READ, ClaimOut))
def get_claim(request: ApiRequest, id: int) -> dict[str, Any]:
    """One of the caller's own claims."""
    return show_claim(_claim(request, id))


@router.post("/claims/{int:id}/wisher/", **acts(ApiScope.NEEDS_WRITE, WisherOut))
@keyless
def see_wisher(request: ApiRequest, id: int) -> dict[str, Any]:
    """Who made the wish that the caller has in hand, and how to reach them.

    Each call is a line in the journal, as each look on the page is; the answer is kept nowhere.
    Refused once the claim has ended, some days after the confirmation at the latest.
    """
    claim = _of_wish(request, id)
    return asdict(actions.see_wisher(actor=request.actor, claim=claim, now=clock.now()))


@router.post("/claims/{int:id}/contacted/", **acts(ApiScope.NEEDS_WRITE, ClaimOut))
def note_contact(request: ApiRequest, id: int) -> dict[str, Any]:
    """The caller has spoken with whoever made the wish; once more changes nothing."""
    claim = _of_wish(request, id)
    actions.note_contact(actor=request.actor, claim=claim, now=clock.now())
    return show_claim(_claim(request, id))


@router.post("/claims/{int:id}/deliver/", **acts(ApiScope.NEEDS_WRITE, ClaimOut))
def deliver_claim(request: ApiRequest, id: int, given: Delivered) -> dict[str, Any]:
    """Report what was done, when and for how long; hours count once it is confirmed."""
    goods = None if given.goods_yuan is None else int(given.goods_yuan * 100)
    claim = _of_wish(request, id)
    delivery = Delivery(
        note=given.note,
        started_at=clock.local(given.started_at),
        minutes=given.minutes,
        goods_value_fen=goods,
        helpers=_took_part(claim, given.helpers),
    )
    actions.deliver_claim(actor=request.actor, claim=claim, delivery=delivery, now=clock.now())
    return show_claim(_claim(request, id))


@router.post("/claims/{int:id}/give-back/", **acts(ApiScope.NEEDS_WRITE, ClaimOut))
def give_back(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """Leave a wish, a queue or a post; a coarse reason is enough, no details are asked."""
    claim = _claim(request, id)
    leave = actions.leave_post if claim.wish is None else actions.give_back
    leave(actor=request.actor, claim=claim, reason=given.reason, now=clock.now())
    return show_claim(_claim(request, id))


@router.post("/claims/{int:id}/another/", **acts(ApiScope.NEEDS_WRITE, ClaimOut))
def ask_unit_for_another(request: ApiRequest, id: int) -> dict[str, Any]:
    """Of a unit's claim: the unit is to send another; no reason is asked."""
    claim = _of_wish(request, id)
    unit_actions.ask_for_another(actor=request.actor, claim=claim, now=clock.now())
    return show_claim(_claim(request, id))


def _took_part(claim: Claim, numbers: list[str] | None) -> frozenset[int] | None:
    """Whom the unit named, by their numbers; a number of nobody among them is refused."""
    if numbers is None or claim.unit_id is None:
        return None
    found = mine.helpers_by_number(claim)
    if not set(numbers) <= found.keys():
        raise Refused(NOT_HELPING)
    return frozenset(found[number] for number in numbers)


def _of_wish(request: ApiRequest, id: int) -> Claim:
    """Posts are neither contacted nor delivered here: unknown."""
    claim = _claim(request, id)
    if claim.wish is None:
        raise Http404
    return claim
