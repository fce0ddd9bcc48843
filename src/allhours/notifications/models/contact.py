from __future__ import annotations

from django.db import models

from allhours.accounts.models import User
from allhours.notifications.choices import When

MONDAY = 0


def first_workday() -> list[int]:
    return [MONDAY]


class Contact(models.Model):
    """How a person wants to be told outside the system; without a row, not at all.

    An address counts from `confirmed_at`; a new one waits in `asked_sealed` until its owner has
    shown, by the code that was sent there, that they read it.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=20, unique=True)  # stands, signed, in the link that stops
    address_sealed = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    asked_sealed = models.TextField(blank=True)
    asked_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique
    asked_until = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    action = models.CharField(max_length=8, choices=When, default=When.AT_ONCE)
    info = models.CharField(max_length=8, choices=When, default=When.DIGEST)
    security = models.CharField(max_length=8, choices=When, default=When.AT_ONCE)
    digest_days = models.JSONField(default=first_workday)  # 0 Monday … 6 Sunday
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)

    def __str__(self) -> str:
        return self.code
