"""Pledges of a year: drafted by the member, approved by the unit, received by the community."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.errors import Invalid
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Done, Given, Id, Listed, Words, listing
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs.actions import pledges as actions
from allhours.needs.choices import PledgeResult, PledgeState
from allhours.needs.models import Pledge, Post
from allhours.needs.queries import pledges as queries
from allhours.needs.rules import pledges as rules

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
DESK = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
router = Router(tags=["pledges"])
Thing = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class PromiseOut(Schema):
    number: int
    text: str
    measures: str
    for_whom: str
    due_on: date
    progress: str
    progress_at: datetime | None
    done_on: date | None


class PledgeOut(Schema):
    id: int
    code: str
    year: int
    member_no: str
    name: str
    unit: str = Field(description="its code")
    community: str = Field(description="its code")
    post: int | None = Field(description="id of the post that it names")
    state: str
    promises: list[PromiseOut]
    submitted_at: datetime | None
    approved_at: datetime | None
    received_at: datetime | None
    returned_reason: str
    public_consent_at: datetime | None
    published_at: datetime | None
    assessed_at: datetime | None
    result: str
    result_text: str
    reply: str


class PledgesAsked(Listed):
    state: PledgeState | None = None
    year: int | None = Field(None, ge=2000, le=2199)
    community: Code = ""
    unit: Code = ""


class PromiseGiven(Given):
    text: Thing
    due_on: Day
    measures: str = Field("", max_length=300)
    for_whom: str = Field("", max_length=60)


class Drafted(Given):
    promises: list[PromiseGiven] = Field(max_length=50)
    post: Id | None = Field(None, description="id of a post that the caller holds")
    may_publish: bool = Field(False, description="surname, unit and promises may be shown")


class ConsentGiven(Given):
    consents: bool


class ProgressGiven(Given):
    text: Words
    done_on: Day | None = None


class PledgeReason(Given):
    reason: Words


class Assessed(Given):
    result: PledgeResult
    text: Words = ""


class PledgeReply(Given):
    text: Words


def show(pledge: Pledge) -> dict[str, Any]:
    names = (
        "code", "year", "state", "submitted_at", "approved_at", "received_at", "returned_reason",
        "public_consent_at", "published_at", "assessed_at", "result", "result_text", "reply",
    )  # fmt: skip
    facts = PromiseOut.model_fields
    return {
        "id": pledge.pk,
        "member_no": pledge.member.member_no,
        "name": pledge.member.name,
        "unit": pledge.unit.code,
        "community": pledge.community.code,
        "post": pledge.post_id,
        "promises": [{name: getattr(item, name) for name in facts} for item in pledge.items.all()],
        **{name: getattr(pledge, name) for name in names},
    }


def _own(request: ApiRequest) -> Any:
    return queries.pledges_of(request.actor).prefetch_related("items")


def _mine(request: ApiRequest) -> Pledge:
    """The caller's pledge of this year."""
    found = queries.my_pledge(request.actor, clock.now())
    if found is None:
        raise Http404
    return found


def _shown(request: ApiRequest, pledge: Pledge) -> dict[str, Any]:
    return show(_own(request).get(pk=pledge.pk))


def _on_desk(request: ApiRequest, id: int) -> tuple[Actor, Pledge]:
    actor = actor_of(request, *DESK)
    rows = queries.desk_pledges(actor).prefetch_related("items")
    found = rows.filter(pk=id).first()
    if found is None:
        raise Http404
    return actor, found


def _done(pledge: Pledge) -> dict[str, Any]:
    """Sent back, it is out of the desk's sight: only its state is told."""
    pledge.refresh_from_db(fields=["state"])
    return {"id": pledge.pk, "state": pledge.state}


@router.get("/me/pledges/", **reads(READ, listing(PledgeOut)))
def list_my_pledges(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """The caller's own pledges of all years, the newest first."""
    return page(_own(request), asked, name="me/pledges", show=show, by="-pk")


@router.get("/me/pledge/", **reads(READ, PledgeOut))
def get_my_pledge(request: ApiRequest) -> dict[str, Any]:
    """The caller's pledge of this year."""
    return _shown(request, _mine(request))


@router.post("/me/pledge/", **acts(WRITE, PledgeOut))
def draft_pledge(request: ApiRequest, given: Drafted) -> dict[str, Any]:
    """Write or rewrite the draft of this year; nobody else sees it yet."""
    pledge = actions.draft_pledge(
        actor=request.actor,
        promises=[rules.Promise(**promise.model_dump()) for promise in given.promises],
        post=_held_post(request, given.post),
        may_publish=given.may_publish,
        now=clock.now(),
    )
    return _shown(request, pledge)


def _held_post(request: ApiRequest, id: int | None) -> Post | None:
    if id is None:
        return None
    found = queries.posts_to_name(request.actor).filter(pk=id).first()
    if found is None:
        raise Invalid("post", str(rules.NOT_YOUR_POST))
    return found


@router.post("/me/pledge/submit/", **acts(WRITE, PledgeOut))
def submit_pledge(request: ApiRequest) -> dict[str, Any]:
    """Hand the draft to the unit."""
    pledge = _mine(request)
    actions.submit_pledge(actor=request.actor, pledge=pledge, now=clock.now())
    return _shown(request, pledge)


@router.post("/me/pledge/withdraw/", **acts(WRITE, PledgeOut))
def withdraw_pledge(request: ApiRequest) -> dict[str, Any]:
    """Take it back until it is assessed; no reason is asked."""
    pledge = _mine(request)
    actions.withdraw_pledge(actor=request.actor, pledge=pledge, now=clock.now())
    return _shown(request, pledge)


@router.post("/me/pledge/consent/", **acts(WRITE, PledgeOut))
def consent_to_publish(request: ApiRequest, given: ConsentGiven) -> dict[str, Any]:
    """Allow that it is shown in public, or take that back; then it leaves the page at once."""
    pledge = _mine(request)
    actions.consent_to_publish(
        actor=request.actor, pledge=pledge, consents=given.consents, now=clock.now()
    )
    return _shown(request, pledge)


@router.post("/me/pledge/promises/{int:number}/progress/", **acts(WRITE, PledgeOut))
def note_progress(request: ApiRequest, number: int, given: ProgressGiven) -> dict[str, Any]:
    """How one promised thing stands."""
    pledge = _mine(request)
    item = pledge.items.filter(number=number).first()
    if item is None:
        raise Http404
    item.pledge = pledge
    actions.note_progress(
        actor=request.actor, item=item, text=given.text, done_on=given.done_on, now=clock.now()
    )
    return _shown(request, pledge)


@router.post("/me/pledge/reply/", **acts(WRITE, PledgeOut))
def reply_to_assessment(request: ApiRequest, given: PledgeReply) -> dict[str, Any]:
    """The caller's own words beside the result."""
    pledge = _mine(request)
    actions.reply_to_assessment(
        actor=request.actor, pledge=pledge, text=given.text, now=clock.now()
    )
    return _shown(request, pledge)


@router.get("/desk/pledges/", **reads(READ, listing(PledgeOut)))
def list_pledges(request: ApiRequest, asked: Query[PledgesAsked]) -> dict[str, Any]:
    """Pledges of the caller's unit or community, without drafts, the newest first."""
    rows = queries.desk_pledges(actor_of(request, *DESK)).prefetch_related("items")
    wanted = {
        "state": asked.state,
        "year": asked.year,
        "community__code": asked.community,
        "unit__code": asked.unit,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page(rows, asked, name="desk/pledges", show=show, by="-pk")


@router.get("/desk/pledges/{int:id}/", **reads(READ, PledgeOut))
def get_pledge(request: ApiRequest, id: int) -> dict[str, Any]:
    """One pledge on the caller's desk."""
    return show(_on_desk(request, id)[1])


@router.post("/desk/pledges/{int:id}/approve/", **acts(WRITE, Done))
def approve_pledge(request: ApiRequest, id: int) -> dict[str, Any]:
    """The unit agrees; the community is told that a pledge waits."""
    actor, pledge = _on_desk(request, id)
    actions.approve_pledge(actor=actor, pledge=pledge, now=clock.now())
    return _done(pledge)


@router.post("/desk/pledges/{int:id}/receive/", **acts(WRITE, Done))
def receive_pledge(request: ApiRequest, id: int) -> dict[str, Any]:
    """The community takes it in; from now on it is being kept."""
    actor, pledge = _on_desk(request, id)
    actions.receive_pledge(actor=actor, pledge=pledge, now=clock.now())
    return _done(pledge)


@router.post("/desk/pledges/{int:id}/return/", **acts(WRITE, Done))
def return_pledge(request: ApiRequest, id: int, given: PledgeReason) -> dict[str, Any]:
    """Back to the member, who reads the reason."""
    actor, pledge = _on_desk(request, id)
    actions.return_pledge(actor=actor, pledge=pledge, reason=given.reason, now=clock.now())
    return _done(pledge)


@router.post("/desk/pledges/{int:id}/publish/", **acts(WRITE, PledgeOut))
def publish_pledge(request: ApiRequest, id: int) -> dict[str, Any]:
    """Show it on the public page, with the member's consent only."""
    actor, pledge = _on_desk(request, id)
    actions.publish_pledge(actor=actor, pledge=pledge, now=clock.now())
    return show(_on_desk(request, id)[1])


@router.post("/desk/pledges/{int:id}/unpublish/", **acts(WRITE, PledgeOut))
def unpublish_pledge(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take it off the public page."""
    actor, pledge = _on_desk(request, id)
    actions.unpublish_pledge(actor=actor, pledge=pledge, now=clock.now())
    return show(_on_desk(request, id)[1])


@router.post("/desk/pledges/{int:id}/assess/", **acts(WRITE, PledgeOut))
def assess_pledge(request: ApiRequest, id: int, given: Assessed) -> dict[str, Any]:
    """What the community says of it at the year's end; the member sees it and may answer."""
    actor, pledge = _on_desk(request, id)
    actions.assess_pledge(
        actor=actor, pledge=pledge, result=given.result, text=given.text, now=clock.now()
    )
    return show(_on_desk(request, id)[1])
