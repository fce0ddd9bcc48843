"""Which column is which: header names and their aliases, below titles, on one or two rows.

The names themselves stand in `headers`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from allhours.directory.roster.grid import Cell, Grid, is_blank
from allhours.directory.roster.headers import HEADERS
from allhours.directory.roster.problems import Unreadable

SEARCHED_ROWS = 20  # titles, blank rows and the header itself
MAX_COLUMNS = 300
HEADER_LENGTH = 80
LEADING = frozenset({"name", "words"})  # without it a row is nothing: 姓名, of wishes 心愿内容

BRACKETS = re.compile(r"[(（\[【〔<《{].*?[)）\]】〕>》}]")
NOISE = re.compile(r"[\s*※★●:：、,，.。/\\|_\-—()（）\[\]【】〔〕<>《》{}]+")


def _known() -> dict[str, str]:
    return {
        NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold(): field
        for field, names in HEADERS.items()
        for name in names
    }


KNOWN = _known()


def known_names(aliases: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Header names with a county's own added: standard column name → further names for it."""
    added = {
        _flat(unicodedata.normalize("NFKC", name)): KNOWN[_flat(standard)]
        for standard, names in aliases.items()
        if _flat(standard) in KNOWN
        for name in names
    }
    return {**added, **KNOWN}


def _flat(text: str) -> str:
    return NOISE.sub("", text).casefold()


def field_of(header: str, known: Mapping[str, str] = KNOWN) -> str | None:
    """`*姓 名（必填）`, `联系方式/手机号` → the field; None for an unknown column."""
    text = unicodedata.normalize("NFKC", header).strip()
    if not text or len(text) > 60:
        return None
    outside = BRACKETS.sub("", text)
    for form in (text, outside):
        found = known.get(_flat(form))
        if found:
            return found
    parts = {known.get(_flat(part)) for part in re.split(r"[/\\|、或]|\n", outside)} - {None}
    return parts.pop() if len(parts) == 1 else None


@dataclass(frozen=True)
class Column:
    """A column of the file: its 0-based place, its header as written, and what it is."""

    place: int
    header: str
    field: str | None


@dataclass
class Header:
    """`row` and `last_row` are 1-based sheet rows; they differ where the header takes two."""

    row: int
    last_row: int
    columns: list[Column]
    by_field: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.columns:
            held = self.by_field.get(column.field or "")
            if column.field and (held is None or (_is_exact(column) and not _is_exact(held))):
                self.by_field[column.field] = column

    @property
    def unknown(self) -> list[Column]:
        """Columns that are kept out: no known name, or a second column of the same kind."""
        kept = set(self.by_field.values())
        return [column for column in self.columns if column not in kept and column.field != "own"]

    @property
    def score(self) -> int:
        return len(self.by_field) + (2 if self.names_its_rows else 0)

    @property
    def names_its_rows(self) -> bool:
        return not LEADING.isdisjoint(self.by_field)


def _is_exact(column: Column) -> bool:
    standard = HEADERS.get(column.field or "", ("",))[0]  # other sheets have columns of their own
    return bool(standard) and _flat(column.header) == _flat(standard)


def find_header(grid: Grid, aliases: Mapping[str, str] | None = None) -> Header | None:
    """The best header in the first rows: the one that names most fields, the upper of equals."""
    known = aliases or KNOWN
    best: Header | None = None
    for index in range(min(SEARCHED_ROWS, len(grid.rows))):
        for header in (_double(grid, index, known), _single(grid, index, known)):
            if header and (best is None or header.score > best.score):
                best = header
    if best is None:
        return None
    return best if len(best.by_field) >= (2 if best.names_its_rows else 3) else None


def header_of(grid: Grid, aliases: Mapping[str, str] | None = None) -> Header:
    """`find_header`, or `Unreadable`."""
    header = find_header(grid, aliases)
    if header is None:
        raise Unreadable("no_header")
    return header


def _texts(grid: Grid, index: int) -> dict[int, str]:
    """The row's texts by place, as written; empty if the row holds anything but texts."""
    cells: list[Cell] = grid.rows[index][:MAX_COLUMNS]
    return {
        place: cell.strip()[:HEADER_LENGTH]
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and not is_blank(cell)
    }


def _single(grid: Grid, index: int, known: Mapping[str, str]) -> Header | None:
    texts = _texts(grid, index)
    columns = [Column(place, text, field_of(text, known)) for place, text in texts.items()]
    return Header(index + 1, index + 1, columns) if columns else None


def _double(grid: Grid, index: int, known: Mapping[str, str]) -> Header | None:
    """Two rows, the upper one with groups: 联系方式 over 手机号 and 住址."""
    if index + 1 >= len(grid.rows):
        return None
    upper, lower = _texts(grid, index), _texts(grid, index + 1)
    filled_below = sum(not is_blank(cell) for cell in grid.rows[index + 1][:MAX_COLUMNS])
    if not upper or not lower or filled_below != len(lower):
        return None
    if field_of(upper.get(min(upper), ""), known) is None and len(upper) < 2:
        return None  # a title, not a row of groups
    stacked = (
        _stacked(place, _group(upper, lower, place), lower.get(place, ""), known)
        for place in range(max(max(upper), max(lower)) + 1)
    )
    columns = [column for column in stacked if column]
    recognised = any(column.field and column.place in lower for column in columns)
    both = Header(index + 1, index + 2, _with_groups(columns, upper, known))
    if not _reaches_down(grid, index, both) and (not recognised or _is_data(upper, lower, known)):
        return None
    alone = _single(grid, index + 1, known)
    return both if alone is None or both.score > alone.score else None


def _with_groups(
    columns: list[Column], upper: dict[int, str], known: Mapping[str, str]
) -> list[Column]:
    """学历 over 全日制 and 在职: the first stands for it, unless a column names it better."""
    named = {column.field for column in columns}
    return [
        Column(column.place, column.header, field_of(upper.get(column.place, ""), known))
        if column.field is None and field_of(upper.get(column.place, ""), known) not in named
        else column
        for column in columns
    ]


def _is_data(upper: dict[int, str], lower: dict[int, str], known: Mapping[str, str]) -> bool:
    """Whether the lower row is somebody's: a name under 姓名, or values under most headers."""
    under = {place: text for place, text in lower.items() if field_of(upper.get(place, ""), known)}
    values = [place for place, text in under.items() if field_of(text, known) is None]
    return len(values) * 2 > len(under) or any(
        field_of(upper[place], known) == "name" for place in values
    )


def _reaches_down(grid: Grid, index: int, both: Header) -> bool:
    """Whether 姓名 is merged over both rows, which no data row would be part of."""
    name = both.by_field.get("name")
    return name is not None and any(
        (top, left, bottom) == (index, name.place, index + 1)
        for top, left, bottom, _right in grid.merges
    )


def _group(upper: dict[int, str], lower: dict[int, str], place: int) -> str:
    """The upper text over a place; a group reaches right as far as there are texts below."""
    if place in upper or place not in lower:
        return upper.get(place, "")
    left = max((at for at in upper if at < place), default=None)
    if left is None or any(at not in lower for at in range(left, place)):
        return ""
    return upper[left]


def _stacked(place: int, group: str, own: str, known: Mapping[str, str]) -> Column | None:
    if not own:
        return Column(place, group, field_of(group, known)) if group else None
    return Column(place, own, field_of(group + own, known) or field_of(own, known))


def repeats_header(header: Header, cells: list[Cell]) -> bool:
    """Whether a row is the header again, as print-outs repeat it on every page."""
    same = 0
    for column in header.by_field.values():
        cell = cells[column.place] if column.place < len(cells) else None
        same += isinstance(cell, str) and cell.strip() == column.header
    return same >= 2
