from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.rights import holdings
from allhours.rights.models import RetentionRun

SHOWN = 10


@dataclass(frozen=True)
class Went:
    at: datetime
    title: str
    before: str
    rows: int


def recent_runs(actor: Actor) -> list[Went]:
    """What the last runs removed; runs that found nothing are left out."""
    if not actor.holds(Role.COUNTY_OFFICER, Role.SYSTEM_ADMIN):
        return []
    runs = RetentionRun.objects.exclude(counts={}).order_by("-at")[:SHOWN]
    return [
        Went(run.at, str(held.title) if (held := holdings.holding(code)) else code, **facts)
        for run in runs
        for code, facts in run.counts.items()
    ]
