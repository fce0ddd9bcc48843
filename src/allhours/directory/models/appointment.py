from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import ADMIN_ROLES, COUNTY_ROLES, Role
from allhours.accounts.models import User
from allhours.directory.choices import AppointmentState
from allhours.directory.models.organization import Organization

# A proposal and what came of it both bind; what was refused or is over does not.
LIVE = (AppointmentState.PROPOSED, AppointmentState.IN_FORCE)
APPROVED = (AppointmentState.IN_FORCE, AppointmentState.ENDED)
# Sorted: a set's order would make a new migration at every run.
ADMINS = sorted(str(role) for role in ADMIN_ROLES)
APPROVED_BY_ANOTHER = sorted(str(role) for role in ADMIN_ROLES | COUNTY_ROLES)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force_on(self, day: date) -> Self:
        """Approved and within the term; a delegation only while its principal's holds too.

        One that has ended since was in force on the days before.
        """
        principal = models.Q(acting_for=None) | _holds_on(day, "acting_for__")
        return self.filter(_holds_on(day)).filter(principal)

    def live(self) -> Self:
        """Proposed or approved, and not ended."""
        return self.filter(state__in=LIVE)

    def reaching(self, day: date) -> Self:
        """Whose term reaches a day or lies behind it."""
        return self.filter(models.Q(until_on=None) | models.Q(until_on__gte=day))


def _holds_on(day: date, prefix: str = "") -> models.Q:
    begun = models.Q(**{f"{prefix}from_on__lte": day, f"{prefix}state__in": APPROVED})
    return begun & (
        models.Q(**{f"{prefix}until_on": None}) | models.Q(**{f"{prefix}until_on__gte": day})
    )


class Appointment(models.Model):
    """A role over a subtree for a term, by a decision: proposed by one, approved by another.

    Ended by a date, never deleted. With `acting_for` it is a delegation (代理) of that appointment.
    Without `proposed_by` the installation itself made it (the first accounts, a demo).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("职务"), max_length=30, choices=Role)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("状态"), max_length=10, choices=AppointmentState, default=AppointmentState.IN_FORCE
    )
    decision_no = models.CharField(_("任命文号"), max_length=60, blank=True)
    from_on = models.DateField(_("任职日期"))
    until_on = models.DateField(_("任期至"), null=True, blank=True)  # last day in force
    acting_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="delegations"
    )
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)  # approved, declined or withdrawn
    declined_reason = models.CharField(max_length=120, blank=True)
    ended_reason = models.CharField(max_length=120, blank=True)
    end_decision_no = models.CharField(_("免职文号"), max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # that the term runs out

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organization"],
                condition=models.Q(until_on=None, state__in=LIVE),
                name="one_open_appointment_per_role",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(role__in=ADMINS, state__in=LIVE),
                name="one_live_admin_role_per_user",
            ),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("proposed_by")),
                name="appointment_approved_by_another_than_its_proposer",
            ),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("user")),
                name="nobody_approves_their_own_appointment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=APPROVED)
                | models.Q(proposed_by=None)
                | models.Q(approved_by__isnull=False)
                | (models.Q(acting_for__isnull=False) & ~models.Q(role__in=APPROVED_BY_ANOTHER)),
                name="what_a_person_proposes_a_second_approves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.organization_id}"

    @property
    def office(self) -> str:
        """The role in words; a delegated one says so wherever it is shown."""
        label = str(Role(self.role).label)
        return str(_("%(role)s（代理）")) % {"role": label} if self.acting_for_id else label
