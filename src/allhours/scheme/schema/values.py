"""The small value types a scheme is written in, and the limits a value may carry."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Literal

_MONTH_DAY = re.compile(r"^(\d{2})-(\d{2})$")
_INTERVAL = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")
LEAP_YEAR = 2000  # any leap year: 02-29 may be named in a scheme


@dataclass(frozen=True, order=True)
class MonthDay:
    """A day of any year, written "05-15"; 02-29 falls on 02-28 in a common year."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> MonthDay:
        """Read "MM-DD"; ValueError if there is no such day."""
        match = _MONTH_DAY.match(text)
        if not match:
            raise ValueError(text)
        month, day = int(match[1]), int(match[2])
        date(LEAP_YEAR, month, day)
        return cls(month, day)

    def on(self, year: int) -> date:
        """This day in `year`."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, order=True)
class Interval:
    """A stretch of one day, written "08:30-12:00"; it ends after it starts."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read "HH:MM-HH:MM"; ValueError if it is no such stretch."""
        match = _INTERVAL.match(text)
        if not match:
            raise ValueError(text)
        start = time(int(match[1]), int(match[2]))
        end = time(int(match[3]), int(match[4]))
        if end <= start:
            raise ValueError(text)
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True)
class Range:
    """The least and the greatest whole number a key may hold."""

    least: int
    most: int | None = None

    def __str__(self) -> str:
        return f"{self.least} – {self.most}" if self.most is not None else f"≥ {self.least}"


@dataclass(frozen=True)
class Pattern:
    """What a text must look like; `says` is shown to the officer who wrote it."""

    regex: str
    says: str


Count = Annotated[int, Range(0)]
Positive = Annotated[int, Range(1)]
Days = Annotated[int, Range(0, 366)]
Percent = Annotated[int, Range(0, 100)]
Cost = Annotated[int, Range(0, 1_000_000)]
Code = Annotated[str, Pattern(r"^[a-z][a-z0-9_]{0,39}$", "small letters, digits and _")]
Text = Annotated[str, Pattern(r"\S", "a text that is not empty")]

#: Who fills, signs, reviews or answers: the business roles of product.md §1.
Role = Literal[
    "county_officer",
    "inspector",
    "unit_secretary",
    "liaison",
    "community_secretary",
    "community_staff",
    "branch_secretary",
    "grid_worker",
    "team_leader",
    "member",
    "resident",
    "town_officer",
    "organisation_department",
]

Every = Literal["month", "quarter", "half_year", "year", "activity", "once"]


@dataclass(frozen=True)
class Choice:
    """One entry of a list that a county may word for itself."""

    code: Code
    title: Text
    text: str = ""
