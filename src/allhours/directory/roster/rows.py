"""What a roster's row becomes: normalised values by field, only those that the row holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from allhours.directory.roster.columns import Header
from allhours.directory.roster.problems import Problem


@dataclass(slots=True)
class RosterRow:
    """One person's row. `values` holds only what was written and understood:

    name, member_no, id_number, phone, unit, branch, unit_post, position, address, community,
    note: str; sex: GB/T 2261.1; nation: int; education, category, unit_class: codes; birth,
    joined, converted: date; retired: bool; skills, wishes: list[str].
    """

    row: int
    values: dict[str, Any]
    has_errors: bool = False
    months: frozenset[str] = frozenset()  # dates of which only the month was written

    def __getitem__(self, field_name: str) -> Any:
        return self.values.get(field_name)


@dataclass
class Parsed:
    """A roster as read: its rows in order, what is wrong with them, and what was left aside.

    `unread` counts cells by (header, text) that are in a known column but in none of its words,
    e.g. ("民族", "汉人"); they are not imported and not a problem. `skipped` are sheet rows taken
    for totals, notes or repeated headers.
    """

    header: Header
    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: list[int] = field(default_factory=list)
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    def column(self, *fields: str) -> tuple[str, int]:
        """Header text and place of the first of these fields that the file has."""
        for name in fields:
            column = self.header.by_field.get(name)
            if column:
                return column.header, column.place
        return "", 0
