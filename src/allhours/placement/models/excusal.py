from __future__ import annotations

from typing import Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member
from allhours.placement.choices import ExcusalClass


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
