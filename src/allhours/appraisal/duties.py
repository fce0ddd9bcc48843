"""What of a year's duties is met, by which facts, and what did not count and why.

PURE. A duty is a target that explains itself: its result names every fact that counted and every
one that did not. The kinds of duty are declared in `scheme.schema.kinds`; each kind named in
`IMPLEMENTED_DUTIES` has exactly one function here, by the same name. (S2 “五个一”.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from allhours.kernel.periods import Period
from allhours.scheme.schema import CountOf, Duty, HoursOf, TimesOrHours, kind_name

Why = Literal["other_kind", "other_period", "reversed"]


@dataclass(frozen=True)
class ServiceFact:
    """One live entry of the ledger; `facts` are the scheme's names that it satisfies."""

    ref: int  # ledger entry id: the row that a total opens to
    on: date
    facts: frozenset[str]
    minutes: int
    quantity: int


@dataclass(frozen=True)
class Part:
    """One period of a duty (the year, or a quarter of it): what was needed and what there is."""

    period: Period
    times: int
    minutes: int
    met: bool
    begun: bool


@dataclass(frozen=True)
class Progress:
    """A duty of one member on one day. `share` is 0…1 for the ring; `met` never blocks anything."""

    duty: Duty
    kind: str
    parts: tuple[Part, ...]
    counted: tuple[int, ...]
    passed_over: tuple[tuple[int, Why], ...]
    met: bool
    share: float
    short_times: int  # how many more times would do, in the present period
    short_minutes: int | None  # or how many more minutes; None where hours do not help

    @property
    def times(self) -> int:
        return sum(part.times for part in self.parts)

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)


def parts_of(year: Period, every: str) -> list[Period]:
    """The year cut into the duty's periods; only whole months from the year's first day."""
    months = {"month": 1, "quarter": 3, "half_year": 6}.get(every)
    if months is None:
        return [year]
    cut: list[Period] = []
    first = year.first
    while first <= year.last:
        after = _months_later(first, months)
        cut.append(Period(first, min(after - timedelta(days=1), year.last)))
        first = after
    return cut


def _months_later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, day.day)


def _sum(facts: Iterable[ServiceFact], period: Period) -> tuple[int, int]:
    chosen = [fact for fact in facts if fact.on in period]
    return sum(fact.quantity for fact in chosen), sum(fact.minutes for fact in chosen)


def _reached(times: int, minutes: int, need_times: int | None, need_minutes: int | None) -> float:
    """How far the better of the two measures has come; 1 and more is there."""
    measures = ((times, need_times), (minutes, need_minutes))
    return max(have / need for have, need in measures if need is not None)


def _progress(
    duty: Duty,
    named: str,
    every: str,
    facts: Sequence[ServiceFact],
    year: Period,
    on: date,
    need_times: int | None,
    need_minutes: int | None,
) -> Progress:
    """Either need is enough; None means that this measure does not help."""
    fitting = [f for f in facts if f.on <= on and (named == "any_service" or named in f.facts)]
    counted = [fact for fact in fitting if fact.on in year]
    parts: list[Part] = []
    shares: list[float] = []
    for period in parts_of(year, every):
        times, minutes = _sum(counted, period)
        reached = _reached(times, minutes, need_times, need_minutes)
        parts.append(Part(period, times, minutes, reached >= 1, begun=period.first <= on))
        shares.append(min(1.0, reached))
    present = [part for part in parts if part.begun][-1] if parts[0].begun else parts[0]
    chosen = {fact.ref for fact in counted}
    return Progress(
        duty=duty,
        kind=kind_name(duty),
        parts=tuple(parts),
        counted=tuple(fact.ref for fact in counted),
        passed_over=tuple(
            (fact.ref, "other_period" if fact in fitting else "other_kind")
            for fact in facts
            if fact.on <= on and fact.ref not in chosen
        ),
        met=all(part.met for part in parts),
        share=sum(shares) / len(shares),
        short_times=0 if present.met else max(0, (need_times or 0) - present.times),
        short_minutes=None
        if need_minutes is None
        else (0 if present.met else max(0, need_minutes - present.minutes)),
    )


def times_or_hours(
    duty: TimesOrHours, facts: Sequence[ServiceFact], year: Period, on: date
) -> Progress:
    """S2 五个一 1: at least `times` services or `hours` hours of them; either is enough."""
    return _progress(duty, duty.fact, duty.every, facts, year, on, duty.times, duty.hours * 60)


def count(duty: CountOf, facts: Sequence[ServiceFact], year: Period, on: date) -> Progress:
    return _progress(duty, duty.fact, duty.every, facts, year, on, duty.times, None)


def hours(duty: HoursOf, facts: Sequence[ServiceFact], year: Period, on: date) -> Progress:
    return _progress(duty, duty.fact, duty.every, facts, year, on, None, duty.hours * 60)


Evaluator = Callable[[Duty, Sequence[ServiceFact], Period, date], Progress]
EVALUATORS: Mapping[str, Evaluator] = {
    "times_or_hours": times_or_hours,  # type: ignore[dict-item]  # each takes its own kind
    "count": count,  # type: ignore[dict-item]
    "hours": hours,  # type: ignore[dict-item]
}


def evaluate(
    duties: Iterable[Duty], facts: Sequence[ServiceFact], *, year: Period, on: date
) -> list[Progress]:
    """Progress in each duty of a member that this version can work out, in the scheme's order."""
    return [
        EVALUATORS[kind_name(duty)](duty, facts, year, on)
        for duty in duties
        if duty.who == "member" and kind_name(duty) in EVALUATORS
    ]
