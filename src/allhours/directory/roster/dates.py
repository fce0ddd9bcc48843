"""Dates in the styles that rosters bring: text, number, Excel serial, date cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allhours.directory.roster.grid import Cell

FIRST_YEAR, LAST_YEAR = 1900, 2100
EPOCH = date(1899, 12, 30)  # Excel's day 0, after its wrong leap day of 1900
# Serials from 1910 on: lower numbers are years (2020) or slips, never guessed to be days.
SERIALS = range(3654, 73051)

SEPARATED = re.compile(r"(\d{4})[-./,、。_ ]+(\d{1,2})(?:[-./,、。_ ]+(\d{1,2}))?[-./、。]?")
CHINESE = re.compile(r"(\d{4})年(\d{1,2})月?(?:(?<=月)(\d{1,2})[日号]?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
IN_WORDS = re.compile(
    "([〇零○O一二三四五六七八九]{4})年([一二三四五六七八九十]+)月(?:([一二三四五六七八九十]+)[日号])?"
)
TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
NUMERALS = dict(zip("〇零○一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))


@dataclass(frozen=True)
class Day:
    """A date, or a month (then `on` is its first day)."""

    on: date
    month_only: bool = False

    def agrees_with(self, other: date) -> bool:
        if self.month_only:
            return (self.on.year, self.on.month) == (other.year, other.month)
        return self.on == other


def read_day(cell: Cell) -> Day | None:
    """The day a cell means, or None where it can only be guessed (`2020.1` as a number is
    January or, with its zero lost, October).
    """
    if isinstance(cell, datetime):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    if isinstance(cell, str):
        return _from_text(cell)
    return _from_number(float(cell))


def _checked(year: int, month: int, day: int | None) -> Day | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return Day(date(year, month, day or 1), month_only=day is None)
    except ValueError:
        return None


def _from_number(number: float) -> Day | None:
    if number != number or abs(number) > 1e9:  # NaN is not itself
        return None
    if number.is_integer():
        whole = int(number)
        if whole in SERIALS:
            return Day(EPOCH + timedelta(days=whole))
        return _from_text(str(whole))
    if int(number) in SERIALS:  # a serial with a time of day
        return Day(EPOCH + timedelta(days=int(number)))
    month = round((number - int(number)) * 100, 6)
    if month != int(month) or int(month) == 10:
        return None
    if int(month) % 10 == 0:  # 2020.5 is May: no month is 50
        month /= 10
    return _checked(int(number), int(month), None)


def _from_text(raw: str) -> Day | None:
    text = unicodedata.normalize("NFKC", raw).strip().strip("'`\"")
    text = TIME_OF_DAY.sub("", text).strip()
    if len(text) > 24:
        return None
    if text[:1] in NUMERALS or text[:1] == "O":
        text = _numerals(text)
    compact = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", text)  # never joins two numbers
    if re.fullmatch(r"\d{5}", compact) and int(compact) in SERIALS:
        return Day(EPOCH + timedelta(days=int(compact)))
    separated = re.sub(r"\s*([-./,、。_])\s*", r"\1", text).rstrip("日号")
    for pattern, candidate in ((COMPACT, compact), (CHINESE, compact), (SEPARATED, separated)):
        found = pattern.fullmatch(candidate)
        if found:
            year, month, day = found.groups()
            return _checked(int(year), int(month), int(day) if day else None)
    return None


def _numerals(text: str) -> str:
    """`二〇二〇年十月二十一日` → `2020年10月21日`."""
    found = IN_WORDS.fullmatch(text)
    if not found:
        return text
    year = "".join("0" if char == "O" else str(NUMERALS[char]) for char in found[1])
    day = f"{_up_to_99(found[3])}日" if found[3] else ""
    return f"{year}年{_up_to_99(found[2])}月{day}"


def _up_to_99(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMERALS[text] if len(text) == 1 else 0
    many = NUMERALS.get(tens, 0) if tens else 1
    return many * 10 + (NUMERALS.get(ones, 0) if ones else 0)
