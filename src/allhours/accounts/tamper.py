"""Whether the fences around the journal stand: what its reader is shown beside the lines."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Max, Min

from allhours.accounts.models import JournalEntry

TABLE = JournalEntry._meta.db_table
# Migration 0002 made them.
FENCES = {
    "sqlite": {f"{TABLE}_no_{verb}" for verb in ("update", "delete", "replace")},
    "postgresql": {f"{TABLE}_append_only"},
}
QUESTIONS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'",
}


@dataclass(frozen=True)
class Fence:
    """`gaps`: numbers missing between the first and the last line. On PostgreSQL an act that was
    rolled back leaves one too, so there it is a question, not a proof."""

    stands: bool
    lines: int
    first: int | None
    last: int | None

    @property
    def gaps(self) -> int:
        if self.first is None or self.last is None:
            return 0
        return self.last - self.first + 1 - self.lines


def fence() -> Fence:
    with connection.cursor() as cursor:
        cursor.execute(QUESTIONS[connection.vendor], [TABLE])
        there = {row[0] for row in cursor.fetchall()}
    totals = JournalEntry.objects.aggregate(lines=Count("pk"), first=Min("pk"), last=Max("pk"))
    return Fence(FENCES[connection.vendor] <= there, **totals)
