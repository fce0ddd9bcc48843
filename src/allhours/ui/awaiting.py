"""What awaits somebody: the rows of a home page, the soonest due first, then the oldest.

A room that has something for somebody to do offers a function `(actor, now) -> Waiting`, and the
portal puts all of them into one order with one way of saying when a thing is due. A row is either
worked out (`Awaiting`) or counted (`Counted`); the counted ones of a page cost one query together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateTimeField, Expression, IntegerField, Min, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.kernel import clock
from allhours.ui.parts import Kind, Task

A_FORTNIGHT = 14


@dataclass(frozen=True, slots=True)
class Awaiting:
    """One row. `due_on`: the last day on which it is in time; `since`: how long it has waited.

    `kind` is the row's colour while it is in time; a late row is red and says so in words.
    """

    title: str
    url: str
    due_on: date | None = None
    since: date | None = None
    count: int = 1
    kind: Kind = "info"
    meta: str = ""
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of a table as one line; nothing is shown where there are none.

    `title` makes the line from the number. `oldest` names a date or time field whose smallest
    value is the oldest row's, and `due` makes of that day the day by which it should be done.
    """

    rows: QuerySet[Any]
    title: Callable[[int], str]
    url: str
    oldest: str = ""
    due: Callable[[date], date | None] | None = None
    kind: Kind = "info"
    meta: str = ""
    action_label: str = ""
    action_url: str = ""


Waiting = Sequence[Awaiting | Counted]


def worked_out(items: Iterable[Awaiting | Counted]) -> list[Awaiting]:
    """Every row with its number; one query for all that are counted, none if there are none."""
    given = list(items)
    counted = [each for each in given if isinstance(each, Counted)]
    rows = [each for each in given if isinstance(each, Awaiting)]
    if counted:
        rows += [_row(counted[at], n, oldest) for at, n, oldest in _numbers(counted) if n]
    return rows


def _numbers(counted: Sequence[Counted]) -> Iterable[tuple[int, int, datetime | None]]:
    """(place in the list, how many, the oldest's time) of each, as one statement."""
    first, *others = [
        each.rows.order_by()
        .annotate(awaiting_at=Value(at, output_field=IntegerField()))
        .values("awaiting_at")
        .annotate(awaiting_n=Count("pk", distinct=True), awaiting_oldest=_oldest(each.oldest))
        .values_list("awaiting_at", "awaiting_n", "awaiting_oldest")
        for at, each in enumerate(counted)
    ]
    found: Iterable[tuple[int, int, datetime | None]] = (
        first.union(*others, all=True) if others else first
    )
    return found


def _oldest(field: str) -> Expression:
    """All parts of the statement need one type, whatever the column is."""
    return Cast(Min(field) if field else Min(Value(None, DateTimeField())), DateTimeField())


def _row(each: Counted, count: int, oldest: datetime | None) -> Awaiting:
    since = clock.local_date(oldest) if oldest else None
    return Awaiting(
        title=each.title(count),
        url=each.url,
        due_on=each.due(since) if each.due and since else None,
        since=since,
        count=count,
        kind=each.kind,
        meta=each.meta,
        action_label=each.action_label,
        action_url=each.action_url,
    )


def in_order(items: Iterable[Awaiting]) -> list[Awaiting]:
    """By deadline, then by age; what has no deadline comes after what has one."""
    return sorted(
        items, key=lambda each: (each.due_on or date.max, each.since or date.max, each.title)
    )


def as_task(each: Awaiting, on: date) -> Task:
    """The row as a home page shows it on a day."""
    late = each.due_on is not None and each.due_on < on
    kind: Kind = "danger" if late else "warn" if each.due_on == on else each.kind
    due = due_phrase(each.due_on, on) if each.due_on else ""
    return Task(
        each.title, each.url, each.meta, due, kind, late, each.action_label, each.action_url
    )


def due_phrase(due: date, on: date) -> str:
    """“今天到期”, “还有 2 天”, “超期 3 天”, or the date."""
    days = (due - on).days
    if days == 0:
        return _("今天到期")
    if days < 0:
        return ngettext("超期 %(n)d 天", "超期 %(n)d 天", -days) % {"n": -days}
    if days <= A_FORTNIGHT:
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", days) % {"n": days}
    return day_text(due)


def day_text(day: date) -> str:
    """“11月18日”."""
    return _("%(m)d月%(d)d日") % {"m": day.month, "d": day.day}
