"""What a unit as such has with communities: its own report-in, pairing, contact points, visits."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.placement.choices import MatterState, PairingState, UnitReportState


def both_sides(actor: Actor, prefix: str = "") -> Q:
    """The county, the unit and the community each see what stands between the two."""
    seen = within(actor, f"{prefix}unit__path", roles=COUNTY_ROLES | UNIT_ROLES)
    return seen | within(actor, f"{prefix}community__path", roles=COMMUNITY_ROLES)


class UnitReportQuerySet(models.QuerySet["UnitReport"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(both_sides(actor))


class UnitReport(models.Model):
    """单位党组织到社区报到: presented by the unit, received by the community."""

    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=UnitReportState, default=UnitReportState.PRESENTED
    )
    people = models.PositiveIntegerField()  # the unit's expected members on the day
    contact = models.CharField(max_length=60, blank=True)  # office that is rung, not a private one
    contact_phone = models.CharField(max_length=40, blank=True)
    offers = models.CharField(max_length=300, blank=True)  # what the unit can bring
    presented_on = models.DateField()
    presented_at = models.DateTimeField()
    presented_by_plain = models.BigIntegerField(null=True)
    received_on = models.DateField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by_plain = models.BigIntegerField(null=True)
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why returned or ended

    objects = UnitReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "community"],
                condition=Q(state__in=["presented", "received"]),
                name="one_live_unit_report",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.community_id} {self.state}"


class PairingQuerySet(models.QuerySet["Pairing"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(both_sides(actor))


class Pairing(models.Model):
    """结对共建 of a unit and a community; `Organization.paired_community` follows the live one.

    `agreement` holds what was agreed by code of the scheme's five aspects (S3 二3).
    """

    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PairingState, default=PairingState.PROPOSED)
    agreement = models.JSONField(default=dict)
    proposed_by_community = models.BooleanField(default=False)
    proposed_at = models.DateTimeField()
    proposed_by_plain = models.BigIntegerField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why declined or ended

    objects = PairingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state="live"), name="one_live_pairing_per_unit"
            ),
            models.UniqueConstraint(
                fields=["unit", "community"],
                condition=Q(state="proposed"),
                name="one_open_proposal_of_pairing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} = {self.community_id} {self.state}"


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = both_sides(actor)
        if actor.member_id is not None:
            seen |= Q(leader_id=actor.member_id)
        return self.filter(seen)


class ContactPoint(models.Model):
    """党员领导干部联系点: a leading member keeps in touch with one community."""

    leader = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=80)  # as it was when the contact began
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    set_by_plain = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["leader", "community"],
                condition=Q(until=None),
                name="one_open_contact_point",
            )
        ]

    def __str__(self) -> str:
        return f"{self.leader_id} @ {self.community_id}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = both_sides(actor)
        if actor.member_id is not None:
            seen |= Q(contact_point__leader_id=actor.member_id)
        return self.filter(seen)


class Visit(models.Model):
    """A visit under a pairing or to a contact point: when, who came, what was discussed."""

    pairing = models.ForeignKey(Pairing, null=True, on_delete=models.PROTECT, related_name="visits")
    contact_point = models.ForeignKey(
        ContactPoint, null=True, on_delete=models.PROTECT, related_name="visits"
    )
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(db_index=True)
    people = models.CharField(max_length=200)
    discussed = models.CharField(max_length=500)
    noted_at = models.DateTimeField()
    noted_by_plain = models.BigIntegerField(null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pairing=None, contact_point__isnull=False)
                | Q(pairing__isnull=False, contact_point=None),
                name="visit_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.community_id} {self.held_on}"


class Matter(models.Model):
    """Something raised on a visit, until the unit has dealt with it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="matters")
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=MatterState, default=MatterState.OPEN)
    outcome = models.CharField(max_length=300, blank=True)
    handled_on = models.DateField(null=True)
    handled_by_plain = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", handled_on=None)
                | Q(state="handled", handled_on__isnull=False),
                name="handled_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.state}"
