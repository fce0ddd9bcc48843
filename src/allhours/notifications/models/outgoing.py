from __future__ import annotations

from django.db import models

from allhours.accounts.models import User
from allhours.notifications.choices import OutgoingKind, OutgoingState
from allhours.notifications.models.notice import Notice


class Outgoing(models.Model):
    """One notice on its way out of the system by one channel; rows of one `batch` were one mail.

    What leaves says how many there are and no more, so a row holds no text. A notice goes out by a
    channel at most once: that is the constraint, and a row that was being sent when the process
    died is failed, not sent again.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, default="mail")
    kind = models.CharField(max_length=8, choices=OutgoingKind)
    state = models.CharField(max_length=8, choices=OutgoingState, default=OutgoingState.WAITING)
    not_before = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    batch = models.CharField(max_length=20, blank=True)
    secret_sealed = models.TextField(blank=True)  # the code of a confirmation, until it is sent
    error = models.CharField(max_length=40, blank=True)  # a class or a number, no server's words
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="a_notice_leaves_once")
        ]
        indexes = [models.Index(fields=["state", "not_before"], name="outgoing_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class DigestSent(models.Model):
    """A person's digests of one week: no more rows than the scheme allows."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    week = models.CharField(max_length=8)  # ISO, e.g. "2026-W24"
    nth = models.PositiveSmallIntegerField()
    batch = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "week", "nth"], name="digests_of_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.nth}"
