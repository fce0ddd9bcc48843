"""Rights over one's own data: copy, correction, erasure, consents; what the desks decide of it.

The copy itself is taken on the page only: a token alone does not open what is sealed.
"""

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
from allhours.api.shapes import Code, Given, Listed, Words, listing
from allhours.directory.models import Member
from allhours.directory.queries.members import member_of
from allhours.kernel import clock
from allhours.rights.actions import consents, copies, corrections, erasure
from allhours.rights.facts import FACTS
from allhours.rights.models import Correction, DataCopy, Erasure
from allhours.rights.queries.consents import offers_to
from allhours.rights.queries.copies import copies_of
from allhours.rights.queries.corrections import corrections_visible_to, own_corrections
from allhours.rights.queries.erasures import erasures_visible_to

RIGHTS = ApiScope.RIGHTS
router = Router(tags=["rights"])


class CopyOut(Schema):
    code: str
    state: str
    asked_at: datetime
    expires_at: datetime


class CorrectionOut(Schema):
    code: str
    member_no: str
    fact: str
    wanted: str
    note: str
    keeper: str
    state: str
    asked_at: datetime
    due_on: date
    decided_at: datetime | None
    reason: str


class ErasureOut(Schema):
    code: str
    subject: str
    subject_code: str
    reason: str
    state: str
    asked_at: datetime
    due_at: datetime | None = Field(description="until then it can be undone")
    done_at: datetime | None


class ConsentOut(Schema):
    kind: str
    title: str
    given: bool


class Consents(Schema):
    items: list[ConsentOut]


class CorrectionWanted(Given):
    fact: Code = Field(description=", ".join(FACTS))
    wanted: Words
    note: Words = ""


class Answer(Given):
    answer: Words = ""


class Reason(Given):
    reason: Words


def show_copy(copy: DataCopy) -> dict[str, Any]:
    return {name: getattr(copy, name) for name in ("code", "state", "asked_at", "expires_at")}


def show_correction(row: Correction) -> dict[str, Any]:
    names = ("code", "fact", "wanted", "note", "keeper", "state", "asked_at", "due_on")
    return {
        "member_no": row.member.member_no,
        **{name: getattr(row, name) for name in (*names, "decided_at", "reason")},
    }


def show_erasure(row: Erasure) -> dict[str, Any]:
    names = ("code", "subject", "subject_code", "reason", "state", "asked_at", "due_at", "done_at")
    return {name: getattr(row, name) for name in names}


def _member(request: ApiRequest) -> Member:
    member = member_of(request.actor)
    if member is None:
        raise Http404
    return member


def _coded(rows: Any, code: str) -> Any:
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@router.get("/me/copies/", **reads(RIGHTS, listing(CopyOut)))
def list_copies(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Copies of the caller's own data that were asked for, the newest first."""
    return page(copies_of(request.actor), asked, name="copies", show=show_copy, by="-pk")


@router.post("/me/copies/", **acts(RIGHTS, CopyOut, status=201))
def ask_copy(request: ApiRequest) -> Status[dict[str, Any]]:
    """Ask for a copy of everything held about the caller; it is taken on the page."""
    return Status(201, show_copy(copies.ask_copy(actor=request.actor, now=clock.now())))


@router.get("/me/corrections/", **reads(RIGHTS, listing(CorrectionOut)))
def list_own_corrections(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """What the caller asked to have corrected, the newest first."""
    rows = own_corrections(request.actor).select_related("member")
    return page(rows, asked, name="own-corrections", show=show_correction, by="-pk")


@router.post("/me/corrections/", **acts(RIGHTS, CorrectionOut, status=201))
def ask_correction(request: ApiRequest, given: CorrectionWanted) -> Status[dict[str, Any]]:
    """Name a fact of one's own record and what it should be."""
    made = corrections.ask_correction(
        actor=request.actor,
        fact=given.fact,
        wanted=given.wanted,
        note=given.note,
        now=clock.now(),
    )
    return Status(201, show_correction(made))


@router.post("/me/corrections/{slug:code}/withdraw/", **acts(RIGHTS, CorrectionOut))
def withdraw_correction(request: ApiRequest, code: str) -> dict[str, Any]:
    """Take back a request that nobody has decided yet."""
    rows = own_corrections(request.actor).select_related("member")
    corrections.withdraw_correction(
        actor=request.actor, correction=_coded(rows, code), now=clock.now()
    )
    return show_correction(_coded(rows, code))


@router.get("/corrections/", **reads(RIGHTS, listing(CorrectionOut)))
def list_corrections(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Requests on the caller's desk, the newest first."""
    rows = corrections_visible_to(request.actor)
    return page(rows, asked, name="corrections", show=show_correction, by="-pk")


@router.post("/corrections/{slug:code}/accept/", **acts(RIGHTS, CorrectionOut))
def accept_correction(request: ApiRequest, code: str, given: Answer) -> dict[str, Any]:
    """The keeper agrees, and the fact is corrected with the value given."""
    rows = corrections_visible_to(request.actor)
    corrections.accept_correction(
        actor=request.actor,
        correction=_coded(rows, code),
        answer=given.answer,
        now=clock.now(),
    )
    return show_correction(_coded(rows, code))


@router.post("/corrections/{slug:code}/decline/", **acts(RIGHTS, CorrectionOut))
def decline_correction(request: ApiRequest, code: str, given: Reason) -> dict[str, Any]:
    """The keeper does not agree, and says why."""
    rows = corrections_visible_to(request.actor)
    corrections.decline_correction(
        actor=request.actor,
        correction=_coded(rows, code),
        reason=given.reason,
        now=clock.now(),
    )
    return show_correction(_coded(rows, code))


@router.get("/erasures/", **reads(RIGHTS, listing(ErasureOut)))
def list_erasures(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Erasures that the caller may see: the county's, and their own."""
    rows = erasures_visible_to(request.actor)
    return page(rows, asked, name="erasures", show=show_erasure, by="-pk")


@router.post("/me/erasure/", **acts(RIGHTS, ErasureOut, status=201))
def ask_erasure(request: ApiRequest) -> Status[dict[str, Any]]:
    """Ask to be erased; two officers of the county decide."""
    made = erasure.ask_erasure(actor=request.actor, now=clock.now())
    return Status(201, show_erasure(made))


@router.post("/erasures/{slug:code}/approve/", **acts(RIGHTS, ErasureOut))
def approve_erasure(request: ApiRequest, code: str) -> dict[str, Any]:
    """Approve what another officer proposed; carried out when the days for undoing are over."""
    rows = erasures_visible_to(request.actor)
    erasure.approve_erasure(actor=request.actor, erasure=_coded(rows, code), now=clock.now())
    return show_erasure(_coded(rows, code))


@router.post("/erasures/{slug:code}/decline/", **acts(RIGHTS, ErasureOut))
def decline_erasure(request: ApiRequest, code: str, given: Reason) -> dict[str, Any]:
    """Decline, with the reason."""
    rows = erasures_visible_to(request.actor)
    erasure.decline_erasure(
        actor=request.actor, erasure=_coded(rows, code), reason=given.reason, now=clock.now()
    )
    return show_erasure(_coded(rows, code))


@router.post("/erasures/{slug:code}/undo/", **acts(RIGHTS, ErasureOut))
def undo_erasure(request: ApiRequest, code: str) -> dict[str, Any]:
    """Stop an erasure before it is carried out."""
    rows = erasures_visible_to(request.actor)
    erasure.undo_erasure(actor=request.actor, erasure=_coded(rows, code), now=clock.now())
    return show_erasure(_coded(rows, code))


@router.get("/me/consents/", **reads(RIGHTS, Consents))
def list_consents(request: ApiRequest) -> dict[str, Any]:
    """What the caller may consent to, and to what they do."""
    return _consents(request)


def _consents(request: ApiRequest) -> dict[str, Any]:
    offers = offers_to(_member(request).pk, clock.local_date(clock.now()))
    items = [
        {
            "kind": offer.code,
            "title": str(offer.title),
            "given": offer.consent is not None,
        }
        for offer in offers
    ]
    return {"items": items}


@router.post("/me/consents/{slug:kind}/give/", **acts(RIGHTS, Consents))
def give_consent(request: ApiRequest, kind: str) -> dict[str, Any]:
    """Consent to something, from now on."""
    consents.give_consent(actor=request.actor, member=_member(request), kind=kind, now=clock.now())
    return _consents(request)


@router.post("/me/consents/{slug:kind}/withdraw/", **acts(RIGHTS, Consents))
def withdraw_consent(request: ApiRequest, kind: str) -> dict[str, Any]:
    """Withdraw a consent, at once; no reason is asked."""
    consents.withdraw_consent(
        actor=request.actor, member=_member(request), kind=kind, now=clock.now()
    )
    return _consents(request)
