"""Wishes that a program sends → the grid that the reader of spreadsheets knows. Pure.

One reader for both, so that a row is refused for the same things wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allhours.directory.roster.grid import Grid
from allhours.needs.sheet_columns import COLUMNS, KINDS, RELATIONS

FIRST = 2  # the sheet row of the first one, below the names of the columns
FIELDS = tuple(name for name in COLUMNS if name != "own")
# Back from codes to the first of the words that a sheet uses for them.
_WORDS: dict[str, dict[str, str]] = {
    "wisher_kind": {str(code): word for word, code in reversed(KINDS.items())},
    "relation": {str(code): word for word, code in reversed(RELATIONS.items())},
}


def grid_of(rows: Sequence[Mapping[str, Any]]) -> Grid:
    """`rows`: field → value, in the codes of `choices`; what is not known is left out."""
    grid = Grid([list(FIELDS)])
    grid.rows += [[_cell(name, row.get(name)) for name in FIELDS] for row in rows]
    return grid


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return _WORDS.get(name, {}).get(str(value), str(value))
