from __future__ import annotations

from typing import Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.placement.choices import LIVE, EndReason, PlacementState, PresentedBy, ReceiptTo
from allhours.placement.models.letter import CollectiveLetter
from allhours.placement.models.round import Round


class PlacementQuerySet(models.QuerySet["Placement"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = within(actor, "unit__path", "community__path")
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)


class Placement(models.Model):
    """Where a member serves: assigned → letter issued → presented → reported → ended.

    A member counts as reported from `reported_on`, the day the community received them, which is
    also when the receipt stands with the unit.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(  # the temporary branch within the community
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # where the community groups by them: a grid of it, a team
    grid = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    collective = models.ForeignKey(
        CollectiveLetter, null=True, on_delete=models.SET_NULL, related_name="placements"
    )
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=PlacementState, default=PlacementState.ASSIGNED)
    assigned_at = models.DateTimeField()
    presented_at = models.DateTimeField(null=True)
    presented_by = models.CharField(max_length=6, choices=PresentedBy, blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_on = models.DateField(null=True, db_index=True)
    received_by_plain = models.BigIntegerField(null=True)
    # the receipt: to whom it went, and when they said that they have it
    receipt_to = models.CharField(max_length=16, choices=ReceiptTo, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by_plain = models.BigIntegerField(null=True)
    # reminded once each: the member to come, the desk to receive
    member_reminded_on = models.DateField(null=True)
    desk_reminded_on = models.DateField(null=True)
    # after a return the unit may name another community to the county
    wanted_community = models.ForeignKey(
        Organization, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    wanted_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True, db_index=True)
    end_reason = models.CharField(max_length=12, choices=EndReason, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(state__in=[str(s) for s in LIVE]),
                name="one_live_placement_per_member",
            )
        ]
        indexes = [models.Index(fields=["community", "state"], name="placement_desk")]

    def __str__(self) -> str:
        return f"{self.member_id} @ {self.community_id} {self.state}"
