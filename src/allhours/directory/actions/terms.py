"""What the nights do to appointments: remind of a term's end, close what is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory import appointing, tidings
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment
from allhours.directory.queries import people as queries
from allhours.kernel import clock


@transaction.atomic
def close_terms(*, actor: Actor, now: datetime) -> int:
    """Mark as ended what ran out, with its delegations; a proposal for a term that is over
    lapses. Rights ended by the date itself; this is the record's state. Returns how many."""
    today = clock.local_date(now)
    over = Appointment.objects.filter(until_on__lt=today)
    ended = list(over.filter(state=AppointmentState.IN_FORCE).select_related("organization"))
    lapsed = list(over.filter(state=AppointmentState.PROPOSED).select_related("organization"))
    acting = Appointment.objects.live().filter(acting_for__in=[row.pk for row in ended])
    gone = {row.pk for row in ended}
    for each in acting.select_related("organization", "acting_for"):
        if each.pk not in gone and each.acting_for is not None:
            last = max(each.acting_for.until_on or today, each.from_on - timedelta(days=1))
            Appointment.objects.filter(pk=each.pk).update(until_on=last)
            ended.append(each)
    Appointment.objects.filter(pk__in=[row.pk for row in ended]).update(
        state=AppointmentState.ENDED, ended_at=now
    )
    Appointment.objects.filter(pk__in=[row.pk for row in lapsed]).update(
        state=AppointmentState.WITHDRAWN, decided_at=now
    )
    journal.note_many(
        journal.line(actor=actor, did=did, to=row, now=now, user=row.user_id, role=row.role)
        for did, rows in (("appointment.ran_out", ended), ("appointment.lapsed", lapsed))
        for row in rows
    )
    return len(ended) + len(lapsed)


@transaction.atomic
def remind_of_terms(*, actor: Actor, now: datetime) -> int:
    """Thirty days before a term ends, once: its holder and who may renew it. Returns how many."""
    today = clock.local_date(now)
    rows = Appointment.objects.in_force_on(today).filter(
        acting_for=None, reminded_at=None, until_on__lte=today + appointing.REMIND_BEFORE
    )
    officers = {role: queries.holders_of(role, on=today) for role in appointing.NEVER_WITHOUT}
    count = 0
    for row in rows.select_related("organization"):
        if not Appointment.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=now):
            continue
        count += 1
        facts = {
            "role": row.role, "organization": row.organization.label,
            "until": row.until_on.isoformat() if row.until_on else "",
            "about": f"appointment:{row.pk}",
        }  # fmt: skip
        mine = reverse("directory:my-offices")
        desk = reverse("directory:appointment", args=[row.pk])
        tidings.tell([row.user_id], "appointment.term_ending", now=now, url=mine, **facts)
        others = officers[Role(appointing.approver_of(row.role))] - {row.user_id}
        tidings.tell(others, "appointment.term_to_renew", now=now, url=desk, **facts)
    return count
