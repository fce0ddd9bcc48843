"""Closed ranges of local days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"period ends before it begins: {self.first} > {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @classmethod
    def year(cls, year: int, start_month: int = 1, start_day: int = 1) -> Period:
        """The programme year that begins in calendar year `year`."""
        first = date(year, start_month, start_day)
        return cls(first, date(year + 1, start_month, start_day) - timedelta(days=1))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        first = date(year, 3 * quarter - 2, 1)
        after = date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)
        return cls(first, after - timedelta(days=1))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
        return cls(date(year, month, 1), after - timedelta(days=1))

    def until(self, day: date) -> Period | None:
        """The part of the period up to `day`, or None if it has not begun."""
        return None if day < self.first else Period(self.first, min(self.last, day))
