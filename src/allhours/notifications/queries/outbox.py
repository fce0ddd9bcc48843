"""The state of the outbox in numbers: no person, no content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from allhours.accounts.choices import Role
from allhours.notifications.choices import OutgoingKind, OutgoingState
from allhours.notifications.models import Outgoing

KEEPERS = (Role.COUNTY_OFFICER, Role.SYSTEM_ADMIN)
ERRORS_SHOWN = 10


@dataclass(frozen=True)
class Line:
    label: str
    waiting: int
    sending: int
    sent: int
    failed: int
    dropped: int


@dataclass(frozen=True)
class Outbox:
    lines: Sequence[Line]
    total: Line
    oldest: datetime | None  # of what is due and waits
    last_sent: datetime | None
    errors: Sequence[tuple[str, int]]


def outbox(now: datetime) -> Outbox:
    states = [str(state) for state in OutgoingState]
    counts = {state: Count("pk", filter=Q(state=state)) for state in states}
    found = Outgoing.objects.values_list("kind").annotate(**counts)
    rows = {kind: dict(zip(states, numbers, strict=True)) for kind, *numbers in found}
    lines = [_line(str(OutgoingKind(kind).label), rows[kind]) for kind in OutgoingKind.values
             if kind in rows]  # fmt: skip
    due = Q(state=OutgoingState.WAITING, not_before__lte=now)
    times = Outgoing.objects.aggregate(
        oldest=Min("not_before", filter=due),
        last_sent=Max("ended_at", filter=Q(state=OutgoingState.SENT)),
    )
    errors = (
        Outgoing.objects.filter(state=OutgoingState.FAILED)
        .values_list("error")
        .annotate(n=Count("pk"))
        .order_by("-n", "error")[:ERRORS_SHOWN]
    )
    total = {state: sum(row[state] for row in rows.values()) for state in states}
    return Outbox(lines, _line("", total), times["oldest"], times["last_sent"], list(errors))


def _line(label: str, row: dict[str, int]) -> Line:
    return Line(label, row["waiting"], row["sending"], row["sent"], row["failed"], row["dropped"])
