"""Changes in a person's service life, and two numbers of one person becoming one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Given, Listed, Words, listing
from allhours.api.v1.directory import member_numbered
from allhours.directory.actions import changes as actions
from allhours.directory.actions import merging
from allhours.directory.change_rules import Change
from allhours.directory.choices import LEAVE_CHOICES, ChangeKind, ChangeState
from allhours.directory.merge_rules import FIELDS
from allhours.directory.models import MemberChange, MemberMerge, Organization
from allhours.directory.queries import changes as queries
from allhours.directory.queries.organizations import communities, units
from allhours.kernel import clock

READ, WRITE = ApiScope.DIRECTORY_READ, ApiScope.DIRECTORY_WRITE
READERS = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
router = Router(tags=["changes"])
LEAVE_CODES = ", ".join(map(str, LEAVE_CHOICES))


class ChangeOut(Schema):
    id: int
    member_no: str
    kind: str
    state: str
    on: date
    reason: str
    stays: bool
    from_unit: str
    to_unit: str | None
    to_community: str | None
    answer: str
    asked_at: datetime
    decided_at: datetime | None
    done_at: datetime | None


class ChangesAsked(Listed):
    state: ChangeState | None = None
    kind: ChangeKind | None = None
    member_no: Code = ""


class ChangeWanted(Given):
    kind: ChangeKind
    on: Day
    reason: Code = Field("", description=f"of leaving: {LEAVE_CODES}")
    to_unit: Code = Field("", description="code; of a transfer or a return")
    to_community: Code = Field("", description="code; of a move")
    address: str = Field("", max_length=200)
    position: str = Field("", max_length=80)
    stays: bool = Field(False, description="goes on serving where they serve, if the scheme allows")


class Outcome(Schema):
    kind: str
    code: str
    title: str
    fate: str


class Foreseen(Schema):
    items: list[Outcome]


class Answer(Given):
    answer: Words


class MergeOut(Schema):
    id: int
    kept: str = Field(description="the number that stays")
    gone: str = Field(description="the number that is given up, never to be used again")
    state: str
    taken: list[str] = Field(description="fields whose value comes from the number that goes")
    proposed_at: datetime
    decided_at: datetime | None
    undo_until: date | None
    undone_at: datetime | None


class MergeWanted(Given):
    kept: Code = Field(min_length=1)
    gone: Code = Field(min_length=1)
    taken: list[Code] = Field(
        default_factory=list, max_length=40, description=", ".join(map(str, FIELDS))
    )


def show(change: MemberChange) -> dict[str, Any]:
    names = ("kind", "state", "on", "reason", "stays", "answer", "asked_at", "decided_at")
    return {
        "id": change.pk,
        "member_no": change.member.member_no,
        "from_unit": change.from_unit.code,
        "to_unit": change.to_unit.code if change.to_unit else None,
        "to_community": change.to_community.code if change.to_community else None,
        "done_at": change.done_at,
        **{name: getattr(change, name) for name in names},
    }


def show_merge(merge: MemberMerge) -> dict[str, Any]:
    names = ("state", "taken", "proposed_at", "decided_at", "undo_until", "undone_at")
    return {
        "id": merge.pk,
        "kept": merge.kept.member_no,
        "gone": merge.gone.member_no,
        **{name: getattr(merge, name) for name in names},
    }


def _rows(request: ApiRequest) -> Any:
    if not request.actor.holds(*READERS):
        raise Http404
    return queries.changes_visible_to(request.actor)


def _change(request: ApiRequest, id: int) -> MemberChange:
    found: MemberChange | None = _rows(request).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _merge(request: ApiRequest, id: int) -> MemberMerge:
    found = queries.merges_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _named(rows: Any, code: str) -> Organization | None:
    if not code:
        return None
    found: Organization | None = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _wanted(given: ChangeWanted) -> Change:
    return Change(
        kind=given.kind,
        on=given.on,
        reason=given.reason,
        to_unit=_named(units(), given.to_unit),
        to_community=_named(communities(), given.to_community),
        address=given.address,
        position=given.position,
        stays=given.stays,
    )


@router.get("/changes/", **reads(READ, listing(ChangeOut)))
def list_changes(request: ApiRequest, asked: Query[ChangesAsked]) -> dict[str, Any]:
    """Changes of members of the caller's units and communities, the newest first."""
    rows = _rows(request)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.member_no:
        rows = rows.filter(member__member_no=asked.member_no)
    return page(rows, asked, name="changes", show=show, by="-pk")


@router.get("/changes/{int:id}/", **reads(READ, ChangeOut))
def get_change(request: ApiRequest, id: int) -> dict[str, Any]:
    """One change."""
    return show(_change(request, id))


@router.post("/members/{member_no}/changes/foresee/", **acts(READ, Foreseen))
def foresee_change(request: ApiRequest, member_no: str, given: ChangeWanted) -> dict[str, Any]:
    """What a change would close or hand over; changes nothing."""
    member = member_numbered(request.actor, member_no)
    lines = actions.foresee(
        actor=request.actor, member=member, change=_wanted(given), now=clock.now()
    )
    return {"items": [line.plain() for line in lines]}


@router.post("/members/{member_no}/changes/", **acts(WRITE, ChangeOut, status=201))
def propose_change(
    request: ApiRequest, member_no: str, given: ChangeWanted
) -> Status[dict[str, Any]]:
    """Register a change: done, planned for its day, or asked of the other side."""
    member = member_numbered(request.actor, member_no)
    made = actions.propose_change(
        actor=request.actor, member=member, change=_wanted(given), now=clock.now()
    )
    return Status(201, show(_change(request, made.pk)))


@router.post("/changes/{int:id}/accept/", **acts(WRITE, ChangeOut))
def accept_change(request: ApiRequest, id: int) -> dict[str, Any]:
    """The other side agrees."""
    actions.accept_change(actor=request.actor, change=_change(request, id), now=clock.now())
    return show(_change(request, id))


@router.post("/changes/{int:id}/decline/", **acts(WRITE, ChangeOut))
def decline_change(request: ApiRequest, id: int, given: Answer) -> dict[str, Any]:
    """The other side does not agree, and says why."""
    change = _change(request, id)
    actions.decline_change(actor=request.actor, change=change, answer=given.answer, now=clock.now())
    return show(_change(request, id))


@router.post("/changes/{int:id}/withdraw/", **acts(WRITE, ChangeOut))
def withdraw_change(request: ApiRequest, id: int) -> dict[str, Any]:
    """Whoever asked for a change takes it back before it has taken effect."""
    actions.withdraw_change(actor=request.actor, change=_change(request, id), now=clock.now())
    return show(_change(request, id))


@router.post("/me/pause/", **acts(ApiScope.ME, Foreseen))
def pause_service(request: ApiRequest) -> dict[str, Any]:
    """The caller does not want to serve for now; no reason is asked. Says what was closed."""
    lines = actions.pause_service(actor=request.actor, now=clock.now())
    return {"items": [line.plain() for line in lines]}


@router.post("/me/resume/", **acts(ApiScope.ME, Foreseen))
def resume_service(request: ApiRequest) -> dict[str, Any]:
    """The caller serves again."""
    actions.resume_service(actor=request.actor, now=clock.now())
    return {"items": []}


@router.get("/merges/", **reads(READ, listing(MergeOut)))
def list_merges(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Numbers of one person that were, or shall be, joined; the newest first."""
    rows = queries.merges_visible_to(request.actor)
    return page(rows, asked, name="merges", show=show_merge, by="-pk")


@router.post("/merges/", **acts(WRITE, MergeOut, status=201))
def propose_merge(request: ApiRequest, given: MergeWanted) -> Status[dict[str, Any]]:
    """Propose to join two numbers; another officer of the county approves."""
    made = merging.propose_merge(
        actor=request.actor,
        kept=member_numbered(request.actor, given.kept),
        gone=member_numbered(request.actor, given.gone),
        taken=list(given.taken),
        now=clock.now(),
    )
    return Status(201, show_merge(_merge(request, made.pk)))


@router.post("/merges/{int:id}/approve/", **acts(WRITE, MergeOut))
def approve_merge(request: ApiRequest, id: int) -> dict[str, Any]:
    """All facts follow the number that is kept; never by the one who proposed it."""
    merging.approve_merge(actor=request.actor, merge=_merge(request, id), now=clock.now())
    return show_merge(_merge(request, id))


@router.post("/merges/{int:id}/decline/", **acts(WRITE, MergeOut))
def decline_merge(request: ApiRequest, id: int) -> dict[str, Any]:
    """Decline, or take back one's own proposal."""
    merging.decline_merge(actor=request.actor, merge=_merge(request, id), now=clock.now())
    return show_merge(_merge(request, id))


@router.post("/merges/{int:id}/undo/", **acts(WRITE, MergeOut))
def undo_merge(request: ApiRequest, id: int) -> dict[str, Any]:
    """Two numbers again, within the days in which it can be undone."""
    merging.undo_merge(actor=request.actor, merge=_merge(request, id), now=clock.now())
    return show_merge(_merge(request, id))
