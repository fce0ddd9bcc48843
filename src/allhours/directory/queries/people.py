"""Who holds which role over what, and the sign-ins of members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ADMIN_ROLES
from allhours.accounts.models import User
from allhours.accounts.scope import within
from allhours.directory import appointing
from allhours.directory.choices import AppointmentState, OrgKind
from allhours.directory.models import Appointment, Member, Organization
from allhours.directory.models.appointment import AppointmentQuerySet
from allhours.kernel import paths


def appointments_over(
    organization: Organization, *, roles: Iterable[str], on: date
) -> QuerySet[Appointment]:
    """Appointments in force on a day over the node, an ancestor of it, or the whole county."""
    return (
        Appointment.objects.in_force_on(on)
        .filter(role__in=[str(role) for role in roles], user__is_active=True)
        .filter(
            Q(organization_id__in=paths.ids(organization.path))
            # the county committee stands over both roots of the tree
            | Q(organization__kind=OrgKind.COUNTY)
        )
    )


def users_holding(*, roles: Iterable[str], organization_id: int, on: date) -> list[int]:
    """Ids of the users to be told: holders of one of the roles over the node on a day."""
    organization = Organization.objects.get(pk=organization_id)
    found = appointments_over(organization, roles=roles, on=on)
    return sorted(set(found.values_list("user_id", flat=True)))


def member_user_ids(members: Iterable[int]) -> dict[int, int]:
    """Member id → user id, for those of the members who have a sign-in."""
    rows = Member.objects.filter(pk__in=list(members), user__isnull=False)
    return dict(rows.values_list("pk", "user_id"))


def appointments_visible_to(actor: Actor) -> AppointmentQuerySet:
    """All for the county and the security administrator; an inspector, a unit's and a community's
    people see who holds business roles within their sight; everybody their own and, of delegations,
    both sides."""
    rows = Appointment.objects.select_related(
        "user", "organization", "acting_for__user", "proposed_by", "approved_by"
    ).order_by("role", "organization__code", "pk")
    if actor.holds(*appointing.APPOINTERS):
        return rows
    business = within(actor, "organization__path") & ~Q(role__in=ADMIN_ROLES)
    if actor.user_id is None:
        return rows.none()
    own = Q(user_id=actor.user_id) | Q(acting_for__user_id=actor.user_id)
    return rows.filter(business | own)


def offices_held_by(actor: Actor) -> AppointmentQuerySet:
    """The actor's own, live and past, and what they have delegated."""
    rows = appointments_visible_to(actor).filter(
        Q(user_id=actor.user_id) | Q(acting_for__user_id=actor.user_id)
    )
    return rows.order_by("-from_on", "-pk")


def proposals_for(actor: Actor) -> AppointmentQuerySet:
    """What waits for approval by one of the actor's kind; not what they proposed or are to get."""
    rows = appointments_visible_to(actor).filter(state=AppointmentState.PROPOSED)
    if not actor.holds(*appointing.APPOINTERS):
        return rows.none()
    parties = Q(user_id=actor.user_id) | Q(proposed_by_id=actor.user_id)
    return rows.exclude(parties).order_by("proposed_at", "pk")


def holders_of(role: str, *, on: date) -> set[int]:
    """Users who hold a role themselves, not for another, with an open account."""
    rows = Appointment.objects.in_force_on(on).filter(role=role, acting_for=None)
    return set(rows.filter(user__is_active=True).values_list("user_id", flat=True))


def approvers_of(appointment: Appointment, *, on: date) -> list[int]:
    """Who may approve it: those whose task it is, or else who stands in."""
    parties = {appointment.user_id, appointment.proposed_by_id}
    first = holders_of(appointing.approver_of(appointment.role), on=on) - parties
    return sorted(first or holders_of(appointing.stand_in_of(appointment.role), on=on) - parties)


def another_may_approve(appointment: Appointment, actor: Actor, *, on: date) -> bool:
    """Whether one whose task it is could approve, so that nobody need stand in."""
    parties = {appointment.user_id, appointment.proposed_by_id, actor.user_id}
    return bool(holders_of(appointing.approver_of(appointment.role), on=on) - parties)


def offices_of(user_ids: Iterable[int | None], *, on: date) -> set[int]:
    """Ids of the appointments that these people hold themselves."""
    ids = [user_id for user_id in user_ids if user_id is not None]
    rows = Appointment.objects.in_force_on(on).filter(user__in=ids, acting_for=None)
    return set(rows.values_list("pk", flat=True))


def last_of_role(appointment: Appointment, *, on: date) -> bool:
    """Whether with this one nobody would be left who can approve anything."""
    if appointment.role not in appointing.NEVER_WITHOUT or appointment.acting_for_id is not None:
        return False
    if appointment.state != AppointmentState.IN_FORCE:
        return False
    return not holders_of(appointment.role, on=on) - {appointment.user_id}


def may_name(actor: Actor, user: User | None, member: Member | None) -> bool:
    """Whether somebody who exists may be found by user name: the county finds all, a secretary
    those who belong to their unit or community."""
    if actor.holds(*appointing.APPOINTERS):
        return True
    if member is not None and Member.objects.visible_to(actor).filter(pk=member.pk).exists():
        return True
    if user is None:
        return False
    if Member.objects.visible_to(actor).filter(user=user).exists():
        return True
    return appointments_visible_to(actor).filter(user=user).exists()


def fit_delegate(username: str, appointment: Appointment, *, on: date) -> User | None:
    """An open account of somebody who belongs to the office's organisation; for an office of the
    county anybody's, for one of administration only of somebody outside business (the rules)."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or appointing.approved_by_another(appointment.role):
        return user
    path = appointment.organization.path
    belongs = Member.objects.on_roster().filter(
        Q(unit__path__startswith=path) | Q(serving_community__path__startswith=path), user=user
    )
    serves = Appointment.objects.in_force_on(on).filter(
        user=user, organization__path__startswith=path
    )
    return user if belongs.exists() or serves.exists() else None


def delegated(appointment: Appointment) -> QuerySet[Appointment]:
    """To whom this office was delegated, the latest first."""
    rows = Appointment.objects.filter(acting_for=appointment)
    return rows.select_related("user", "organization", "acting_for__user").order_by("-from_on")


def history_of_person(actor: Actor, user_id: int) -> AppointmentQuerySet:
    return appointments_visible_to(actor).filter(user_id=user_id).order_by("-from_on", "-pk")


def history_of_place(actor: Actor, organization: Organization) -> AppointmentQuerySet:
    rows = appointments_visible_to(actor).filter(organization=organization)
    return rows.order_by("-from_on", "-pk")
