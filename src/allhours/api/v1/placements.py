"""Where members serve: each placement from being assigned to the receipt, and its papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, file_of, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Given, Id, Ids, Listed, RefusalOut, Words, listing
from allhours.api.v1.directory import member_numbered, organization_coded
from allhours.directory.models import Organization
from allhours.directory.queries.organizations import communities, organization_within
from allhours.kernel import clock
from allhours.kernel.errors import Refusal
from allhours.placement.actions import printing, receipts, reporting, returns, rounds
from allhours.placement.choices import EndReason, PlacementState
from allhours.placement.models import Placement
from allhours.placement.queries import desk, papers
from allhours.placement.sheets import SHEETS, pages_of
from allhours.ui.sheets import pdf

READ, WRITE = ApiScope.PLACEMENTS_READ, ApiScope.PLACEMENTS_WRITE
router = Router(tags=["placements"])
PDF = "application/pdf"


class PlacementOut(Schema):
    id: int
    state: str
    member_no: str
    name: str
    unit: str = Field(description="its code")
    community: str = Field(description="its code")
    branch: str | None
    grid: str | None
    team: str | None
    assigned_at: datetime
    presented_at: datetime | None
    presented_by: str
    reported_on: date | None
    receipt_to: str
    acknowledged_at: datetime | None
    ended_on: date | None
    end_reason: str
    returned_reason: str


class PlacementsAsked(Listed):
    state: PlacementState | None = None
    unit: Code = Field("", description="code of a unit, those below it included")
    community: Code = Field("", description="code of a community")
    member_no: Code = ""


class LeftOut(Schema):
    id: int
    refusal: RefusalOut


class Stack(Schema):
    done: int
    left: list[LeftOut] = Field(description="who was left out, each with the reason")


class Chosen(Given):
    ids: Ids


class Bearer(Given):
    code: Code = Field(min_length=1, description="the code on the letter")


class Place(Given):
    """Codes of nodes of the community; without a branch the suggested one."""

    branch: Code = ""
    grid: Code = ""
    team: Code = ""


class NewPlace(Place):
    branch: Code = Field(min_length=1)


class Received(Given):
    ids: Ids
    branch: Code = ""


class Reason(Given):
    reason: Words


class Ended(Given):
    reason: EndReason


class Wanted(Given):
    community: Code = Field(min_length=1)


class Acknowledged(Schema):
    done: int


def show(placement: Placement) -> dict[str, Any]:
    names = (
        "state", "assigned_at", "presented_at", "presented_by", "reported_on", "receipt_to",
        "acknowledged_at", "ended_on", "end_reason", "returned_reason",
    )  # fmt: skip
    return {
        "id": placement.pk,
        "member_no": placement.member.member_no,
        "name": placement.member.name,
        "unit": placement.unit.code,
        "community": placement.community.code,
        "branch": placement.branch.code if placement.branch else None,
        "grid": placement.grid.code if placement.grid else None,
        "team": placement.team.code if placement.team else None,
        **{name: getattr(placement, name) for name in names},
    }


def visible(request: ApiRequest) -> Any:
    return desk.placements_visible_to(request.actor).select_related(*papers.WITH_PLACES)


def placement_seen(request: ApiRequest, id: int) -> Placement:
    found: Placement | None = visible(request).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _again(request: ApiRequest, id: int) -> dict[str, Any]:
    return show(placement_seen(request, id))


def _chosen(request: ApiRequest, ids: Iterable[Id]) -> list[Placement]:
    """In the order asked for; one that is out of sight is unknown, and then nothing is done."""
    wanted = list(dict.fromkeys(ids))
    found = {each.pk: each for each in visible(request).filter(pk__in=wanted)}
    if len(found) != len(wanted):
        raise Http404
    return [found[pk] for pk in wanted]


def _stack(done: int, left: list[tuple[Placement, Refusal]]) -> dict[str, Any]:
    shown = [
        {"id": placement.pk, "refusal": {"code": refusal.code, "text": str(refusal)}}
        for placement, refusal in left
    ]
    return {"done": done, "left": shown}


def _node(placement: Placement, code: str) -> Organization | None:
    """A node within the placement's community, by its code; any other is unknown."""
    if not code:
        return None
    node = organization_within(placement.community, code)
    if node is None:
        raise Http404
    return node


@router.get("/placements/", **reads(READ, listing(PlacementOut)))
def list_placements(request: ApiRequest, asked: Query[PlacementsAsked]) -> dict[str, Any]:
    """Placements of the caller's units and communities, and their own, the oldest first."""
    rows = visible(request)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.unit:
        path = organization_coded(request.actor, asked.unit).path
        rows = rows.filter(unit__path__startswith=path)
    if asked.community:
        rows = rows.filter(community__code=asked.community)
    if asked.member_no:
        rows = rows.filter(member__member_no=asked.member_no)
    return page(rows, asked, name="placements", show=show)


@router.get("/placements/{int:id}/", **reads(READ, PlacementOut))
def get_placement(request: ApiRequest, id: int) -> dict[str, Any]:
    """One placement."""
    return _again(request, id)


@router.post("/members/{member_no}/placement/", **acts(WRITE, PlacementOut))
def place_member(request: ApiRequest, member_no: str, given: Wanted) -> dict[str, Any]:
    """The county places one member by hand, or moves them."""
    community = communities().filter(code=given.community).first()
    if community is None:
        raise Http404
    member = member_numbered(request.actor, member_no)
    made = rounds.place_member(
        actor=request.actor, member=member, community=community, now=clock.now()
    )
    return _again(request, made.pk)


@router.post("/placements/{int:id}/present/", **acts(WRITE, PlacementOut))
def present_at_desk(request: ApiRequest, id: int) -> dict[str, Any]:
    """The member stands at the community's desk with a paper letter, or where none is asked for."""
    placement = placement_seen(request, id)
    reporting.present_at_desk(actor=request.actor, placement=placement, now=clock.now())
    return _again(request, id)


@router.post("/placements/present/", **acts(WRITE, Stack))
def present_collectively(request: ApiRequest, given: Chosen) -> dict[str, Any]:
    """The unit brings several members to their communities at once."""
    rows = _chosen(request, given.ids)
    return _stack(
        *reporting.present_collectively(actor=request.actor, placements=rows, now=clock.now())
    )


@router.post("/report-in/", **acts(WRITE, PlacementOut))
def present_by_code(request: ApiRequest, given: Bearer) -> dict[str, Any]:
    """The desk scans a letter's code: its bearer is here."""
    made = reporting.present_by_code(actor=request.actor, code=given.code, now=clock.now())
    return _again(request, made.pk)


@router.post("/report-in/receive/", **acts(WRITE, PlacementOut))
def receive_by_code(request: ApiRequest, given: Bearer) -> dict[str, Any]:
    """The desk scans a letter's code and receives its bearer in one step."""
    made = reporting.receive_by_code(actor=request.actor, code=given.code, now=clock.now())
    return _again(request, made.pk)


@router.post("/placements/{int:id}/receive/", **acts(WRITE, PlacementOut))
def receive_member(request: ApiRequest, id: int, given: Place) -> dict[str, Any]:
    """The community receives a member who is here; the receipt goes to the unit by itself."""
    placement = placement_seen(request, id)
    reporting.receive_member(
        actor=request.actor,
        placement=placement,
        branch=_node(placement, given.branch),
        grid=_node(placement, given.grid),
        team=_node(placement, given.team),
        now=clock.now(),
    )
    return _again(request, id)


@router.post("/placements/receive/", **acts(WRITE, Stack))
def receive_members(request: ApiRequest, given: Received) -> dict[str, Any]:
    """A stack at once; one that somebody else received meanwhile does not spoil it."""
    rows = _chosen(request, given.ids)
    branch = _node(rows[0], given.branch)
    done = reporting.receive_members(
        actor=request.actor, placements=rows, branch=branch, now=clock.now()
    )
    return _stack(*done)


@router.post("/placements/{int:id}/place/", **acts(WRITE, PlacementOut))
def change_place(request: ApiRequest, id: int, given: NewPlace) -> dict[str, Any]:
    """The community moves a received member to another of its branches."""
    placement = placement_seen(request, id)
    branch = _node(placement, given.branch)
    if branch is None:
        raise Http404
    reporting.change_place(
        actor=request.actor,
        placement=placement,
        branch=branch,
        grid=_node(placement, given.grid),
        team=_node(placement, given.team),
        now=clock.now(),
    )
    return _again(request, id)


@router.post("/placements/{int:id}/return/", **acts(WRITE, PlacementOut))
def return_member(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """The community cannot take the member; unit and county see the reason."""
    placement = placement_seen(request, id)
    reporting.return_member(
        actor=request.actor, placement=placement, reason=given.reason, now=clock.now()
    )
    return _again(request, id)


@router.post("/placements/{int:id}/again/", **acts(WRITE, PlacementOut))
def place_again(request: ApiRequest, id: int) -> dict[str, Any]:
    """After a return: what was wrong is put right, the same community once more."""
    placement = placement_seen(request, id)
    made = returns.place_again(actor=request.actor, placement=placement, now=clock.now())
    return _again(request, made.pk)


@router.post("/placements/{int:id}/ask-for-another/", **acts(WRITE, PlacementOut))
def ask_for_another(request: ApiRequest, id: int, given: Wanted) -> dict[str, Any]:
    """After a return: the unit names another community to the county."""
    placement = placement_seen(request, id)
    community = communities().filter(code=given.community).first()
    if community is None:
        raise Http404
    returns.ask_for_another(
        actor=request.actor, placement=placement, community=community, now=clock.now()
    )
    return _again(request, id)


@router.post("/placements/{int:id}/end/", **acts(WRITE, PlacementOut))
def end_placement(request: ApiRequest, id: int, given: Ended) -> dict[str, Any]:
    """The unit or the county ends a placement."""
    placement = placement_seen(request, id)
    reporting.end_placement(
        actor=request.actor, placement=placement, reason=given.reason, now=clock.now()
    )
    return _again(request, id)


@router.get("/receipts/", **reads(READ, listing(PlacementOut)))
def list_receipts(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """What communities have received from the caller's units, the newest placement first."""
    rows = desk.receipts(request.actor).select_related(*papers.WITH_PLACES)
    return page(rows, asked, name="receipts", show=show, by="-pk")


@router.post("/receipts/acknowledge/", **acts(WRITE, Acknowledged))
def acknowledge_receipts(request: ApiRequest, given: Chosen) -> dict[str, Any]:
    """The unit (or branch) has the receipts; those acknowledged before stay as they are."""
    rows = _chosen(request, given.ids)
    done = receipts.acknowledge_receipts(actor=request.actor, placements=rows, now=clock.now())
    return {"done": done}


@router.get(
    "/placements/{int:id}/papers/{slug:sheet}/",
    **{**reads(READ, None), "openapi_extra": file_of(PDF)},
)
def get_paper(request: ApiRequest, id: int, sheet: str) -> HttpResponse:
    """A printed sheet of one placement as PDF: letter, receipt, card."""
    if sheet not in SHEETS or sheet not in papers.sheets_for(request.actor):
        raise Http404
    now = clock.now()
    placement = papers.printable(request.actor, sheet).filter(pk=id).first()
    if placement is None:
        raise Http404
    base_url = request.build_absolute_uri("/").rstrip("/")
    pages = pages_of(sheet, [placement], on=clock.local_date(now), base_url=base_url)
    if not pages:
        raise Http404
    printing.note_printed(actor=request.actor, code=sheet, count=1, now=now)
    return HttpResponse(pdf(pages), content_type=PDF)
