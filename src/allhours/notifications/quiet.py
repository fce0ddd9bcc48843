"""When nobody is written to, and when a digest is due: pure arithmetic on local time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from allhours.kernel import clock

DIGEST_AT = time(9)
_DAY = timedelta(days=1)
_MINUTES = 24 * 60


class Span(NamedTuple):
    """From a time of day (in it) to another (no longer in it), over midnight if it is earlier.

    Two equal times make no span at all.
    """

    begins: time
    ends: time

    def holds(self, moment: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends

    def end_after(self, local: datetime) -> datetime:
        """When the span ends that holds a local instant."""
        day = local.date()
        if self.begins > self.ends and local.time() >= self.begins:
            day += _DAY
        return clock.at(day, self.ends)


def time_of(text: str) -> time:
    """`"21:00"` as a time of day; ValueError if it is none."""
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone


def free_at(instant: datetime, spans: Sequence[Span]) -> datetime:
    """The instant itself, or the end of the quiet hours that it falls into."""
    local = clock.local(instant)
    for _step in range(2 * len(spans)):  # two spans may follow each other
        held = next((span for span in spans if span.holds(local.time())), None)
        if held is None:
            break
        local = held.end_after(local)
    return local if local > instant else instant


def free_minutes(spans: Iterable[Span]) -> int:
    """How many minutes of a day lie outside all of the spans."""
    every = list(spans)
    moments = (time(n // 60, n % 60) for n in range(_MINUTES))
    return sum(not any(span.holds(moment) for span in every) for moment in moments)


def covers(outer: Span, inner: Span) -> bool:
    """Whether whatever is quiet in `inner` is quiet in `outer` too."""
    return free_minutes([outer]) == free_minutes([outer, inner])


def next_digest(after: datetime, days: Iterable[int], spans: Sequence[Span]) -> datetime:
    """The first digest time later than an instant, on one of the weekdays (0 Monday)."""
    wanted = set(days) or {0}
    day = clock.local_date(after)
    while True:
        at = free_at(clock.at(day, DIGEST_AT), spans)
        if day.weekday() in wanted and at > after:
            return at
        day += _DAY


def week_of(day: date) -> str:
    """`2026-W24`: the ISO week of a local day."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_after(instant: datetime) -> datetime:
    """The first instant of the next ISO week."""
    day = clock.local_date(instant)
    return clock.at(day + timedelta(days=7 - day.weekday()))
