from __future__ import annotations

from django.db import models

from allhours.directory.models import Member
from allhours.rights.choices import ConsentHow


class Consent(models.Model):
    """What a member consented to, under which text, when and how; withdrawn at any time."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)  # code of the scheme's rights.consents
    version = models.CharField(max_length=20)
    how = models.CharField(max_length=10, choices=ConsentHow)
    given_at = models.DateTimeField()
    noted_by_plain = models.BigIntegerField(null=True)  # who noted paper or spoken consent
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="one_live_consent_per_kind",
            )
        ]
        indexes = [models.Index(fields=["kind", "withdrawn_at"], name="consent_in_force")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.version}"
