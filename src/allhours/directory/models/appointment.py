from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models.organization import Organization


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(from_on__lte=day).filter(
            models.Q(until_on=None) | models.Q(until_on__gte=day)
        )


class Appointment(models.Model):
    """A role over a subtree for a term, by a decision. Ended by a date, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("职务"), max_length=30, choices=Role)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    decision_no = models.CharField(_("任命文号"), max_length=60, blank=True)
    from_on = models.DateField(_("任职日期"))
    until_on = models.DateField(_("任期至"), null=True, blank=True)  # last day in force
    ended_reason = models.CharField(max_length=120, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organization"],
                condition=models.Q(until_on=None),
                name="one_open_appointment_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.organization_id}"
