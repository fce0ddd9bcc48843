from __future__ import annotations

from typing import Self

from django.db import models

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.rights.choices import OPEN_ERASURES, ErasureReason, ErasureState, SubjectKind


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def visible_to(self, actor: Actor) -> Self:
        """The county officer's; and one's own."""
        if actor.holds(Role.COUNTY_OFFICER):
            return self
        seen = models.Q(pk__in=())
        if actor.member_id is not None:
            seen |= models.Q(member_id=actor.member_id)
        if actor.user_id is not None:
            seen |= models.Q(user_id=actor.user_id)
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_ERASURES)


class Erasure(models.Model):
    """What is held about one person is to go: asked, decided by two officers, undone or done.

    A resident is named by the public code of their wish; `key_hash` marks the subject in the list
    of erasures that outlives a restored backup.
    """

    code = models.CharField(max_length=16, unique=True)
    subject = models.CharField(max_length=10, choices=SubjectKind)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    subject_code = models.CharField(max_length=40)  # member number, user name or wish code
    key_hash = models.CharField(max_length=64, db_index=True)
    reason = models.CharField(max_length=14, choices=ErasureReason)
    state = models.CharField(max_length=10, choices=ErasureState)
    asked_at = models.DateTimeField()
    proposed_by_plain = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField(null=True)
    approved_by_plain = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # until then it can be undone
    decline_reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)  # holding code -> rows; numbers only
    purged_at = models.DateTimeField(null=True)  # when no freed page of the database held it

    objects = ErasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key_hash"],
                condition=models.Q(state__in=[str(s) for s in OPEN_ERASURES]),
                name="one_open_erasure_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by_plain=None)
                | models.Q(proposed_by_plain=None)
                | ~models.Q(approved_by_plain=models.F("proposed_by_plain")),
                name="erasure_by_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.code} {self.state}"
