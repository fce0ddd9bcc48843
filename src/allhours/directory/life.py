"""What a change of a person means within the directory: appointments and the sign-in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db.models import Q, QuerySet

from allhours.accounts import journal
from allhours.accounts.actions import closing
from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.directory.choices import AppointmentState, ChangeState, Side
from allhours.directory.consequences import (
    Consequence,
    Departure,
    Event,
    Handler,
    Lines,
    Retirement,
    UnitChange,
)
from allhours.directory.models import Appointment, Member, MemberChange, Organization
from allhours.directory.models.appointment import LIVE
from allhours.kernel import paths


class DirectoryHandler(Handler):
    room = "directory"
    rank = 90  # last: handing over duties may still need the sign-in's person
    on: ClassVar[tuple[type[Event], ...]] = (Departure, Retirement, UnitChange)

    def foresee(self, event: Event) -> Lines:
        users = _users(event.members)
        lines = [
            Consequence(users[each.user_id], "appointment", each.decision_no, _title(each))
            for each in _ending(event, users)
        ]
        lines += [
            Consequence(row.member_id, "change", "", str(row.get_kind_display()))
            for row in _open_changes(event)
        ]
        if isinstance(event, Departure):
            active = User.objects.filter(pk__in=list(users), is_active=True).order_by("pk")
            lines += [Consequence(users[user.pk], "account", user.username, "") for user in active]
        return lines

    def carry_out(self, actor: Actor, event: Event, now: datetime) -> Lines:
        lines = self.foresee(event)
        users = _users(event.members)
        end_appointments(actor, list(_ending(event, users)), event.on, now)
        _open_changes(event).update(
            state=ChangeState.WITHDRAWN, address="", decided_by_plain=actor.user_id, decided_at=now
        )
        if isinstance(event, Departure):
            why = closing.DECEASED if event.is_quiet else closing.LEFT
            closing.close_sign_ins(actor=actor, user_ids=list(users), why=why, now=now)
        return lines


def _open_changes(event: Event) -> QuerySet[MemberChange]:
    """What was asked or planned for somebody who leaves before it could be."""
    if not isinstance(event, Departure):
        return MemberChange.objects.none()
    return MemberChange.objects.open().filter(member__in=event.members).order_by("pk")


def _users(members: Iterable[int]) -> dict[int, int]:
    """User id → member id, of those who have a sign-in."""
    rows = Member.objects.filter(pk__in=list(members), user__isnull=False)
    return dict(rows.values_list("user_id", "pk"))


def _ending(event: Event, users: dict[int, int]) -> list[Appointment]:
    """Leaving ends all; retiring those on the employers' side; a transfer those of the old unit."""
    mine = live_appointments(users, event.on)
    if isinstance(event, Retirement):
        mine = mine.filter(organization__side=Side.EMPLOYER)
    rows = list(mine)
    if isinstance(event, UnitChange):
        before = Organization.objects.in_bulk({old for old, _new in event.units.values()})
        rows = [
            row
            for row in rows
            if paths.covers(before[event.units[users[row.user_id]][0]].path, row.organization.path)
        ]
    return rows


def live_appointments(user_ids: Iterable[int], on: date) -> QuerySet[Appointment]:
    """Proposed, or in force on a day or later."""
    return (
        Appointment.objects.filter(user__in=list(user_ids), state__in=LIVE)
        .filter(Q(until_on=None) | Q(until_on__gte=on))
        .select_related("organization")
        .order_by("pk")
    )


def _title(appointment: Appointment) -> str:
    return f"{appointment.organization.label} {appointment.get_role_display()}"


def end_appointments(actor: Actor, rows: Iterable[Appointment], on: date, now: datetime) -> None:
    """The day before `on` was the last in force; proposals are withdrawn, delegations end too."""
    rows = list(rows)
    delegated = Appointment.objects.filter(acting_for__in=rows, state__in=LIVE)
    for row in [*rows, *delegated]:
        if row.state == AppointmentState.PROPOSED:
            changed = Appointment.objects.filter(pk=row.pk, state=row.state).update(
                state=AppointmentState.WITHDRAWN, decided_at=now
            )
        else:
            last = max(on - timedelta(days=1), row.from_on - timedelta(days=1))
            changed = Appointment.objects.filter(pk=row.pk, state=row.state).update(
                state=AppointmentState.ENDED, until_on=last, ended_at=now
            )
        if changed:
            journal.note(
                actor=actor, did="appointment.ended", to=row, now=now, user=row.user_id,
                role=row.role,
            )  # fmt: skip
