from __future__ import annotations

from django.db import models


class FloodCount(models.Model):
    """How often one hashed address or phone came in one slot of time; no address is kept."""

    key = models.CharField(max_length=64)
    slot = models.BigIntegerField()
    ends_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "slot"], name="one_count_per_slot")]

    def __str__(self) -> str:
        return f"{self.slot}: {self.count}"
