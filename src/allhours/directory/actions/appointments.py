"""Appointing people to roles and ending appointments."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import ADMIN_ROLES, Role
from allhours.accounts.models import User
from allhours.directory import rules
from allhours.directory.models import Appointment, Member, Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if


@transaction.atomic
def open_account(*, actor: Actor, username: str, display_name: str, now: datetime) -> User:
    """A sign-in for somebody who is not a member (a grid worker, an officer); no password yet."""
    actor.require(Role.COUNTY_OFFICER, Role.SECURITY_ADMIN)
    user = User(
        username=username,
        display_name=display_name,
        password=make_password(None),
        created_at=now,
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.USERNAME_TAKEN) from None
    journal.note(actor=actor, did="account.opened", to=user, now=now)
    return user


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    user: User,
    role: str,
    organization: Organization,
    from_on: date,
    now: datetime,
    decision_no: str = "",
    until_on: date | None = None,
) -> Appointment:
    """Give a person a role over a node and all below it, for a term, by a decision.

    Administrators are appointed by the security administrator, business roles by the county;
    nobody holds both, nor two of the three administrator roles.
    """
    _require_appointer(actor, role)
    held = Appointment.objects.filter(user=user).filter(Q(until_on=None) | Q(until_on__gte=from_on))
    refuse_if(
        rules.appointment_refusals(
            role,
            organization,
            held=frozenset(held.values_list("role", flat=True)),
            is_member=Member.objects.filter(user=user, left_on=None).exists(),
            from_on=from_on,
            until_on=until_on,
        )
    )
    if held.filter(role=role, organization=organization).exists():
        raise Refused(rules.ALREADY_HOLDS)
    appointment = Appointment(
        user=user, role=role, organization=organization, decision_no=decision_no,
        from_on=from_on, until_on=until_on,
    )  # fmt: skip
    try:
        with transaction.atomic():
            appointment.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.ALREADY_HOLDS) from None
    journal.note(
        actor=actor, did="appointment.made", to=appointment, now=now,
        user=user.pk, role=role, organization=organization.code,
    )  # fmt: skip
    return appointment


@transaction.atomic
def appoint_person(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    role: str,
    organization: Organization,
    from_on: date,
    until_on: date | None,
    decision_no: str,
    now: datetime,
) -> Appointment:
    """`appoint` by user name: of an account, of a member (by number), or of somebody new."""
    _require_appointer(actor, role)
    user = User.objects.filter(username=username).first()
    if user is None:
        member = Member.objects.on_roster().filter(member_no=username).first()
        name = member.name if member else display_name
        if not name:
            raise Refused(rules.NAME_NEEDED)
        user = open_account(actor=actor, username=username, display_name=name, now=now)
        if member is not None:
            member.user = user
            member.save(update_fields=["user"])
    return appoint(
        actor=actor, user=user, role=role, organization=organization, from_on=from_on,
        until_on=until_on, decision_no=decision_no, now=now,
    )  # fmt: skip


@transaction.atomic
def end_appointment(
    *, actor: Actor, appointment: Appointment, on: date, now: datetime, reason: str = ""
) -> None:
    """`on` is the last day in force; yesterday or earlier ends it at once, never before its begin.

    An appointment that has not begun yet is closed on the day before it would.
    """
    _require_appointer(actor, appointment.role)
    last = max(on, appointment.from_on - timedelta(days=1))
    changed = (
        Appointment.objects.filter(pk=appointment.pk)
        .filter(Q(until_on=None) | Q(until_on__gt=last))
        .update(until_on=last, ended_reason=reason)
    )
    if not changed:
        raise Refused(rules.ALREADY_ENDED)
    journal.note(
        actor=actor, did="appointment.ended", to=appointment, now=now,
        user=appointment.user_id, role=appointment.role, last_day=last.isoformat(),
    )  # fmt: skip


def end_today(*, actor: Actor, appointment: Appointment, now: datetime, reason: str = "") -> None:
    """Take the role away at once: yesterday was the last day in force."""
    on = clock.local_date(now) - timedelta(days=1)
    end_appointment(actor=actor, appointment=appointment, on=on, now=now, reason=reason)


def _require_appointer(actor: Actor, role: str) -> None:
    """The county appoints to business, the security administrator to administration."""
    appointer = Role.SECURITY_ADMIN if role in ADMIN_ROLES else Role.COUNTY_OFFICER
    if not actor.holds(appointer):
        raise Refused(NOT_YOURS_TO_DO)
