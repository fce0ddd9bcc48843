"""Retention: what is past its time goes, kind by kind; a dry run says what would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, QuerySet, Value

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.retry import with_retry
from allhours.rights import holdings, traces
from allhours.rights.actions.execute import purge
from allhours.rights.holdings import KEEP, Cutoff, Holding, Part
from allhours.rights.limits import cutoff_of, first_unsealed_day, kept
from allhours.rights.models import RetentionRun


@dataclass(frozen=True)
class Line:
    """One kind of record: records before `cutoff` go, of which there are `rows` today."""

    holding: Holding
    cutoff: Cutoff
    number: int  # years or days, as the key says
    rows: int

    @property
    def code(self) -> str:
        return self.holding.code

    def as_json(self) -> dict[str, object]:
        return {
            "holding": self.code, "title": str(self.holding.title), "key": self.holding.keeps,
            "keeps": self.number, "before": self.cutoff.day.isoformat(), "rows": self.rows,
        }  # fmt: skip


def dry_run(*, now: datetime) -> list[Line]:
    """What would go today, and why; nothing is touched. One query for all that are just counted."""
    planned = _planned(now)
    counted = _count([(held, cutoff) for held, cutoff in planned if held.prune is None])
    on = clock.local_date(now)
    return [
        Line(
            held,
            cutoff,
            kept(held.keeps, on),
            counted.get(held.code, 0) if held.prune is None else held.prune(cutoff, False, now),
        )
        for held, cutoff in planned
    ]


def run_retention(*, actor: Actor, now: datetime) -> list[Line]:
    """Do it; each kind in its own transactions, so that a stopped run goes on at the next."""
    actor.require(Role.COUNTY_OFFICER, Role.SYSTEM_ADMIN)
    traces.overwrite_from_now_on()
    lines = [_pruned(held, cutoff, now) for held, cutoff in _planned(now)]
    _record(actor, lines, now)
    purge(now)
    return lines


def _planned(now: datetime) -> list[tuple[Holding, Cutoff]]:
    """Every holding that ages, and the first day of what is still kept."""
    on = clock.local_date(now)
    unsealed = first_unsealed_day(on)
    aging = [each for each in holdings.all_holdings() if each.keeps]
    return [(each, cutoff_of(each.keeps, on, unsealed)) for each in aging]


def _count(planned: list[tuple[Holding, Cutoff]]) -> Counter[str]:
    """Rows past their time by holding."""
    queries = [
        due.annotate(_held=Value(held.code, CharField()))
        .values_list("_held")
        .annotate(n=Count("pk"))
        .order_by()
        for held, cutoff in planned
        for part in held.parts
        if (due := due_rows(part, cutoff)) is not None
    ]
    found: Counter[str] = Counter()
    if queries:
        for code, number in queries[0].union(*queries[1:], all=True):
            found[code] += number
    return found


def _pruned(held: Holding, cutoff: Cutoff, now: datetime) -> Line:
    if held.prune is not None:
        rows = held.prune(cutoff, True, now)
    else:
        rows = sum(prune_part(part, cutoff) for part in held.parts)
    return Line(held, cutoff, kept(held.keeps, clock.local_date(now)), rows)


def due_rows(part: Part, cutoff: Cutoff) -> QuerySet[Any] | None:
    """Rows of one table that are past their time; None of a table whose rows do not age."""
    if part.aged is None:
        return None
    rows = part.table._default_manager.filter(part.aged(cutoff)).order_by()
    return rows if part.aged_deleted else rows.filter(part.still_held())


def prune_part(part: Part, cutoff: Cutoff) -> int:
    """Rows past their time: deleted, or emptied as erasure would; how many."""
    rows = due_rows(part, cutoff)
    if rows is None:
        return 0
    due = rows
    if part.aged_deleted:
        return int(with_retry(lambda: due.delete()[1].get(part.table._meta.label, 0)))
    values = {c.name: c.erased for c in part.columns if c.erased is not KEEP}
    return int(with_retry(partial(due.update, **values)))


@transaction.atomic
def _record(actor: Actor, lines: list[Line], now: datetime) -> None:
    counts = {
        line.code: {"before": line.cutoff.day.isoformat(), "rows": line.rows}
        for line in lines
        if line.rows
    }
    run = RetentionRun.objects.create(at=now, by_user_plain=actor.user_id, counts=counts)
    journal.note(actor=actor, did="retention.run", to=run, now=now, counts=counts)
