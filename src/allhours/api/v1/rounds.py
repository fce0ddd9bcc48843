"""Rounds of the solver: proposed in the background, adjusted and adopted by the county."""

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
from allhours.directory.queries.organizations import communities
from allhours.jobs.models import Job
from allhours.jobs.queries import jobs_visible_to
from allhours.kernel import clock
from allhours.placement import reasons
from allhours.placement.actions import rounds as actions
from allhours.placement.models import Proposal, Round
from allhours.placement.queries import desk

READ, WRITE = ApiScope.PLACEMENTS_READ, ApiScope.PLACEMENTS_WRITE
router = Router(tags=["rounds"])


class RoundOut(Schema):
    id: int
    name: str
    state: str
    objective: int | None
    bound: int | None
    seconds: float | None
    created_at: datetime
    solved_at: datetime | None
    adopted_at: datetime | None


class ProposalOut(Schema):
    id: int
    round: int
    member_no: str
    name: str
    community: str | None = Field(description="its code; null: no place was found")
    cost: int
    reason: str
    reason_text: str
    locked: bool
    contested_at: datetime | None
    contest_text: str
    answered_at: datetime | None
    answer_text: str


class JobOut(Schema):
    code: str
    kind: str
    title: str
    state: str
    done: int
    total: int
    message: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Named(Given):
    name: str = Field(min_length=1, max_length=60)


class Moved(Given):
    community: Code = Field("", description="its code; empty: stays unplaced")


class Locked(Given):
    locked: bool


class Answered(Given):
    text: Words


class Adopted(Schema):
    id: int
    state: str
    placed: int
    moved: int


def show_round(round_: Round) -> dict[str, Any]:
    names = ("name", "state", "objective", "bound", "seconds", "created_at", "solved_at")
    return {
        "id": round_.pk,
        "adopted_at": round_.adopted_at,
        **{name: getattr(round_, name) for name in names},
    }


def show_proposal(proposal: Proposal) -> dict[str, Any]:
    names = ("cost", "reason", "locked", "contested_at", "contest_text", "answered_at")
    return {
        "id": proposal.pk,
        "round": proposal.round_id,
        "member_no": proposal.member.member_no,
        "name": proposal.member.name,
        "community": proposal.community.code if proposal.community else None,
        "reason_text": str(reasons.sentence(proposal.reason, proposal.params)),
        "answer_text": proposal.answer_text,
        **{name: getattr(proposal, name) for name in names},
    }


def show_job(job: Job) -> dict[str, Any]:
    names = ("code", "kind", "title", "state", "done", "total", "message", "created_at")
    return {name: getattr(job, name) for name in (*names, "started_at", "ended_at")}


def _round(request: ApiRequest, id: int) -> Round:
    found = desk.rounds_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _proposal(request: ApiRequest, id: int) -> Proposal:
    found = desk.proposals_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@router.get("/rounds/", **reads(READ, listing(RoundOut)))
def list_rounds(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """The county's rounds, the newest first; nobody else sees rounds as such."""
    return page(
        desk.rounds_visible_to(request.actor), asked, name="rounds", show=show_round, by="-pk"
    )


@router.get("/rounds/{int:id}/", **reads(READ, RoundOut))
def get_round(request: ApiRequest, id: int) -> dict[str, Any]:
    """One round."""
    return show_round(_round(request, id))


@router.get("/rounds/{int:id}/proposals/", **reads(READ, listing(ProposalOut)))
def list_proposals(request: ApiRequest, id: int, asked: Query[Listed]) -> dict[str, Any]:
    """Where a round would place the members, and why."""
    rows = desk.proposals_of(_round(request, id), request.actor)
    return page(rows, asked, name=f"proposals.{id}", show=show_proposal)


@router.post("/rounds/", **acts(WRITE, JobOut, status=202))
def start_round(request: ApiRequest, given: Named) -> Status[dict[str, Any]]:
    """Open a round (or take the open one of that name) and solve it in the background."""
    job = actions.start_proposing(actor=request.actor, name=given.name, now=clock.now())
    return Status(202, show_job(job))


@router.post("/rounds/{int:id}/adopt/", **acts(WRITE, Adopted))
def adopt_round(request: ApiRequest, id: int) -> dict[str, Any]:
    """Make the round's places hold; who already serves there stays as they are."""
    round_ = _round(request, id)
    placed, moved = actions.adopt_round(actor=request.actor, round_=round_, now=clock.now())
    return {"id": id, "state": _round(request, id).state, "placed": placed, "moved": moved}


@router.post("/rounds/{int:id}/drop/", **acts(WRITE, Done))
def drop_round(request: ApiRequest, id: int) -> dict[str, Any]:
    """Give a round up; nobody's place changes."""
    actions.drop_round(actor=request.actor, round_=_round(request, id), now=clock.now())
    return {"id": id, "state": _round(request, id).state}


@router.post("/proposals/{int:id}/move/", **acts(WRITE, ProposalOut))
def move_proposal(request: ApiRequest, id: int, given: Moved) -> dict[str, Any]:
    """An officer's hand: the member goes there, locked for later solving."""
    community = communities().filter(code=given.community).first() if given.community else None
    if given.community and community is None:
        raise Http404
    actions.move_proposal(
        actor=request.actor,
        proposal=_proposal(request, id),
        community=community,
        now=clock.now(),
    )
    return show_proposal(_proposal(request, id))


@router.post("/proposals/{int:id}/lock/", **acts(WRITE, ProposalOut))
def lock_proposal(request: ApiRequest, id: int, given: Locked) -> dict[str, Any]:
    """Fix a proposal where it stands, or free it again."""
    actions.set_lock(
        actor=request.actor,
        proposal=_proposal(request, id),
        locked=given.locked,
        now=clock.now(),
    )
    return show_proposal(_proposal(request, id))


@router.post("/proposals/{int:id}/contest/", **acts(WRITE, ProposalOut))
def contest_proposal(request: ApiRequest, id: int, given: Answered) -> dict[str, Any]:
    """The member says why the suggestion does not fit."""
    actions.contest_proposal(
        actor=request.actor, proposal=_proposal(request, id), text=given.text, now=clock.now()
    )
    return show_proposal(_proposal(request, id))


@router.post("/proposals/{int:id}/answer/", **acts(WRITE, ProposalOut))
def answer_contest(request: ApiRequest, id: int, given: Answered) -> dict[str, Any]:
    """The officer's answer to a member's objection."""
    actions.answer_contest(
        actor=request.actor, proposal=_proposal(request, id), text=given.text, now=clock.now()
    )
    return show_proposal(_proposal(request, id))


@router.get("/jobs/{slug:code}/", **reads(None, JobOut))
def get_job(request: ApiRequest, code: str) -> dict[str, Any]:
    """How far long work of the caller's own has come."""
    job = jobs_visible_to(request.actor).filter(code=code).first()
    if job is None:
        raise Http404
    return show_job(job)
