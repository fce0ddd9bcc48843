from __future__ import annotations

import base64

from django.db import models

from allhours.accounts.models import User
from allhours.kernel import crypto
from allhours.rights.choices import CopyState

CONTENT = "datacopy.content"  # purpose under which the file is sealed


class DataCopy(models.Model):
    """What is held about a person, as one zip file: sealed, taken once, then gone."""

    code = models.CharField(max_length=16, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=CopyState, default=CopyState.MAKING)
    content_sealed = models.TextField(blank=True)
    size = models.PositiveIntegerField(default=0)
    job_code = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state__in=["making", "ready"]),
                name="one_open_copy_per_person",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @staticmethod
    def seal_content(content: bytes) -> str:
        return crypto.seal(base64.b64encode(content).decode(), CONTENT)

    @property
    def content(self) -> bytes:
        return base64.b64decode(crypto.unseal(self.content_sealed, CONTENT))
