from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.activities.choices import NoteState
from allhours.directory.models import Member, Organization


class ServiceNoteQuerySet(models.QuerySet["ServiceNote"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = within(actor, "community__path", "member__unit__path")
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        return self.filter(seen)


class ServiceNote(models.Model):
    """A member's own note of service (写实), which the community confirms before it counts.

    `revision` rises when a confirmed note is taken back, so that it can be posted anew.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    post_id_plain = models.BigIntegerField(null=True)  # needs.Post, a sibling: by id
    kind = models.CharField(max_length=20)  # ledger.EntryKind
    item = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    minutes = models.PositiveIntegerField(_("时长（分钟）"))
    text = models.CharField(_("做了什么"), max_length=200)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=NoteState, default=NoteState.SUBMITTED)
    revision = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_plain = models.BigIntegerField(null=True)
    late = models.BooleanField(default=False)  # noted later than the scheme's working days
    return_reason = models.CharField(max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=60, null=True, blank=True, unique=True)

    objects = ServiceNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["community", "state"], name="note_desk")]

    def __str__(self) -> str:
        return f"note {self.pk} {self.state}"
