"""Calls to the makers of confirmed wishes, drawn by night: which wait, and what they found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Given, Listed, listing
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.choices import FollowUpResult
from allhours.needs.models import FollowUp
from allhours.needs.queries import follow_ups as queries
from allhours.needs.rules.follow_ups import Findings
from allhours.needs.scope import HANDLERS, LOOKERS

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
DESK = LOOKERS | HANDLERS
router = Router(tags=["wishes"])


class FollowUpOut(Schema):
    id: int
    wish: int
    community: str
    drawn_at: datetime
    result: str
    satisfied: int | None
    matches: bool | None
    note: str
    done_at: datetime | None


class FollowUpsAsked(Listed):
    result: FollowUpResult | None = None


class FollowUpFound(Given):
    result: FollowUpResult
    satisfied: int | None = Field(None, ge=1, le=3, description="3 is content, 1 is not")
    matches: bool | None = Field(None, description="it was done as it was reported")
    note: str = Field("", max_length=200)


def show_follow_up(found: FollowUp) -> dict[str, Any]:
    plain = FollowUpOut.model_fields.keys() - {"id", "wish", "community"}
    return {
        "id": found.pk,
        "wish": found.wish_id,
        "community": found.wish.community.code,
        **{name: getattr(found, name) for name in plain},
    }


@router.get("/desk/follow-ups/", **reads(READ, listing(FollowUpOut)))
def list_follow_ups(request: ApiRequest, asked: Query[FollowUpsAsked]) -> dict[str, Any]:
    """Confirmed wishes of the caller's desk that were drawn for a call, the newest first."""
    rows = queries.on_desk(actor_of(request, *DESK))
    if asked.result:
        rows = rows.filter(result=asked.result)
    return page(rows, asked, name="desk/follow-ups", show=show_follow_up, by="-pk")


@router.post("/desk/follow-ups/{int:id}/", **acts(WRITE, FollowUpOut))
def note_follow_up(request: ApiRequest, id: int, given: FollowUpFound) -> dict[str, Any]:
    """What the call found; never by who had the wish in hand."""
    actor = actor_of(request, *DESK)
    found = queries.on_desk(actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return show_follow_up(
        actions.note_follow_up(
            actor=actor,
            follow_up=found,
            findings=Findings(**given.model_dump()),
            now=clock.now(),
        )
    )
