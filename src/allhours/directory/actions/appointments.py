"""Appointing people: proposed by one, approved by another, ended by a date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import ADMIN_ROLES, Role
from allhours.accounts.models import User
from allhours.directory import appointing, rules, tidings
from allhours.directory.actions.accounts import person_named
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment, Member, Organization
from allhours.directory.queries import people as queries
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused, refuse_if


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
    """What the installation itself gives: the first accounts. People propose and approve."""
    if not actor.is_system:
        raise Refused(appointing.NEEDS_PROPOSAL)
    made = Appointment(
        user=user, role=role, organization=organization, decision_no=decision_no,
        from_on=from_on, until_on=until_on, decided_at=now,
    )  # fmt: skip
    write(made)
    note(actor, "appointment.made", made, now)
    return made


@transaction.atomic
def propose(
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
    """Ask for a person to be given a role over a node and all below it, for a term."""
    refuse_if(appointing.proposal_refusals(actor, role, organization, user.pk))
    made = Appointment(
        user=user, role=role, organization=organization, decision_no=decision_no,
        from_on=from_on, until_on=until_on, state=AppointmentState.PROPOSED,
        proposed_by_id=actor.user_id, proposed_at=now,
    )  # fmt: skip
    write(made)
    note(actor, "appointment.proposed", made, now)
    approvers = queries.approvers_of(made, on=clock.local_date(now))
    tell(approvers, "appointment.proposed", made, now)
    return made


@transaction.atomic
def propose_person(
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
    """`propose` by user name: of an account, of a member (by number), or of somebody new."""
    refuse_if(appointing.proposal_refusals(actor, role, organization, None))
    user = person_named(
        actor=actor, username=username, display_name=display_name,
        admin=role in ADMIN_ROLES, now=now,
    )  # fmt: skip
    return propose(
        actor=actor, user=user, role=role, organization=organization, from_on=from_on,
        until_on=until_on, decision_no=decision_no, now=now,
    )  # fmt: skip


@transaction.atomic
def approve(
    *, actor: Actor, appointment: Appointment, now: datetime, decision_no: str = ""
) -> None:
    """The second pair of eyes: from its first day the role is in force."""
    on = clock.local_date(now)
    principals = queries.offices_of([appointment.proposed_by_id, appointment.user_id], on=on)
    refuse_if(
        appointing.approval_refusals(
            actor, appointment, principals=principals,
            approver_elsewhere=queries.another_may_approve(appointment, actor, on=on),
        )
    )  # fmt: skip
    lock(appointment.user_id)
    refuse_if(_refusals(appointment))
    values = {"decision_no": decision_no} if decision_no else {}
    _decide(appointment, AppointmentState.IN_FORCE, now, approved_by_id=actor.user_id, **values)
    grant = appointing.approving_grant(actor, appointment, principals)
    note(actor, "appointment.approved", appointment, now, under=grant)
    tell([appointment.proposed_by_id], "appointment.approved", appointment, now)
    tell([appointment.user_id], "appointment.given", appointment, now)


def approve_many(
    *, actor: Actor, appointments: Sequence[Appointment], now: datetime, decision_no: str = ""
) -> int:
    """Each by itself: one that is refused does not hold up the others. Returns how many."""
    done = 0
    reasons: list[Refusal] = []
    for each in appointments:
        try:
            approve(actor=actor, appointment=each, now=now, decision_no=decision_no)
        except Refused as refused:
            reasons += refused.reasons
        else:
            done += 1
    if not done and reasons:
        raise Refused(*dict.fromkeys(reasons))
    return done


@transaction.atomic
def decline(*, actor: Actor, appointment: Appointment, reason: str, now: datetime) -> None:
    """Not approved, with the reason that its proposer reads."""
    role = appointment.role
    if appointment.state != AppointmentState.PROPOSED:
        raise Refused(appointing.ALREADY_DECIDED)
    actor.require(appointing.approver_of(role), appointing.stand_in_of(role))
    if not reason.strip():
        raise Refused(appointing.REASON_NEEDED)
    _decide(appointment, AppointmentState.DECLINED, now, declined_reason=reason.strip())
    note(actor, "appointment.declined", appointment, now)
    tell([appointment.proposed_by_id], "appointment.declined", appointment, now)


@transaction.atomic
def withdraw(*, actor: Actor, appointment: Appointment, now: datetime) -> None:
    """The proposer takes it back before it is decided."""
    if not actor.is_system and actor.user_id != appointment.proposed_by_id:
        raise Refused(appointing.NOT_YOUR_PROPOSAL)
    _decide(appointment, AppointmentState.WITHDRAWN, now)
    note(actor, "appointment.withdrawn", appointment, now)


@transaction.atomic
def end_appointment(
    *,
    actor: Actor,
    appointment: Appointment,
    on: date,
    now: datetime,
    reason: str = "",
    decision_no: str = "",
) -> None:
    """`on` is the last day in force; yesterday or earlier ends it at once, never before its begin.

    One that has not begun yet is closed on the day before it would. Its delegations end with it.
    """
    if not appointing.may_end(actor, appointment):
        raise Refused(NOT_YOURS_TO_DO)
    if not actor.is_system and queries.last_of_role(appointment, on=clock.local_date(now)):
        raise Refused(appointing.LAST_OF_ROLE.having(role=Role(appointment.role).label))
    if not _end(appointment, on, now, reason, decision_no):
        raise Refused(rules.ALREADY_ENDED)
    last = _last_day(appointment, on)
    own = next((grant for grant in actor.grants if grant.appointment_id == appointment.pk), None)
    note(actor, "appointment.ended", appointment, now, under=own, last_day=last.isoformat())
    tell([appointment.user_id], "appointment.ended", appointment, now)
    for each in Appointment.objects.live().filter(acting_for=appointment):
        _end(each, on, now, reason, decision_no)
        note(actor, "appointment.ended", each, now, with_office=appointment.pk)
        tell([each.user_id], "appointment.ended", each, now)


def end_today(
    *,
    actor: Actor,
    appointment: Appointment,
    now: datetime,
    reason: str = "",
    decision_no: str = "",
) -> None:
    """Take the role away at once: yesterday was the last day in force."""
    on = clock.local_date(now) - timedelta(days=1)
    end_appointment(
        actor=actor, appointment=appointment, on=on, now=now, reason=reason,
        decision_no=decision_no,
    )  # fmt: skip


# ---- writing ---------------------------------------------------------------------------------


def lock(user_id: int) -> None:
    """All writes about one person's roles pass through the person's row, one after another."""
    User.objects.filter(pk=user_id).update(display_name=F("display_name"))


def write(made: Appointment) -> None:
    lock(made.user_id)
    refuse_if(_refusals(made))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.ALREADY_HOLDS) from None


def _refusals(made: Appointment) -> list[Refusal]:
    """The rules, against all that the person holds or is proposed for in these days."""
    held = Appointment.objects.live().filter(user=made.user_id).exclude(pk=made.pk)
    rows = list(held.reaching(made.from_on).values_list("role", "organization_id", "from_on"))
    reasons = rules.appointment_refusals(
        made.role,
        made.organization,
        held=frozenset(role for role, _place, _from in rows),
        is_member=Member.objects.filter(user=made.user_id, left_on=None).exists(),
        from_on=made.from_on,
        until_on=made.until_on,
    )
    again = any(
        (role, place) == (made.role, made.organization_id)
        and (made.until_on is None or begins <= made.until_on)
        for role, place, begins in rows
    )
    return [*reasons, rules.ALREADY_HOLDS] if again else reasons


def _decide(
    appointment: Appointment, state: AppointmentState, now: datetime, **values: Any
) -> None:
    waiting = Appointment.objects.filter(pk=appointment.pk, state=AppointmentState.PROPOSED)
    try:
        with transaction.atomic():
            changed = waiting.update(state=state, decided_at=now, **values)
    except IntegrityError:
        raise Refused(appointing.SECOND_PERSON) from None
    if not changed:
        raise Refused(appointing.ALREADY_DECIDED)
    for name, value in {"state": state, "decided_at": now, **values}.items():
        setattr(appointment, name, value)


def _last_day(appointment: Appointment, on: date) -> date:
    return max(on, appointment.from_on - timedelta(days=1))


def _end(appointment: Appointment, on: date, now: datetime, reason: str, decision_no: str) -> bool:
    """Set the last day; an unapproved one is withdrawn instead. False: it was over already."""
    rows = Appointment.objects.filter(pk=appointment.pk)
    if rows.filter(state=AppointmentState.PROPOSED).update(
        state=AppointmentState.WITHDRAWN, decided_at=now
    ):
        return True
    last = _last_day(appointment, on)
    over = last < clock.local_date(now)
    later = Q(until_on=None) | Q(until_on__gt=last)
    return bool(
        rows.filter(later, state=AppointmentState.IN_FORCE).update(
            until_on=last,
            ended_reason=reason,
            end_decision_no=decision_no,
            ended_at=now,
            state=AppointmentState.ENDED if over else AppointmentState.IN_FORCE,
        )
    )


def note(actor: Actor, did: str, appointment: Appointment, now: datetime, **facts: Any) -> None:
    journal.note(
        actor=actor, did=did, to=appointment, now=now, user=appointment.user_id,
        role=appointment.role, organization=appointment.organization.code, **facts,
    )  # fmt: skip


def tell(users: Iterable[int | None], key: str, appointment: Appointment, now: datetime) -> None:
    own = key in ("appointment.given", "appointment.ended", "appointment.term_ending")
    view = (
        reverse("directory:my-offices")
        if own
        else reverse("directory:appointment", args=[appointment.pk])
    )
    tidings.tell(
        users, key, now=now, url=view, role=appointment.role,
        organization=appointment.organization.label, about=f"appointment:{appointment.pk}",
    )  # fmt: skip
