"""报到证明信: issued by units, shown at the community's desk, taken back and issued anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Given, Listed, Words, listing
from allhours.api.v1.directory import organization_coded
from allhours.api.v1.placements import placement_seen
from allhours.kernel import clock
from allhours.placement.actions import letters as actions
from allhours.placement.choices import LetterState
from allhours.placement.models import Letter
from allhours.placement.queries.letters import letters_visible_to

READ, WRITE = ApiScope.PLACEMENTS_READ, ApiScope.PLACEMENTS_WRITE
router = Router(tags=["letters"])


class LetterOut(Schema):
    id: int
    number: str
    code: str
    state: str
    placement: int
    member_no: str
    name: str
    unit: str = Field(description="its code")
    community: str = Field(description="its code")
    issued_on: date
    valid_until: date
    replaces: str | None = Field(description="number of the letter whose place it takes")
    void_reason: str


class LettersAsked(Listed):
    state: LetterState | None = None
    unit: Code = Field("", description="code of a unit, those below it included")


class LettersIssued(Schema):
    items: list[LetterOut]


class Unit(Given):
    unit: Code = Field(min_length=1, description="its code")


class Reason(Given):
    reason: Words


def show(letter: Letter) -> dict[str, Any]:
    names = ("number", "code", "state", "issued_on", "valid_until", "void_reason")
    return {
        "id": letter.pk,
        "placement": letter.placement_id,
        "member_no": letter.placement.member.member_no,
        "name": letter.placement.member.name,
        "unit": letter.unit.code,
        "community": letter.placement.community.code,
        "replaces": letter.replaces.number if letter.replaces else None,
        **{name: getattr(letter, name) for name in names},
    }


def _letter(request: ApiRequest, id: int) -> Letter:
    found = letters_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


@router.get("/letters/", **reads(READ, listing(LetterOut)))
def list_letters(request: ApiRequest, asked: Query[LettersAsked]) -> dict[str, Any]:
    """Letters of the caller's units and to their communities, the newest first."""
    rows = letters_visible_to(request.actor)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.unit:
        path = organization_coded(request.actor, asked.unit).path
        rows = rows.filter(unit__path__startswith=path)
    return page(rows, asked, name="letters", show=show, by="-pk")


@router.get("/letters/{int:id}/", **reads(READ, LetterOut))
def get_letter(request: ApiRequest, id: int) -> dict[str, Any]:
    """One letter."""
    return show(_letter(request, id))


@router.post("/letters/", **acts(WRITE, LettersIssued, status=201))
def issue_letters(request: ApiRequest, given: Unit) -> Status[dict[str, Any]]:
    """Letters for all placed from a unit who have none; the issuer's own waits for another."""
    unit = organization_coded(request.actor, given.unit)
    made = actions.issue_letters(actor=request.actor, unit=unit, now=clock.now())
    keys = [letter.pk for letter in made]
    shown = letters_visible_to(request.actor).filter(pk__in=keys).order_by("pk")
    return Status(201, {"items": [show(letter) for letter in shown]})


@router.post("/placements/{int:id}/letter/", **acts(WRITE, LetterOut, status=201))
def issue_letter(request: ApiRequest, id: int) -> Status[dict[str, Any]]:
    """One letter for one placed member."""
    made = actions.issue_letter(
        actor=request.actor, placement=placement_seen(request, id), now=clock.now()
    )
    return Status(201, show(_letter(request, made.pk)))


@router.post("/letters/{int:id}/void/", **acts(WRITE, LetterOut))
def void_letter(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """Take back a letter that was not used; its number is never given again."""
    letter = _letter(request, id)
    actions.void_letter(actor=request.actor, letter=letter, reason=given.reason, now=clock.now())
    return show(_letter(request, id))


@router.post("/letters/{int:id}/reissue/", **acts(WRITE, LetterOut, status=201))
def reissue_letter(request: ApiRequest, id: int, given: Reason) -> Status[dict[str, Any]]:
    """Void a letter and issue the next number in its stead."""
    letter = _letter(request, id)
    made = actions.reissue_letter(
        actor=request.actor, letter=letter, reason=given.reason, now=clock.now()
    )
    return Status(201, show(_letter(request, made.pk)))
