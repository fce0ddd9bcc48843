"""What units have with communities: own report-in, pairing, contact points, visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, model_validator

from allhours.accounts.choices import ApiScope
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Given, Id, Listed, Words, listing, said
from allhours.api.v1.directory import member_numbered
from allhours.directory.models import Organization
from allhours.directory.queries.organizations import communities
from allhours.kernel import clock
from allhours.placement.actions import contacts, pairings, unit_reports
from allhours.placement.models import ContactPoint, Matter, Pairing, UnitReport, Visit
from allhours.placement.queries import partnerships as queries

READ, WRITE = ApiScope.PLACEMENTS_READ, ApiScope.PLACEMENTS_WRITE
router = Router(tags=["partnerships"])


class UnitReportOut(Schema):
    id: int
    unit: str
    community: str
    state: str
    people: int
    offers: str
    presented_on: date
    received_on: date | None
    ended_on: date | None
    reason: str


class PairingOut(Schema):
    id: int
    unit: str
    community: str
    state: str
    agreement: dict[str, str]
    since: date | None
    until: date | None
    reason: str


class ContactPointOut(Schema):
    id: int
    leader: str = Field(description="member number")
    position: str
    unit: str
    community: str
    since: date
    until: date | None
    reason: str


class VisitOut(Schema):
    id: int
    pairing: int | None
    contact_point: int | None
    unit: str
    community: str
    held_on: date
    people: str
    discussed: str
    raised: int = Field(description="matters raised")
    open_matters: int


class MatterOut(Schema):
    id: int
    visit: int
    text: str
    state: str
    outcome: str
    handled_on: date | None


class UnitHere(Given):
    unit: Code = Field(min_length=1)
    community: Code = Field(min_length=1)
    contact: str = Field("", max_length=60, description="an office, not a private one")
    contact_phone: str = Field("", max_length=40)
    offers: Words = ""


class PairingWanted(Given):
    unit: Code = Field(min_length=1)
    community: Code = Field(min_length=1)
    agreement: dict[Code, Words] = Field(
        default_factory=dict, max_length=20, description="by the codes of the scheme's aspects"
    )


class ContactWanted(Given):
    leader: Code = Field(min_length=1, description="member number")
    community: Code = Field(min_length=1)
    position: str = Field(max_length=80)


class VisitHeld(Given):
    pairing: Id | None = None
    contact_point: Id | None = None
    held_on: Day
    people: str = Field(max_length=200)
    discussed: str = Field(max_length=500, description="no personal circumstances")
    matters: list[Words] = Field(default_factory=list, max_length=20)

    @model_validator(mode="after")
    def of_one(self) -> VisitHeld:
        if (self.pairing is None) == (self.contact_point is None):
            raise said(_("请填写结对或联系点其中的一项。"))
        return self


class Reason(Given):
    reason: Words


class Outcome(Given):
    outcome: Words


def _sides(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "unit": row.unit.code, "community": row.community.code}


def _shown(row: Any, *names: str) -> dict[str, Any]:
    return {**_sides(row), **{name: getattr(row, name) for name in names}}


def show_report(row: UnitReport) -> dict[str, Any]:
    return _shown(
        row, "state", "people", "offers", "presented_on", "received_on", "ended_on", "reason"
    )


def show_pairing(row: Pairing) -> dict[str, Any]:
    return _shown(row, "state", "agreement", "since", "until", "reason")


def show_point(row: ContactPoint) -> dict[str, Any]:
    shown = _shown(row, "position", "since", "until", "reason")
    return {**shown, "leader": row.leader.member_no}


def show_visit(row: Any) -> dict[str, Any]:
    shown = _shown(row, "held_on", "people", "discussed", "raised", "open_matters")
    return {**shown, "pairing": row.pairing_id, "contact_point": row.contact_point_id}


def show_matter(row: Matter) -> dict[str, Any]:
    names = ("text", "state", "outcome", "handled_on")
    return {
        "id": row.pk, "visit": row.visit_id, **{name: getattr(row, name) for name in names}
    }  # fmt: skip


def _one(rows: Any, id: int | None) -> Any:
    found = rows.filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _community(code: str) -> Organization:
    found = communities().filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _report(request: ApiRequest, id: int) -> UnitReport:
    report: UnitReport = _one(queries.unit_reports_visible_to(request.actor), id)
    return report


def _pairing(request: ApiRequest, id: int | None) -> Pairing:
    pairing: Pairing = _one(queries.pairings_visible_to(request.actor), id)
    return pairing


def _point(request: ApiRequest, id: int | None) -> ContactPoint:
    point: ContactPoint = _one(queries.contact_points_visible_to(request.actor), id)
    return point


@router.get("/unit-reports/", **reads(READ, listing(UnitReportOut)))
def list_unit_reports(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Units that reported to communities, within the caller's sight, the newest first."""
    rows = queries.unit_reports_visible_to(request.actor)
    return page(rows, asked, name="unit-reports", show=show_report, by="-pk")


@router.post("/unit-reports/", **acts(WRITE, UnitReportOut, status=201))
def present_unit(request: ApiRequest, given: UnitHere) -> Status[dict[str, Any]]:
    """A unit reports to a community as an organisation."""
    unit = queries.reporting_units_of(request.actor).filter(code=given.unit).first()
    if unit is None:
        raise Http404
    made = unit_reports.present_unit(
        actor=request.actor,
        unit=unit,
        community=_community(given.community),
        contact=given.contact,
        contact_phone=given.contact_phone,
        offers=given.offers,
        now=clock.now(),
    )
    return Status(201, show_report(_report(request, made.pk)))


@router.post("/unit-reports/{int:id}/receive/", **acts(WRITE, UnitReportOut))
def receive_unit(request: ApiRequest, id: int) -> dict[str, Any]:
    """The community receives the unit."""
    unit_reports.receive_unit(actor=request.actor, report=_report(request, id), now=clock.now())
    return show_report(_report(request, id))


@router.post("/unit-reports/{int:id}/return/", **acts(WRITE, UnitReportOut))
def return_unit(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """The community does not receive the unit, and says why."""
    report = _report(request, id)
    unit_reports.return_unit(
        actor=request.actor, report=report, reason=given.reason, now=clock.now()
    )
    return show_report(_report(request, id))


@router.post("/unit-reports/{int:id}/end/", **acts(WRITE, UnitReportOut))
def end_unit_report(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """What a unit had reported ends."""
    report = _report(request, id)
    unit_reports.end_unit_report(
        actor=request.actor, report=report, reason=given.reason, now=clock.now()
    )
    return show_report(_report(request, id))


@router.get("/pairings/", **reads(READ, listing(PairingOut)))
def list_pairings(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Pairings of units and communities, the newest first."""
    rows = queries.pairings_visible_to(request.actor)
    return page(rows, asked, name="pairings", show=show_pairing, by="-pk")


@router.post("/pairings/", **acts(WRITE, PairingOut, status=201))
def propose_pairing(request: ApiRequest, given: PairingWanted) -> Status[dict[str, Any]]:
    """Propose a pairing to the other side; by the county it holds at once."""
    unit = queries.units_of(request.actor).filter(code=given.unit).first()
    if unit is None:
        raise Http404
    made = pairings.propose_pairing(
        actor=request.actor,
        unit=unit,
        community=_community(given.community),
        agreement=given.agreement,
        now=clock.now(),
    )
    return Status(201, show_pairing(_pairing(request, made.pk)))


@router.post("/pairings/{int:id}/agree/", **acts(WRITE, PairingOut))
def agree_pairing(request: ApiRequest, id: int) -> dict[str, Any]:
    """The other side says yes."""
    pairings.agree_pairing(actor=request.actor, pairing=_pairing(request, id), now=clock.now())
    return show_pairing(_pairing(request, id))


@router.post("/pairings/{int:id}/decline/", **acts(WRITE, PairingOut))
def decline_pairing(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """The other side says no, or who proposed takes it back."""
    pairing = _pairing(request, id)
    pairings.decline_pairing(
        actor=request.actor, pairing=pairing, reason=given.reason, now=clock.now()
    )
    return show_pairing(_pairing(request, id))


@router.post("/pairings/{int:id}/end/", **acts(WRITE, PairingOut))
def end_pairing(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """Either side or the county ends a pairing; what was done under it stays."""
    pairing = _pairing(request, id)
    pairings.end_pairing(actor=request.actor, pairing=pairing, reason=given.reason, now=clock.now())
    return show_pairing(_pairing(request, id))


@router.get("/contact-points/", **reads(READ, listing(ContactPointOut)))
def list_contact_points(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Leaders' contact points in communities, the newest first."""
    rows = queries.contact_points_visible_to(request.actor)
    return page(rows, asked, name="contact-points", show=show_point, by="-pk")


@router.post("/contact-points/", **acts(WRITE, ContactPointOut, status=201))
def set_contact_point(request: ApiRequest, given: ContactWanted) -> Status[dict[str, Any]]:
    """A leader takes a community as contact point."""
    made = contacts.set_contact_point(
        actor=request.actor,
        leader=member_numbered(request.actor, given.leader),
        community=_community(given.community),
        position=given.position,
        now=clock.now(),
    )
    return Status(201, show_point(_point(request, made.pk)))


@router.post("/contact-points/{int:id}/end/", **acts(WRITE, ContactPointOut))
def end_contact_point(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """A contact point ends; its visits stay."""
    point = _point(request, id)
    contacts.end_contact_point(
        actor=request.actor, point=point, reason=given.reason, now=clock.now()
    )
    return show_point(_point(request, id))


@router.get("/visits/", **reads(READ, listing(VisitOut)))
def list_visits(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Visits under pairings and contact points, the newest first."""
    rows = queries.visits_visible_to(request.actor)
    return page(rows, asked, name="visits", show=show_visit, by="-pk")


@router.post("/visits/", **acts(WRITE, VisitOut, status=201))
def note_visit(request: ApiRequest, given: VisitHeld) -> Status[dict[str, Any]]:
    """Note a visit with what was discussed and which matters were raised."""
    of = (
        _pairing(request, given.pairing)
        if given.pairing is not None
        else _point(request, given.contact_point)
    )
    made = contacts.note_visit(
        actor=request.actor,
        of=of,
        held_on=given.held_on,
        people=given.people,
        discussed=given.discussed,
        matters=given.matters,
        now=clock.now(),
    )
    visit: Visit = _one(queries.visits_visible_to(request.actor), made.pk)
    return Status(201, show_visit(visit))


@router.get("/matters/", **reads(READ, listing(MatterOut)))
def list_matters(request: ApiRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Matters raised at visits, the newest first."""
    rows = queries.matters_visible_to(request.actor)
    return page(rows, asked, name="matters", show=show_matter, by="-pk")


@router.post("/matters/{int:id}/handle/", **acts(WRITE, MatterOut))
def handle_matter(request: ApiRequest, id: int, given: Outcome) -> dict[str, Any]:
    """A matter has been dealt with."""
    matter = _one(queries.matters_visible_to(request.actor), id)
    contacts.handle_matter(
        actor=request.actor, matter=matter, outcome=given.outcome, now=clock.now()
    )
    return show_matter(_one(queries.matters_visible_to(request.actor), id))
