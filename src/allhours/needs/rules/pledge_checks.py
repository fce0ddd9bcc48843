"""When a member says how a pledge stands: once in each period that the scheme names. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from allhours.kernel.periods import Period

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
REMIND_DAYS = 10  # before the period is over


def periods(every: str, year: Period) -> list[Period]:
    """The periods of a programme year; `activity` and `once` have no rhythm and mean the year."""
    step = MONTHS.get(every, 12)
    starts = [_months_after(year.first, step * n) for n in range(12 // step)]
    ends = [*starts[1:], year.last + timedelta(days=1)]
    return [
        Period(first, after - timedelta(days=1)) for first, after in zip(starts, ends, strict=True)
    ]


def period_of(day: date, every: str, year: Period) -> Period:
    """The period of the year that holds the day; the last one after the year."""
    every_one = periods(every, year)
    return next((each for each in every_one if day in each), every_one[-1])


def remind_on(period: Period) -> date:
    """The day on which those who have not said anything are reminded."""
    return max(period.first, period.last - timedelta(days=REMIND_DAYS - 1))


def _months_after(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
