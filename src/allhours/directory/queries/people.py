"""Who holds which role over what, and the sign-ins of members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind
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
    """All for the county and the security administrator; others see none here."""
    rows = Appointment.objects.select_related("user", "organization").order_by(
        "role", "organization__code", "pk"
    )
    if actor.holds(Role.COUNTY_OFFICER, Role.SECURITY_ADMIN):
        return rows
    return rows.none()
