"""Offices: proposed by one, approved by another, ended, delegated for a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from allhours.accounts.choices import ApiScope, Role
from allhours.api.caller import ApiRequest
from allhours.api.frame import acts, reads
from allhours.api.paging import page
from allhours.api.shapes import Code, Day, Given, Listed, Words, listing
from allhours.directory.actions import appointments as actions
from allhours.directory.actions import delegations
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment, Organization
from allhours.directory.queries import people as queries
from allhours.directory.queries.organizations import organizations_to_name
from allhours.kernel import clock

READ, WRITE = ApiScope.DIRECTORY_READ, ApiScope.DIRECTORY_WRITE
router = Router(tags=["appointments"])


class AppointmentOut(Schema):
    id: int
    username: str
    name: str
    role: str
    role_title: str
    organization: str = Field(description="its code")
    organization_name: str
    state: str
    from_on: date
    until_on: date | None = Field(description="last day in force")
    decision_no: str
    acting_for: int | None = Field(description="the appointment that it stands in for")
    declined_reason: str
    ended_reason: str


class AppointmentsAsked(Listed):
    state: AppointmentState | None = None
    role: Role | None = None
    organization: Code = ""


class Proposed(Given):
    username: str = Field(min_length=1, max_length=40)
    name: str = Field("", max_length=60, description="of somebody who has no account yet")
    role: Role
    organization: Code = Field(min_length=1, description="its code")
    from_on: Day
    until_on: Day | None = None
    decision_no: str = Field("", max_length=60)


class Decided(Given):
    decision_no: str = Field("", max_length=60)


class Reason(Given):
    reason: Words


class Ended(Given):
    on: Day | None = Field(
        None, description="last day in force; yesterday, that is at once, if left out"
    )
    reason: Words = ""
    decision_no: str = Field("", max_length=60)


class Delegated(Given):
    username: str = Field(min_length=1, max_length=40)
    from_on: Day
    until_on: Day
    organization: Code = Field("", description="code; the whole of the office if left out")
    decision_no: str = Field("", max_length=60)


def show(appointment: Appointment) -> dict[str, Any]:
    names = ("role", "state", "from_on", "until_on", "decision_no", "declined_reason")
    return {
        "id": appointment.pk,
        "username": appointment.user.username,
        "name": appointment.user.display_name,
        "role_title": appointment.get_role_display(),
        "organization": appointment.organization.code,
        "organization_name": appointment.organization.label,
        "acting_for": appointment.acting_for_id,
        "ended_reason": appointment.ended_reason,
        **{name: getattr(appointment, name) for name in names},
    }


def _appointment(request: ApiRequest, id: int) -> Appointment:
    found = queries.appointments_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _organization(request: ApiRequest, code: str) -> Organization:
    found = organizations_to_name(request.actor).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@router.get("/appointments/", **reads(READ, listing(AppointmentOut)))
def list_appointments(request: ApiRequest, asked: Query[AppointmentsAsked]) -> dict[str, Any]:
    """Offices within the caller's sight, and their own, the newest first."""
    rows = queries.appointments_visible_to(request.actor)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.organization:
        rows = rows.filter(organization__code=asked.organization)
    return page(rows, asked, name="appointments", show=show, by="-pk")


@router.get("/appointments/{int:id}/", **reads(READ, AppointmentOut))
def get_appointment(request: ApiRequest, id: int) -> dict[str, Any]:
    """One office."""
    return show(_appointment(request, id))


@router.post("/appointments/", **acts(WRITE, AppointmentOut, status=201))
def propose_appointment(request: ApiRequest, given: Proposed) -> Status[dict[str, Any]]:
    """Propose somebody for an office; another approves."""
    made = actions.propose_person(
        actor=request.actor,
        username=given.username,
        display_name=given.name,
        role=given.role,
        organization=_organization(request, given.organization),
        from_on=given.from_on,
        until_on=given.until_on,
        decision_no=given.decision_no,
        now=clock.now(),
    )
    return Status(201, show(_appointment(request, made.pk)))


@router.post("/appointments/{int:id}/approve/", **acts(WRITE, AppointmentOut))
def approve_appointment(request: ApiRequest, id: int, given: Decided) -> dict[str, Any]:
    """Approve a proposal of somebody else."""
    actions.approve(
        actor=request.actor,
        appointment=_appointment(request, id),
        decision_no=given.decision_no,
        now=clock.now(),
    )
    return show(_appointment(request, id))


@router.post("/appointments/{int:id}/decline/", **acts(WRITE, AppointmentOut))
def decline_appointment(request: ApiRequest, id: int, given: Reason) -> dict[str, Any]:
    """Decline a proposal, with the reason."""
    appointment = _appointment(request, id)
    actions.decline(
        actor=request.actor, appointment=appointment, reason=given.reason, now=clock.now()
    )
    return show(_appointment(request, id))


@router.post("/appointments/{int:id}/withdraw/", **acts(WRITE, AppointmentOut))
def withdraw_appointment(request: ApiRequest, id: int) -> dict[str, Any]:
    """Take back one's own proposal."""
    actions.withdraw(actor=request.actor, appointment=_appointment(request, id), now=clock.now())
    return show(_appointment(request, id))


@router.post("/appointments/{int:id}/end/", **acts(WRITE, AppointmentOut))
def end_appointment(request: ApiRequest, id: int, given: Ended) -> dict[str, Any]:
    """End an office with a day; delegations of it end with it."""
    appointment, now = _appointment(request, id), clock.now()
    yesterday = clock.local_date(now) - timedelta(days=1)
    actions.end_appointment(
        actor=request.actor,
        appointment=appointment,
        on=given.on or yesterday,
        reason=given.reason,
        decision_no=given.decision_no,
        now=now,
    )
    return show(_appointment(request, id))


@router.post("/appointments/{int:id}/delegate/", **acts(WRITE, AppointmentOut, status=201))
def delegate_appointment(request: ApiRequest, id: int, given: Delegated) -> Status[dict[str, Any]]:
    """Let somebody else act in one's own office for a time."""
    within = _organization(request, given.organization) if given.organization else None
    made = delegations.delegate_to(
        actor=request.actor,
        appointment=_appointment(request, id),
        username=given.username,
        from_on=given.from_on,
        until_on=given.until_on,
        organization=within,
        decision_no=given.decision_no,
        now=clock.now(),
    )
    return Status(201, show(_appointment(request, made.pk)))
