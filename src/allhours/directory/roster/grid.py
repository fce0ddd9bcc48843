"""A sheet as it lies in the file: raw cells, with the rows' own numbers kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | date | datetime | time | timedelta | None


@dataclass
class Grid:
    """`rows[0]` is the sheet's row 1. `merges` are (row, column, last row, last column) from 0."""

    rows: list[list[Cell]]
    sheet: str = ""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def at(self, row: int, column: int) -> Cell:
        """The cell at 0-based indexes; None outside the written area."""
        if row >= len(self.rows):
            return None
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
