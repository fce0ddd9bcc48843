from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from allhours.accounts.models.user import User


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_force(self, now: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class ApiToken(models.Model):
    """A bearer token of a person, for a program that acts as them.

    Only its keyed hash is kept. `sign_in_hash` stands for the password of the day it was issued,
    so that changing the password ends every token with it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60, blank=True)  # the owner's word for the program
    scopes = models.JSONField(default=list)  # codes of `ApiScope`
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # its last characters, to tell two apart
    sign_in_hash = models.CharField(max_length=64)
    proved_twice = models.BooleanField(default=False)  # a second factor was shown for it
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"token {self.pk}"
