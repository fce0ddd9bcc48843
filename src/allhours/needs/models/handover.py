from __future__ import annotations

from django.db import models

from allhours.directory.models import Member
from allhours.needs.choices import HandoverState
from allhours.needs.models.claim import Claim


class PostHandover(models.Model):
    """A member on a post asks another to take it over; it passes only with the other's yes."""

    code = models.CharField(max_length=16, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    to_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.OPEN)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=models.Q(state="open"),
                name="one_open_handover_per_claim",
            )
        ]
        indexes = [models.Index(fields=["to_member", "state"], name="handover_to_member")]

    def __str__(self) -> str:
        return f"handover {self.code} {self.state}"
