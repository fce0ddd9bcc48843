"""Wishes claimed in the name of a unit: claiming, naming another, helpers, giving back.

Who the wisher is stands in no answer: the one whom the unit named sees it on their own page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db.models import Q
from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Done, Given, Listed, Words, listing
from allhours.api.v1.wishes import found_wish
from allhours.directory.models import Member, Organization
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import unit_claims as actions
from allhours.needs.models import Claim, ClaimHelper
from allhours.needs.queries import mine
from allhours.needs.queries import unit_claims as queries
from allhours.needs.rules.unit_claims import NOT_OF_UNIT

READ, WRITE = ApiScope.NEEDS_READ, ApiScope.NEEDS_WRITE
router = Router(tags=["wishes"])
Standing = Literal["", "rename", "working", "delivered", "done", "ended"]


class UnitClaimOut(Schema):
    id: int
    wish: int
    code: str
    title: str = Field(description="the public text; nothing of the resident")
    community: str = Field(description="its code; its town's where the community is not shown")
    unit: str = Field(description="its code")
    standing: str = Field(description="rename: nobody answers for it, the unit is to name another")
    responsible: str | None = Field(description="member number; null while nobody answers")
    claimed_at: datetime
    named_at: datetime | None
    due_at: datetime | None
    contacted_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    end_reason: str


class UnitHelperOut(Schema):
    id: int
    member_no: str
    name: str
    took_part: bool | None = Field(description="as the delivery says; null before")


class UnitClaimPageOut(UnitClaimOut):
    helpers: list[UnitHelperOut]


class UnitClaimsAsked(Listed):
    standing: Standing = ""
    unit: Code = Field("", description="code of a unit")


class UnitClaimed(Given):
    responsible: Code = Field(min_length=1, description="member number of who answers for it")
    helpers: list[Code] = Field([], max_length=20, description="member numbers")
    unit: Code = Field("", description="its code; may be left out by who acts for one unit only")


class Renamed(Given):
    responsible: Code = Field(min_length=1, description="member number")


class HelpersNamed(Given):
    helpers: list[Code] = Field(min_length=1, max_length=20, description="member numbers")


class UnitReason(Given):
    reason: Words


class HelpingOut(Schema):
    id: int
    code: str
    title: str
    community: str
    unit: str
    delivered: bool


def show(claim: Claim) -> dict[str, Any]:
    wish, unit = claim.wish, claim.unit
    if wish is None or unit is None:
        raise ValueError("not a unit's claim of a wish")
    names = (
        "claimed_at", "named_at", "due_at", "contacted_at", "delivered_at", "ended_at",
        "end_reason",
    )  # fmt: skip
    return {
        "id": claim.pk,
        "wish": wish.pk,
        "code": wish.code,
        "title": wish.title,
        "community": wish.public_place.code,
        "unit": unit.code,
        "standing": queries.standing_of(claim),
        "responsible": None if claim.is_unnamed else claim.member.member_no,
        **{name: getattr(claim, name) for name in names},
    }


def show_page(claim: Claim) -> dict[str, Any]:
    helpers = [
        {
            "id": row.pk,
            "member_no": row.member.member_no,
            "name": row.member.name,
            "took_part": row.took_part,
        }
        for row in queries.helpers_of(claim)
    ]
    return {**show(claim), "helpers": helpers}


def show_helping(row: ClaimHelper) -> dict[str, Any]:
    wish, unit = row.claim.wish, row.claim.unit
    if wish is None or unit is None:
        raise ValueError("not a unit's claim of a wish")
    return {
        "id": row.pk,
        "code": wish.code,
        "title": wish.title,
        "community": wish.public_place.code,
        "unit": unit.code,
        "delivered": row.claim.delivered_at is not None,
    }


def _found(request: ApiRequest, id: int) -> tuple[Actor, Claim, Organization]:
    actor = actor_of(request, *queries.LOOKERS)
    found = queries.desk_unit_claim(actor, id)
    if found is None or found.unit is None:
        raise Http404
    return actor, found, found.unit


def _unit(actor: Actor, code: str) -> Organization:
    units = list(queries.units_of(actor)[:2]) if not code else []
    unit = units[0] if len(units) == 1 else queries.units_of(actor).filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def _people(unit: Organization, numbers: list[str]) -> list[Member]:
    """In the order given; whoever is not of the unit, or nobody at all, is refused alike."""
    found = {each.member_no: each for each in queries.people_of(unit).filter(member_no__in=numbers)}
    if not set(numbers) <= found.keys():
        raise Refused(NOT_OF_UNIT)
    return [found[number] for number in dict.fromkeys(numbers)]


@router.post("/wishes/{int:id}/unit-claims/", **acts(WRITE, UnitClaimOut, status=201))
def claim_for_unit(request: ApiRequest, id: int, given: UnitClaimed) -> Status[dict[str, Any]]:
    """Take up a wish in the name of the caller's unit; once more gives the same claim."""
    now, actor = clock.now(), actor_of(request, *UNIT_ROLES)
    wish, unit = found_wish(request, id), _unit(actor, given.unit)
    responsible, *_rest = _people(unit, [given.responsible])
    claim = actions.claim_for_unit(
        actor=actor,
        wish=wish,
        unit=unit,
        responsible=responsible,
        helpers=_people(unit, given.helpers),
        now=now,
    )
    return Status(201, show(_found(request, claim.pk)[1]))


@router.get("/unit-claims/", **reads(READ, listing(UnitClaimOut)))
def list_unit_claims(request: ApiRequest, asked: Query[UnitClaimsAsked]) -> dict[str, Any]:
    """Wishes that the units in the caller's sight claimed, the newest first."""
    rows = queries.unit_claims(actor_of(request, *queries.LOOKERS))
    if asked.standing:
        rows = rows.filter(Q(standing=asked.standing))
    if asked.unit:
        rows = rows.filter(unit__code=asked.unit)
    return page(rows, asked, name="unit-claims", show=show, by="-pk")


@router.get("/unit-claims/{int:id}/", **reads(READ, UnitClaimPageOut))
def get_unit_claim(request: ApiRequest, id: int) -> dict[str, Any]:
    """One of them with those who help."""
    return show_page(_found(request, id)[1])


@router.post("/unit-claims/{int:id}/reassign/", **acts(WRITE, UnitClaimOut))
def reassign_unit_claim(request: ApiRequest, id: int, given: Renamed) -> dict[str, Any]:
    """Another of the unit answers for it; who did before sees nothing of the wisher any more."""
    actor, claim, unit = _found(request, id)
    responsible, *_rest = _people(unit, [given.responsible])
    actions.reassign_unit_claim(actor=actor, claim=claim, responsible=responsible, now=clock.now())
    return show(_found(request, id)[1])


@router.post("/unit-claims/{int:id}/helpers/", **acts(WRITE, UnitClaimPageOut))
def name_helpers(request: ApiRequest, id: int, given: HelpersNamed) -> dict[str, Any]:
    """More of the unit take part; who is named already stays so."""
    actor, claim, unit = _found(request, id)
    helpers = _people(unit, given.helpers)
    actions.name_helpers(actor=actor, claim=claim, helpers=helpers, now=clock.now())
    return show_page(_found(request, id)[1])


@router.post("/unit-claims/{int:id}/helpers/remove/", **acts(WRITE, UnitClaimPageOut))
def remove_helpers(request: ApiRequest, id: int, given: HelpersNamed) -> dict[str, Any]:
    """Off the list again, until the wish is delivered."""
    actor, claim, _of = _found(request, id)
    actions.remove_helpers(actor=actor, claim=claim, numbers=given.helpers, now=clock.now())
    return show_page(_found(request, id)[1])


@router.post("/unit-claims/{int:id}/give-back/", **acts(WRITE, UnitClaimOut))
def give_back_for_unit(request: ApiRequest, id: int, given: UnitReason) -> dict[str, Any]:
    """Leave the wish to others; a coarse reason is enough."""
    actor, claim, _of = _found(request, id)
    actions.give_back_for_unit(actor=actor, claim=claim, reason=given.reason, now=clock.now())
    return show(_found(request, id)[1])


@router.get("/helping/", **reads(READ, listing(HelpingOut)))
def list_helping(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Wishes of the caller's unit in which they were asked to take part, the newest first."""
    rows = mine.helping_rows(request.actor)
    return page(rows, asked, name="helping", show=show_helping, by="-pk")


@router.post("/helping/{int:id}/leave/", **acts(WRITE, Done))
def leave_help(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take no part; no reason is asked."""
    row = mine.helping_rows(request.actor).filter(pk=id).first()
    if row is None:
        raise Http404
    actions.remove_helper(actor=request.actor, claim=row.claim, member=row.member, now=clock.now())
    return {"id": id, "state": "left"}
