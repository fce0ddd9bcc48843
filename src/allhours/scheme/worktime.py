"""Which minutes and days are work: pure arithmetic over the scheme's hours and a calendar.

All times are local (Asia/Shanghai). A year whose official calendar is not yet published counts
Monday to Friday as workdays and says so: `WorkCalendar.is_provisional`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from allhours.kernel.periods import Period
from allhours.scheme.schema import Interval, MonthDay, WorkingHours, Year, season_holds

SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class Split(NamedTuple):
    """Minutes of a service inside and outside working hours; together all its minutes."""

    inside: int
    outside: int


@dataclass(frozen=True)
class WorkCalendar:
    """Days off and make-up workdays of the `years` whose official calendar is known."""

    holidays: frozenset[date] = frozenset()
    makeups: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    local_days_off: tuple[MonthDay, ...] = ()

    def is_workday(self, day: date) -> bool:
        """Whether work is done on this day; a make-up day is a workday though a weekend."""
        if day in self.makeups:
            return True
        if day in self.holidays or MonthDay(day.month, day.day) in self.local_days_off:
            return False
        return day.weekday() < SATURDAY

    def is_provisional(self, day: date) -> bool:
        """Whether the day's year is not yet published, so that only weekdays are known."""
        return day.year not in self.years


def hours_on(day: date, hours: WorkingHours, calendar: WorkCalendar) -> tuple[Interval, ...]:
    """The working hours of a day; none on a day off."""
    if not calendar.is_workday(day):
        return ()
    today = MonthDay(day.month, day.day)
    return next((s.daily for s in hours.seasons if season_holds(s, today)), ())


def split_minutes(
    started_at_local: datetime, minutes: int, hours: WorkingHours, calendar: WorkCalendar
) -> Split:
    """Minutes inside and outside working hours of a service that began at a local time.

    The beginning is taken to the full minute below; the service may run over midnight.
    """
    start = started_at_local.replace(second=0, microsecond=0, tzinfo=None)
    end = start + timedelta(minutes=minutes)
    inside = timedelta()
    day = start.date()
    while datetime.combine(day, time()) < end:
        for interval in hours_on(day, hours, calendar):
            first = max(start, datetime.combine(day, interval.start))
            last = min(end, datetime.combine(day, interval.end))
            inside += max(last - first, timedelta())
        day += _ONE_DAY
    within = int(inside.total_seconds()) // 60
    return Split(within, minutes - within)


def add_working_days(day: date, count: int, calendar: WorkCalendar) -> date:
    """The `count`-th workday after `day`; `day` itself for 0."""
    while count > 0:
        day += _ONE_DAY
        count -= calendar.is_workday(day)
    return day


def working_days_between(first: date, last: date, calendar: WorkCalendar) -> int:
    """Workdays after `first` up to and including `last`; 0 if `last` is not later."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(calendar.is_workday(day) for day in days)


def service_day(year: int, quarter: int, calendar: WorkCalendar) -> tuple[date, date]:
    """The last Saturday and Sunday wholly inside the quarter with no make-up workday in them."""
    period = Period.quarter(year, quarter)
    sunday = period.last - timedelta(days=(period.last.weekday() + 1) % 7)
    while True:
        saturday = sunday - _ONE_DAY
        if saturday < period.first:
            raise ValueError(f"no free weekend in quarter {quarter} of {year}")
        if not {saturday, sunday} & calendar.makeups:
            return saturday, sunday
        sunday -= timedelta(days=7)


def programme_year(year: int, rules: Year) -> Period:
    """The programme year that begins in calendar year `year`."""
    return Period.year(year, rules.starts.month, rules.starts.day)


def programme_year_of(day: date, rules: Year) -> int:
    """The number of the programme year that holds the day."""
    return day.year if day >= rules.starts.on(day.year) else day.year - 1


def calendar_of(
    days: Iterable[tuple[date, str]],
    *,
    makeup_days: bool = True,
    local_days_off: tuple[MonthDay, ...] = (),
) -> WorkCalendar:
    """A calendar from rows of (day, kind), where kind is "holiday", "makeup" or "workday"."""
    rows = list(days)
    working = {"makeup", "workday"} if makeup_days else {"workday"}
    return WorkCalendar(
        holidays=frozenset(day for day, kind in rows if kind == "holiday"),
        makeups=frozenset(day for day, kind in rows if kind in working),
        years=frozenset(day.year for day, _ in rows),
        local_days_off=local_days_off,
    )
