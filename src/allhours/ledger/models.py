from __future__ import annotations

from django.db import models

from allhours.directory.models import Member
from allhours.ledger.choices import EntryKind


class Head(models.Model):
    """The end of a member's chain; `seq` is taken by compare-and-set, which orders all posts."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id}#{self.seq}"


class Entry(models.Model):
    """One fact of service, or the reversal of one (then minutes and quantity are negative)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    member_no = models.CharField(max_length=20)  # as exported and hashed
    seq = models.PositiveBigIntegerField()
    unit_code = models.CharField(max_length=40, db_index=True)  # of the day of service
    community_code = models.CharField(max_length=40, blank=True, db_index=True)
    kind = models.CharField(max_length=20, choices=EntryKind)
    source_kind = models.CharField(max_length=20)
    source_key = models.CharField(max_length=60)
    revision = models.PositiveIntegerField(default=1)
    on = models.DateField(db_index=True)  # local day of service
    started_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(default=0)
    minutes_off = models.IntegerField(default=0)  # of those, outside working hours
    quantity = models.IntegerField(default=1)  # pieces, times
    late = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=60)  # "user:12" or "system:nightly close"
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    reason_hash = models.CharField(max_length=64, blank=True)  # a reversal's reason, in the journal
    chain = models.CharField(max_length=64)  # sha256 of this entry's facts and the one before

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "seq"], name="one_entry_per_seq"),
            models.UniqueConstraint(
                fields=["member", "source_kind", "source_key", "revision"],
                condition=models.Q(reverses=None),
                name="one_entry_per_source",
            ),
        ]
        indexes = [
            models.Index(
                fields=["member", "on", "kind"],
                include=["minutes", "minutes_off", "quantity"],
                name="entry_totals",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_no}#{self.seq}"


class Seal(models.Model):
    """A night's seal: the hash over all heads, chained to the seal before."""

    on = models.DateField(unique=True)
    sealed_at = models.DateTimeField()
    members = models.PositiveBigIntegerField()
    entries = models.PositiveBigIntegerField()
    minutes = models.BigIntegerField()
    heads_hash = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.on}"
