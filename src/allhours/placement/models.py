from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.placement.choices import (
    LIVE,
    EndReason,
    ExcusalClass,
    LetterState,
    PlacementState,
    PresentedBy,
    RoundState,
)


class Round(models.Model):
    """One run of the solver over a county: what was asked, what it answered, what was adopted."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.DRAFT)
    scheme_version_id_plain = models.BigIntegerField(null=True)
    objective = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    seconds = models.FloatField(null=True)
    report = models.JSONField(default=dict)  # per community: min, max, placed, short
    # The round that was in force when this one was solved (0: none). One round at most is adopted
    # after each, so that two officers cannot adopt answers to the same question.
    follows_plain = models.BigIntegerField(default=0)
    created_by_plain = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follows_plain"],
                condition=models.Q(state="adopted"),
                name="one_round_adopted_after_each",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = within(actor, "member__unit__path", "community__path")
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)


class Proposal(models.Model):
    """Where a round would place a member, and why. Hand-made ones are locked."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="proposals")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    community = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )  # null: unplaced
    cost = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=30)  # code; the sentence is rendered from code and params
    params = models.JSONField(default=dict)
    locked = models.BooleanField(default=False)
    locked_by_plain = models.BigIntegerField(null=True)
    contested_at = models.DateTimeField(null=True)
    contest_text = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer_text = models.CharField(max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "member"], name="one_proposal_per_member")
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.member_id} → {self.community_id}"


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
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=PlacementState, default=PlacementState.ASSIGNED)
    assigned_at = models.DateTimeField()
    presented_at = models.DateTimeField(null=True)
    presented_by = models.CharField(max_length=6, choices=PresentedBy, blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_on = models.DateField(null=True, db_index=True)
    received_by_plain = models.BigIntegerField(null=True)
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


class LetterCounter(models.Model):
    """Numbers letters by unit and year, by conditional update."""

    unit = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_letter_counter")]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.year}: {self.last}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = within(actor, "unit__path", "placement__community__path")
        if actor.member_id is not None:
            seen |= models.Q(placement__member_id=actor.member_id)
        return self.filter(seen)


class Letter(models.Model):
    """报到证明信: issued by the unit for one placement; its code is shown at the desk.

    Numbers run without gap by unit and year; `number` is how one is written on paper.
    """

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="letters")
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=160)
    code = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.ISSUED)
    issued_on = models.DateField()
    valid_until = models.DateField()
    issued_by_plain = models.BigIntegerField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement"],
                condition=models.Q(state="issued"),
                name="one_live_letter_per_placement",
            ),
            models.UniqueConstraint(
                fields=["unit", "year", "serial"], name="one_letter_per_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ExcusalQuerySet(models.QuerySet["Excusal"]):
    def visible_to(self, actor: Actor) -> Self:
        """The unit's and the county's side, and the member; a community sees only 免报."""
        seen = within(actor, "member__unit__path", roles=UNIT_ROLES | COUNTY_ROLES)
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)


class Excusal(models.Model):
    """免报: granted by the unit for a time. `until_on` is its last day."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    klass = models.CharField(max_length=10, choices=ExcusalClass)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    granted_by_plain = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()

    objects = ExcusalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(until_on=None),
                name="one_open_excusal_per_member",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.klass}"
