"""Retention: what is past its time goes, kind by kind; a dry run says what would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.retry import with_retry
from allhours.rights import holdings, traces
from allhours.rights.actions.execute import purge
from allhours.rights.holdings import KEEP, Cutoff, Holding, Part
from allhours.rights.limits import cutoff_of, kept
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
    """What would go today, and why; nothing is touched."""
    return [_line(each, now, apply=False) for each in _aging()]


def run_retention(*, actor: Actor, now: datetime) -> list[Line]:
    """Do it; each kind in its own transactions, so that a stopped run goes on at the next."""
    actor.require(Role.COUNTY_OFFICER, Role.SYSTEM_ADMIN)
    traces.overwrite_from_now_on()
    lines = [_line(each, now, apply=True) for each in _aging()]
    _record(actor, lines, now)
    purge(now)
    return lines


def _aging() -> list[Holding]:
    return [each for each in holdings.all_holdings() if each.keeps]


def _line(held: Holding, now: datetime, *, apply: bool) -> Line:
    on: date = clock.local_date(now)
    cutoff = cutoff_of(held.keeps, on)
    if held.prune is not None:
        rows = held.prune(cutoff, apply, now)
    else:
        rows = sum(prune_part(part, cutoff, apply=apply) for part in held.parts)
    return Line(held, cutoff, kept(held.keeps, on), rows)


def prune_part(part: Part, cutoff: Cutoff, *, apply: bool) -> int:
    """Rows of one table that are past their time: deleted, or emptied as erasure would."""
    if part.aged is None:
        return 0
    rows = part.table._default_manager.filter(part.aged(cutoff)).order_by()
    if not part.aged_deleted:
        rows = rows.filter(part.still_held())
    if not apply:
        return rows.count()
    if part.aged_deleted:
        return int(with_retry(lambda: rows.delete()[1].get(part.table._meta.label, 0)))
    values = {c.name: c.erased for c in part.columns if c.erased is not KEEP}
    return int(with_retry(partial(rows.update, **values)))


@transaction.atomic
def _record(actor: Actor, lines: list[Line], now: datetime) -> None:
    counts = {
        line.code: {"before": line.cutoff.day.isoformat(), "rows": line.rows}
        for line in lines
        if line.rows
    }
    run = RetentionRun.objects.create(at=now, by_user_plain=actor.user_id, counts=counts)
    journal.note(actor=actor, did="retention.run", to=run, now=now, counts=counts)
