from __future__ import annotations

from typing import Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.placement.choices import (
    CloseReason,
    DifferenceKind,
    DifferenceState,
    Responsible,
    RunSource,
)


class ReconcileRunQuerySet(models.QuerySet["ReconcileRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """Runs over what the actor's desk stands over; a unit's never to a community's desk."""
        roles = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
        return self.filter(within(actor, "organization__path", roles=roles))


class ReconcileRun(models.Model):
    """反查批次: one comparison as of a day, over a county, a unit or a community.

    `counts` by kind of difference, and expected, reported, excused, found anew, gone since
    `previous` (the last run over the same organisation from the same source).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=RunSource)
    on = models.DateField()
    made_at = models.DateTimeField()
    made_by_plain = models.BigIntegerField(null=True)
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    filename = models.CharField(max_length=200, blank=True)
    checksum = models.CharField(max_length=64, blank=True)  # SHA-256 of the file's bytes
    counts = models.JSONField(default=dict)

    objects = ReconcileRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "source"], name="runs_over")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.source} {self.on}"


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who must act sees it, and the county; nobody else learns who has not reported."""
        seen = within(actor, "unit__path", "community__path", roles=COUNTY_ROLES)
        seen |= models.Q(responsible=Responsible.UNIT) & within(
            actor, "unit__path", roles=UNIT_ROLES
        )
        seen |= models.Q(responsible=Responsible.COMMUNITY) & within(
            actor, "community__path", roles=COMMUNITY_ROLES
        )
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(state=DifferenceState.OPEN)


class Difference(models.Model):
    """One thing in which two records of a person differ, until it is dealt with.

    `key` tells it apart from any other, so that a later run finds this row again instead of
    another like it; it holds nothing personal. `ours` and `theirs` are what each side says:
    name, number, unit, community, birth month, phone (masked).
    """

    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=16, choices=DifferenceKind)
    detail = models.CharField(max_length=30, blank=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    responsible = models.CharField(max_length=10, choices=Responsible)
    ours = models.JSONField(default=dict)
    theirs = models.JSONField(default=dict)
    state = models.CharField(
        max_length=6, choices=DifferenceState, default=DifferenceState.OPEN, db_index=True
    )
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_plain = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=20, choices=CloseReason, blank=True)
    words = models.CharField(max_length=200, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", reason="", closed_at=None)
                | (models.Q(state="closed", closed_at__isnull=False) & ~models.Q(reason="")),
                name="closed_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Finding(models.Model):
    """That a run found a difference."""

    run = models.ForeignKey(ReconcileRun, on_delete=models.CASCADE, related_name="findings")
    difference = models.ForeignKey(Difference, on_delete=models.CASCADE, related_name="findings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "difference"], name="found_once_in_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.difference_id}"
