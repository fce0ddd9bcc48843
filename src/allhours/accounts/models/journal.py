from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """Who did what, when: append-only (the database refuses update and delete)."""

    at = models.DateTimeField(db_index=True)
    user_id_plain = models.BigIntegerField(null=True, db_index=True)
    label = models.CharField(max_length=60, blank=True)  # the system actor's name
    role = models.CharField(max_length=30, blank=True)
    appointment_id_plain = models.BigIntegerField(null=True)
    # under a delegation: the appointment of the one for whom it was done
    acting_for_plain = models.BigIntegerField(null=True)
    did = models.CharField(max_length=60, db_index=True)  # e.g. "wish.claimed"
    subject = models.CharField(max_length=40)  # e.g. "wish"
    subject_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # ids, codes, states, numbers: no names, no free text

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "at"], name="journal_subject")]

    def __str__(self) -> str:
        return f"{self.did} {self.subject}:{self.subject_id}"
