from __future__ import annotations

from typing import Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member
from allhours.kernel import crypto
from allhours.rights.choices import CorrectionState

WANTED = "correction.wanted"  # purposes under which facts are sealed
NOTE = "correction.note"
REASON = "correction.reason"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, actor: Actor) -> Self:
        """The member's own; and those that the actor's office keeps: unit or community."""
        seen = within(actor, "member__unit__path", roles=UNIT_ROLES | COUNTY_ROLES)
        at_community = within(actor, "member__serving_community__path", roles=COMMUNITY_ROLES)
        seen |= at_community & models.Q(keeper="community")
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(state=CorrectionState.OPEN)


class Correction(models.Model):
    """A member says that a fact is wrong and what it should be; its keeper accepts or declines.

    `fact` is a code of `rights.facts`; what was wanted is sealed, for it may be an ID number.
    """

    code = models.CharField(max_length=16, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    fact = models.CharField(max_length=30)
    keeper = models.CharField(max_length=10)  # unit, community
    wanted_sealed = models.TextField()
    note_sealed = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.OPEN)
    asked_at = models.DateTimeField(db_index=True)
    due_on = models.DateField()
    reminded_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_plain = models.BigIntegerField(null=True)
    reason_sealed = models.TextField(blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "fact"],
                condition=models.Q(state="open"),
                name="one_open_correction_per_fact",
            )
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="correction_due")]

    def __str__(self) -> str:
        return f"correction {self.code} {self.state}"

    @property
    def wanted(self) -> str:
        return crypto.unseal(self.wanted_sealed, WANTED)

    @property
    def note(self) -> str:
        return crypto.unseal(self.note_sealed, NOTE)

    @property
    def reason(self) -> str:
        return crypto.unseal(self.reason_sealed, REASON)
