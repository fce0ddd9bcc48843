from __future__ import annotations

from django.db import models

from allhours.accounts.models import User


class Notice(models.Model):
    """One line in a person's inbox of what happened (to-dos are worked out, not stored)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=60, blank=True)  # whose end settles it, e.g. "wish:7KQM"
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)  # done, by the reader or by somebody else

    class Meta:
        indexes = [
            models.Index(fields=["user", "read_at"], name="notice_unread"),
            models.Index(fields=["about"], name="notice_about", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.key
