from __future__ import annotations

from django.db import models


class RetentionRun(models.Model):
    """One run of retention: how many records of each holding it removed or made nameless."""

    at = models.DateTimeField(db_index=True)
    by_user_plain = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)  # holding code -> {"cutoff": day, "rows": n}

    def __str__(self) -> str:
        return f"retention {self.at:%Y-%m-%d}"


class JournalSummary(models.Model):
    """What stands for journal lines that have been pruned: their number and their digest.

    The database refuses to delete a journal line unless a summary covers it, and refuses to
    change or delete a summary: this is the one sanctioned way to shorten the journal.
    """

    before = models.DateTimeField(unique=True)  # lines older than this
    through_id = models.BigIntegerField()  # up to this id
    lines = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    by_kind = models.JSONField()  # did -> how many
    digest = models.CharField(max_length=64)  # sha256 over the lines in order
    chain = models.CharField(max_length=64)  # sha256 of the summary before and this one's facts
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"journal before {self.before:%Y-%m-%d}"
