from __future__ import annotations

from typing import Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Organization
from allhours.placement.choices import LetterState


class LetterCounter(models.Model):
    """Numbers letters by unit and year, by conditional update."""

    unit = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_letter_counter")]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.year}: {self.last}"


class CollectiveLetterQuerySet(models.QuerySet["CollectiveLetter"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(within(actor, "unit__path", "community__path"))


class CollectiveLetter(models.Model):
    """集体报到介绍信: one sheet with a list of names, from a unit to one community.

    Numbered in the unit's series of letters. Who stands on it: `Placement.collective`.
    """

    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=160)
    code = models.CharField(max_length=16, unique=True)
    issued_on = models.DateField()
    issued_by_plain = models.BigIntegerField(null=True)

    objects = CollectiveLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "serial"], name="one_collective_letter_per_number"
            )
        ]

    def __str__(self) -> str:
        return self.number


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = within(actor, "unit__path", "placement__community__path")
        if actor.member_id is not None:
            seen |= models.Q(placement__member_id=actor.member_id)
        return self.filter(seen)


class Letter(models.Model):
    """报到证明信: issued by the unit for one placement; its code is shown at the desk.

    Numbers run without gap by unit and year; `number` is how one is written on paper and is never
    given again: a new letter names in `replaces` the void or expired one whose place it takes.
    """

    placement = models.ForeignKey(
        "placement.Placement", on_delete=models.PROTECT, related_name="letters"
    )
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
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_by_plain = models.BigIntegerField(null=True)
    void_reason = models.CharField(max_length=120, blank=True)

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
