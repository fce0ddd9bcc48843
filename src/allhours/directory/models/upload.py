"""A spreadsheet that somebody sent: sealed until it is taken over or given up.

What every import keeps of its file. The room that imports adds its own columns and who may see it.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.models import User
from allhours.kernel import crypto


class ImportState(models.TextChoices):
    READING = "reading", _("读取中")
    STAGED = "staged", _("待应用")
    APPLIED = "applied", _("已应用")
    DISCARDED = "discarded", _("已放弃")


class Upload(models.Model):
    """`plan` is what the pages show; what is taken over is worked out anew from the file, and
    `digest` is what that must still come to."""

    purpose: ClassVar[str]  # under which the file is sealed

    filename = models.CharField(_("文件"), max_length=200)
    checksum = models.CharField(max_length=64)  # SHA-256 of the bytes
    size = models.PositiveIntegerField()
    content_sealed = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    refusal = models.CharField(max_length=200, blank=True)  # why the file could not be read
    plan = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    job_code = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.filename} {self.state}"

    @classmethod
    def seal_content(cls, content: bytes) -> str:
        packed = base64.b64encode(zlib.compress(content)).decode()
        return crypto.seal(packed, cls.purpose)

    @property
    def content(self) -> bytes:
        """The file as it was sent; empty once it was applied or given up."""
        packed = crypto.unseal(self.content_sealed, self.purpose)
        return zlib.decompress(base64.b64decode(packed)) if packed else b""

    @property
    def counts(self) -> dict[str, Any]:
        counted: dict[str, Any] = self.plan.get("counts", {})
        return counted

    @property
    def error_count(self) -> int:
        return int(self.plan.get("errors", 0))

    @property
    def by(self) -> str:
        """Who sent it; empty from the command line."""
        user = self.created_by
        return (user.display_name or user.username) if user else ""


def short_name(filename: str) -> str:
    """A file's own name, cut to what is kept of it, with its ending."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:180]}{dot}{ending[:10]}"
