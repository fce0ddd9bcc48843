"""Festivals of wishes: what anybody may see of them, and the desks that hold and gather them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Given, Ids, Listed, Moment, Words, listing
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs.actions import festivals as actions
from allhours.needs.choices import FestivalState
from allhours.needs.models import Festival, Wish
from allhours.needs.queries import festival_desk as desk
from allhours.needs.queries import festivals as queries
from allhours.needs.queries.wall import reader
from allhours.needs.rules.festivals import MOST_EACH, Outline
from allhours.needs.scope import LOOKERS

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
router = Router(tags=["festivals"])


class FestivalOut(Schema):
    id: int
    code: str
    title: str
    text: str
    audience: str | None = Field(description="code of a town or community; null: the county")
    opens_at: datetime
    closes_on: date | None = Field(description="its last day, after which its limit ends")
    claims_each: int | None = Field(description="wishes of it that one member may take")
    state: str
    phase: str = Field(description="as of now: planned, coming, running, ended, cancelled")
    announced_at: datetime | None
    ended_at: datetime | None
    end_reason: str


class FestivalPageOut(FestivalOut):
    """With its wishes in the caller's sight counted; they are listed under /wishes/."""

    wishes: int
    open: int
    taken: int
    done: int


class CommunityOut(Schema):
    community: str = Field(description="its name")
    gathered: int
    taken: int
    done: int
    waiting: int


class DeskFestivalOut(FestivalOut):
    communities: list[CommunityOut] = Field(description="those of the caller's desk")


class FestivalsAsked(Listed):
    state: FestivalState | None = None


class FestivalGiven(Given):
    title: str = Field(max_length=40)
    text: str = Field("", max_length=500)
    opens_at: Moment
    closes_on: Day | None = None
    claims_each: int | None = Field(None, ge=1, le=MOST_EACH)
    audience: Code = Field("", description="code of a town or community; left out: the county")


class FestivalMoved(Given):
    opens_at: Moment


class FestivalCancelled(Given):
    reason: Words


class FestivalGathered(Given):
    wishes: Ids
    out: bool = Field(False, description="take them out instead")


def show(festival: Festival) -> dict[str, Any]:
    names = (
        "code", "title", "text", "opens_at", "closes_on", "claims_each", "state", "announced_at",
        "ended_at", "end_reason",
    )  # fmt: skip
    return {
        "id": festival.pk,
        "audience": festival.audience.code if festival.audience else None,
        "phase": str(festival.phase_at(clock.now())),
        **{name: getattr(festival, name) for name in names},
    }


def show_desk(actor: Actor, festival: Festival) -> dict[str, Any]:
    festival = desk.festivals_on_desk(actor).get(pk=festival.pk)
    rows = desk.desk_page(actor, festival, clock.now()).rows
    counts = ("gathered", "taken", "done", "waiting")
    return {
        **show(festival),
        "communities": [
            {"community": row.label, **{name: getattr(row, name) for name in counts}}
            for row in rows
        ],
    }


def _listed(rows: Any, asked: FestivalsAsked, name: str) -> dict[str, Any]:
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page(rows, asked, name=name, show=show, by="-pk")


def _one(rows: Any, **by: Any) -> Any:
    found = rows.filter(**by).first()
    if found is None:
        raise Http404
    return found


def _on_desk(request: ApiRequest, id: int) -> tuple[Actor, Festival]:
    actor = actor_of(request, *LOOKERS)
    return actor, _one(desk.festivals_on_desk(actor), pk=id)


def _outline(actor: Actor, given: FestivalGiven) -> Outline:
    audience = _one(desk.audiences_for(actor), code=given.audience) if given.audience else None
    values = given.model_dump(exclude={"audience"}) | {"audience": audience}
    return Outline(**values)


def _wishes(actor: Actor, ids: list[int]) -> list[Wish]:
    found = desk.named(actor, ids=ids)
    if len(found) != len(set(ids)):
        raise Http404
    return found


@router.get("/festivals/", **reads(READ, listing(FestivalOut), public=True))
def list_festivals(request: ApiRequest, asked: Query[FestivalsAsked]) -> dict[str, Any]:
    """Announced festivals, the newest first."""
    return _listed(queries.announced(), asked, "festivals")


@router.get("/festivals/{int:id}/", **reads(READ, FestivalPageOut, public=True))
def get_festival(request: ApiRequest, id: int) -> dict[str, Any]:
    """One announced festival with how far it has come."""
    now = clock.now()
    festival = _one(queries.announced(), pk=id)
    totals = queries.totals_of(festival, reader(request.actor, now), now)
    return {
        **show(festival),
        "wishes": totals.all,
        "open": totals.open,
        "taken": totals.taken,
        "done": totals.done,
    }


@router.get("/desk/festivals/", **reads(READ, listing(FestivalOut)))
def list_desk_festivals(request: ApiRequest, asked: Query[FestivalsAsked]) -> dict[str, Any]:
    """Festivals on the caller's desk, planned ones too, the newest first."""
    actor = actor_of(request, *LOOKERS)
    return _listed(desk.festivals_on_desk(actor), asked, "desk/festivals")


@router.post("/desk/festivals/", **acts(WRITE, DeskFestivalOut, status=201))
def plan_festival(request: ApiRequest, given: FestivalGiven) -> Status[dict[str, Any]]:
    """Plan one; the communities of its audience are asked to gather wishes."""
    actor = actor_of(request, *desk.PLANNERS)
    made = actions.plan_festival(actor=actor, outline=_outline(actor, given), now=clock.now())
    return Status(201, show_desk(actor, made))


@router.get("/desk/festivals/{int:id}/", **reads(READ, DeskFestivalOut))
def get_desk_festival(request: ApiRequest, id: int) -> dict[str, Any]:
    """One festival on the caller's desk, by community."""
    return show_desk(*_on_desk(request, id))


@router.post("/desk/festivals/{int:id}/edit/", **acts(WRITE, DeskFestivalOut))
def edit_festival(request: ApiRequest, id: int, given: FestivalGiven) -> dict[str, Any]:
    """Write it anew until it is announced."""
    actor, festival = _on_desk(request, id)
    outline = _outline(actor, given)
    edited = actions.edit_festival(actor=actor, festival=festival, outline=outline, now=clock.now())
    return show_desk(actor, edited)


@router.post("/desk/festivals/{int:id}/gather/", **acts(WRITE, DeskFestivalOut))
def gather_wishes(request: ApiRequest, id: int, given: FestivalGathered) -> dict[str, Any]:
    """Verified wishes of the caller's desk join or leave, all or none."""
    actor, festival = _on_desk(request, id)
    act = actions.let_go_wishes if given.out else actions.gather_wishes
    wishes = _wishes(actor, given.wishes)
    act(actor=actor, festival=festival, wishes=wishes, now=clock.now())
    return show_desk(actor, festival)


@router.post("/desk/festivals/{int:id}/announce/", **acts(WRITE, DeskFestivalOut))
def announce_festival(request: ApiRequest, id: int) -> dict[str, Any]:
    """Everybody sees it, and all its verified wishes open at its hour."""
    actor, festival = _on_desk(request, id)
    actions.announce_festival(actor=actor, festival=festival, now=clock.now())
    return show_desk(actor, festival)


@router.post("/desk/festivals/{int:id}/move/", **acts(WRITE, DeskFestivalOut))
def move_festival(request: ApiRequest, id: int, given: FestivalMoved) -> dict[str, Any]:
    """Another hour until the old one has come; every wish moves with it."""
    actor, festival = _on_desk(request, id)
    actions.move_festival(actor=actor, festival=festival, opens_at=given.opens_at, now=clock.now())
    return show_desk(actor, festival)


@router.post("/desk/festivals/{int:id}/cancel/", **acts(WRITE, DeskFestivalOut))
def cancel_festival(request: ApiRequest, id: int, given: FestivalCancelled) -> dict[str, Any]:
    """Not held, with a reason; its wishes wait for publication again."""
    actor, festival = _on_desk(request, id)
    actions.cancel_festival(actor=actor, festival=festival, reason=given.reason, now=clock.now())
    return show_desk(actor, festival)


@router.post("/desk/festivals/{int:id}/end/", **acts(WRITE, DeskFestivalOut))
def end_festival(request: ApiRequest, id: int) -> dict[str, Any]:
    """Its limit no longer holds; what is left are ordinary wishes."""
    actor, festival = _on_desk(request, id)
    actions.end_festival(actor=actor, festival=festival, now=clock.now())
    return show_desk(actor, festival)
