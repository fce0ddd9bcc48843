"""The county of this installation, its published law, and the official calendar."""

from __future__ import annotations

from django.db import models

from allhours.accounts.models import User
from allhours.scheme.choices import DayKind


class County(models.Model):
    """The one row that says whose installation this is."""

    name = models.CharField(max_length=60)  # "××县"
    office = models.CharField(max_length=80, blank=True)  # who runs it, as officers write it
    scheme_code = models.CharField(max_length=40)
    is_demo = models.BooleanField(default=False)
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="county_is_the_only_row")
        ]

    def __str__(self) -> str:
        return self.name


class SchemeVersion(models.Model):
    """A published scheme: resolved, dated, and never changed again."""

    number = models.PositiveIntegerField(unique=True)
    effective_from = models.DateField(db_index=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    document = models.JSONField()
    checksum = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class CalendarDay(models.Model):
    """A day that differs from the plain week, as officially announced. One row a day.

    A year with any row counts as published; `version` says which edition of `source` was read.
    """

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=10, choices=DayKind.choices)
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40)
    version = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
