from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.placement.choices import RoundState


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
