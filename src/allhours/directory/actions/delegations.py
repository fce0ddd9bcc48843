"""Handing an office to somebody for a time (代理)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory import appointing
from allhours.directory.actions.appointments import lock, note, tell, write
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment, Organization
from allhours.directory.queries import people as queries
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if


@transaction.atomic
def delegate(
    *,
    actor: Actor,
    appointment: Appointment,
    user: User,
    from_on: date,
    until_on: date,
    now: datetime,
    organization: Organization | None = None,
    decision_no: str = "",
) -> Appointment:
    """The holder of an office lets another do it for a time (代理), over all of it or a part.

    An office of the county or of administration waits for approval; of the others the county
    officers are told and may end it. It ends with the appointment itself.
    """
    today = clock.local_date(now)
    where = organization or appointment.organization
    refuse_if(
        appointing.delegation_refusals(
            actor, appointment, from_on=from_on, until_on=until_on, today=today
        )
    )
    if user.pk == actor.user_id or not user.is_active or not appointing.below(appointment, where):
        raise Refused(appointing.PERSON_UNKNOWN)
    waits = appointing.approved_by_another(appointment.role)
    made = Appointment(
        user=user, role=appointment.role, organization=where, decision_no=decision_no,
        from_on=from_on, until_on=until_on, acting_for=appointment,
        state=AppointmentState.PROPOSED if waits else AppointmentState.IN_FORCE,
        proposed_by_id=actor.user_id, proposed_at=now, decided_at=None if waits else now,
    )  # fmt: skip
    lock(appointment.user_id)
    overlapping = Appointment.objects.live().filter(acting_for=appointment, from_on__lte=until_on)
    if overlapping.reaching(from_on).exists():
        raise Refused(appointing.DELEGATED_TWICE)
    write(made)
    under = next((g for g in actor.grants if g.appointment_id == appointment.pk), None)
    note(actor, "appointment.delegated", made, now, under=under, acting_for=appointment.pk)
    _tell(made, now)
    return made


def _tell(made: Appointment, now: datetime) -> None:
    """Who approves it; or, where it is in force, who does the office now and the county."""
    today = clock.local_date(now)
    if made.state == AppointmentState.PROPOSED:
        tell(queries.approvers_of(made, on=today), "appointment.proposed", made, now)
        return
    tell([made.user_id], "appointment.given", made, now)
    tell(queries.holders_of(Role.COUNTY_OFFICER, on=today), "appointment.delegated", made, now)


@transaction.atomic
def delegate_to(
    *, actor: Actor, appointment: Appointment, username: str, now: datetime, **facts: Any
) -> Appointment:
    """`delegate` by user name, to somebody within the holder's own organisation."""
    user = queries.fit_delegate(username, appointment, on=clock.local_date(now))
    if user is None:
        raise Refused(appointing.PERSON_UNKNOWN)
    return delegate(actor=actor, appointment=appointment, user=user, now=now, **facts)
