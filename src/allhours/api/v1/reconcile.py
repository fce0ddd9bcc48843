"""数据反查: runs, the differences they found, and reminding those who have not reported."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Given, Listed, Words, listing
from allhours.kernel import clock
from allhours.placement.actions import reconcile as actions
from allhours.placement.actions.unreported import remind_unreported
from allhours.placement.choices import CloseReason, DifferenceKind, DifferenceState, RunSource
from allhours.placement.models import Difference, ReconcileRun
from allhours.placement.queries import desk
from allhours.placement.queries import differences as queries

READ, WRITE = ApiScope.PLACEMENTS_READ, ApiScope.PLACEMENTS_WRITE
router = Router(tags=["reconciliation"])


class RunOut(Schema):
    id: int
    organization: str = Field(description="its code")
    source: str
    on: date
    made_at: datetime
    previous: int | None
    counts: dict[str, Any]


class DifferenceOut(Schema):
    id: int
    kind: str
    detail: str
    member_no: str | None
    other_no: str | None = Field(description="the other number, where one person has two")
    unit: str | None
    community: str | None
    responsible: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    state: str
    found_at: datetime
    closed_at: datetime | None
    reason: str
    words: str


class DifferencesAsked(Listed):
    state: DifferenceState | None = None
    kind: DifferenceKind | None = None


class RunWanted(Given):
    organization: Code = Field(min_length=1, description="code of the county, a unit, a community")
    on: Day | None = Field(None, description="as of the end of this day; today if left out")


class Closed(Given):
    reason: CloseReason
    words: Words = ""


class Reminded(Given):
    members: list[Code] | None = Field(
        None, max_length=500, description="member numbers; all who may be reminded if left out"
    )


class ToldOut(Schema):
    told: int


def show_run(run: ReconcileRun) -> dict[str, Any]:
    names = ("source", "on", "made_at", "counts")
    return {
        "id": run.pk,
        "organization": run.organization.code,
        "previous": run.previous_id,
        **{name: getattr(run, name) for name in names},
    }


def show(row: Difference) -> dict[str, Any]:
    names = ("kind", "detail", "responsible", "ours", "theirs", "state", "found_at", "closed_at")
    return {
        "id": row.pk,
        "member_no": row.member.member_no if row.member else None,
        "other_no": row.other.member_no if row.other else None,
        "unit": row.unit.code if row.unit else None,
        "community": row.community.code if row.community else None,
        **{name: getattr(row, name) for name in (*names, "reason", "words")},
    }


def _run(request: ApiRequest, id: int) -> ReconcileRun:
    found = queries.runs_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _difference(request: ApiRequest, id: int) -> Difference:
    found = queries.differences_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@router.get("/reconciliations/", **reads(READ, listing(RunOut)))
def list_reconciliations(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Runs over the caller's organisations, the newest first."""
    rows = queries.runs_visible_to(request.actor)
    return page(rows, asked, name="reconciliations", show=show_run, by="-pk")


@router.post("/reconciliations/", **acts(WRITE, RunOut, status=201))
def run_reconciliation(request: ApiRequest, given: RunWanted) -> Status[dict[str, Any]]:
    """Hold rosters against receipts and keep what differs."""
    now = clock.now()
    places = queries.organizations_to_run_over(request.actor, RunSource.SYSTEM)
    over = places.filter(code=given.organization).first()
    if over is None:
        raise Http404
    made = actions.run_reconciliation(
        actor=request.actor, over=over, on=given.on or clock.local_date(now), now=now
    )
    return Status(201, show_run(_run(request, made.pk)))


@router.get("/reconciliations/{int:id}/", **reads(READ, RunOut))
def get_reconciliation(request: ApiRequest, id: int) -> dict[str, Any]:
    """One run with its counts."""
    return show_run(_run(request, id))


@router.get("/reconciliations/{int:id}/differences/", **reads(READ, listing(DifferenceOut)))
def list_run_differences(request: ApiRequest, id: int, asked: Query[Listed]) -> dict[str, Any]:
    """What a run found, as far as the caller is the one who must act, or the county."""
    rows = queries.differences_of(_run(request, id), request.actor)
    return page(rows, asked, name=f"differences.{id}", show=show)


@router.get("/differences/", **reads(READ, listing(DifferenceOut)))
def list_differences(request: ApiRequest, asked: Query[DifferencesAsked]) -> dict[str, Any]:
    """Differences of all runs that the caller may see, the oldest first."""
    rows = queries.differences_visible_to(request.actor)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return page(rows, asked, name="differences", show=show)


@router.post("/differences/{int:id}/close/", **acts(WRITE, DifferenceOut))
def close_difference(request: ApiRequest, id: int, given: Closed) -> dict[str, Any]:
    """Whoever is responsible closes a difference with a reason."""
    actions.close_difference(
        actor=request.actor,
        difference=_difference(request, id),
        reason=given.reason,
        words=given.words,
        now=clock.now(),
    )
    return show(_difference(request, id))


@router.post("/differences/{int:id}/reopen/", **acts(WRITE, DifferenceOut))
def reopen_difference(request: ApiRequest, id: int) -> dict[str, Any]:
    """A closed difference was not settled after all."""
    row = _difference(request, id)
    actions.reopen_difference(actor=request.actor, difference=row, now=clock.now())
    return show(_difference(request, id))


@router.post("/reporting/unreported/remind/", **acts(WRITE, ToldOut))
def remind_members(request: ApiRequest, given: Reminded) -> dict[str, Any]:
    """One notice to each who has not reported, at most once in the scheme's interval."""
    members = None
    if given.members is not None:
        rows = desk.members_of_units(request.actor).filter(member_no__in=given.members)
        members = list(rows.values_list("pk", flat=True))
    return {"told": remind_unreported(actor=request.actor, now=clock.now(), members=members)}
