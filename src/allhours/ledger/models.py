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
    """One fact of service, or the reversal of one (then minutes and quantity are negative).

    The database refuses update and delete (migration 0002). A reversal keeps the day, unit,
    community, kind and source of what it reverses, so that sums over any of these cancel.
    """

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
    quantity = models.IntegerField(default=1)  # pieces
    late = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=60)  # "user:12" or "system:nightly close"
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    chain = models.CharField(max_length=64)  # sha256 of this entry's facts and the chain before

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "seq"], name="one_entry_per_seq"),
            models.UniqueConstraint(
                fields=["member", "source_kind", "source_key", "revision"],
                condition=models.Q(reverses=None),
                name="one_entry_per_source",
            ),
            models.CheckConstraint(
                condition=models.Q(reverses=None, minutes__gte=0, minutes__lte=1440)
                | models.Q(reverses__isnull=False, minutes__lte=0, minutes__gte=-1440),
                name="entry_minutes_by_sign",
            ),
        ]
        indexes = [
            models.Index(
                fields=["member", "on", "kind"],
                include=["minutes", "minutes_off", "quantity"],
                name="entry_totals",
            ),
            models.Index(fields=["member", "started_at"], name="entry_times"),
            models.Index(fields=["source_kind", "source_key"], name="entry_source"),
        ]

    def __str__(self) -> str:
        return f"{self.member_no}#{self.seq}"


class ReversalReason(models.Model):
    """Why an entry was reversed: free text, so outside the chain and open to erasure."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="reason")
    text = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.text


class Seal(models.Model):
    """A night's seal over every chain that grew since the seal before, chained to it."""

    on = models.DateField(unique=True)
    sealed_at = models.DateTimeField()
    members = models.PositiveBigIntegerField()  # with at least one entry, so far
    entries = models.PositiveBigIntegerField()  # so far
    minutes = models.BigIntegerField()  # so far
    heads_hash = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.on}"


class SealedHead(models.Model):
    """How far a member's chain had grown when a seal was set; only chains that grew have one."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="heads")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "member"], name="one_sealed_head_per_member"),
            models.UniqueConstraint(fields=["member", "seq"], name="one_seal_per_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.member_id}#{self.seq}"
