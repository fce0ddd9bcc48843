from __future__ import annotations

import base64
import zlib
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.accounts.models import User
from allhours.directory.models.organization import Organization
from allhours.kernel import crypto

CONTENT = "rosterimport.content"  # purpose under which an uploaded file is sealed


class ImportState(models.TextChoices):
    READING = "reading", _("读取中")
    STAGED = "staged", _("待应用")
    APPLIED = "applied", _("已应用")
    DISCARDED = "discarded", _("已放弃")


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def visible_to(self, actor: Actor) -> Self:
        """A county officer sees all; a unit's people those of their unit and below."""
        if actor.holds(Role.COUNTY_OFFICER):
            return self
        seen = models.Q(pk__in=())
        for grant in actor.grants_of(UNIT_ROLES):
            seen |= models.Q(unit__path__startswith=grant.path)
        return self.filter(seen)


class RosterImport(models.Model):
    """An uploaded roster: kept sealed until it is applied or given up, with its plan to be read.

    `plan` is what the pages show (counts, problems, the first consequences of each kind; ID
    numbers and phones masked). What is applied is planned anew from the file; `digest` is what
    that plan must still come to.
    """

    filename = models.CharField(_("文件"), max_length=200)
    checksum = models.CharField(max_length=64)  # SHA-256 of the bytes
    size = models.PositiveIntegerField()
    content_sealed = models.TextField(blank=True)
    unit = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # empty: a whole county's
    create_units = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    refusal = models.CharField(max_length=200, blank=True)  # why the file could not be read
    plan = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    job_code = models.CharField(max_length=20, blank=True)
    with_leaves = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[RosterImport]] = RosterImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.filename} {self.state}"

    @staticmethod
    def seal_content(content: bytes) -> str:
        return crypto.seal(base64.b64encode(zlib.compress(content)).decode(), CONTENT)

    @property
    def content(self) -> bytes:
        """The file as it was sent; empty once it was applied or given up."""
        packed = crypto.unseal(self.content_sealed, CONTENT)
        return zlib.decompress(base64.b64decode(packed)) if packed else b""

    @property
    def counts(self) -> dict[str, Any]:
        counted: dict[str, Any] = self.plan.get("counts", {})
        return counted

    @property
    def error_count(self) -> int:
        return int(self.plan.get("errors", 0))
