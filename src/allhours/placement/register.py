"""A community's own register of reporting-in (附7; domain.md §1.9), or a unit's list, as entries.

The file is read as a roster is (`directory.roster`: bounded, in a child process, any layout with a
header); what a register lacks is no error here, for a row may be told by its number or letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from allhours.directory.roster import cells
from allhours.directory.roster.columns import Header, header_of
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.parse import parse
from allhours.directory.roster.places import Organisations
from allhours.directory.roster.problems import Problem
from allhours.directory.roster.rows import RosterRow
from allhours.directory.roster.snapshot import Snapshot
from allhours.placement.compare import Entry

LETTER = re.compile(r"(报到)?(证明信|介绍信|回执)(编号|号|号码)|联系卡(编号|号)")
NO_UNIT = "-"  # given to `parse` for a register that has no column for it
# What a register may well lack, and what its own rows tell elsewhere.
NOT_WRONG = frozenset(
    {"key_missing", "unit_missing", "duplicate_in_file", "column_unknown", "community_unknown"}
)
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Listed:
    """One row as the file says it. `phone` and `id_number` are plain; never shown or kept so."""

    row: int
    name: str
    member_no: str
    id_number: str
    phone: str
    born: date | None
    month_only: bool
    unit: int | None
    unit_text: str
    letter: str


@dataclass
class Register:
    rows: list[Listed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    units_unread: int = 0  # rows whose unit is none that the system knows


def letter_key(number: str) -> str:
    """A letter's number as it is compared: brackets, spaces and width do not tell two apart."""
    text = unicodedata.normalize("NFKC", number)
    return re.sub(r"[\s〔〕\[\]()（）【】]+", "", text).casefold()


def read_register(
    grid: Grid, today: date, snapshot: Snapshot, aliases: Mapping[str, str] | None = None
) -> Register:
    """Every person's row of the sheet; raises `Unreadable` where no header is found."""
    header = header_of(grid, aliases)
    _add_key_column(grid, header)
    letters = _letter_place(header)
    organisations = Organisations(snapshot)
    parsed = parse(grid, today, own_unit=NO_UNIT, aliases=aliases)
    register = Register(problems=_wrong(grid, parsed.problems))
    for row in parsed.rows:
        letter = "" if letters is None else cells.plain(grid.at(row.row - 1, letters))
        listed = _listed(row, organisations, letter)
        register.units_unread += listed.unit is None and bool(listed.unit_text)
        register.rows.append(listed)
    return register


def entries(rows: Iterable[Listed], snapshot: Snapshot, *, place: int | None) -> list[Entry]:
    return [
        Entry(
            ref=str(row.row),
            name=cells.key(row.name),
            member_no=row.member_no,
            id_digest=snapshot.id_digest(row.id_number) if row.id_number else "",
            phone_digest=snapshot.phone_digest(row.phone) if row.phone else "",
            born=row.born,
            month_only=row.month_only,
            unit=row.unit,
            place=place,
            letter=letter_key(row.letter),
        )
        for row in rows
    ]


def _add_key_column(grid: Grid, header: Header) -> None:
    """A register without ID number and phone is read too: give it an empty column of phones."""
    if header.by_field.keys() & {"id_number", "phone"}:
        return
    row = grid.rows[header.last_row - 1]
    row.extend([None] * (grid.width - len(row)))
    row.append("手机号码")


def _letter_place(header: Header) -> int | None:
    for column in header.columns:
        if column.field is None and LETTER.search("".join(column.header.split())):
            return column.place
    return None


def _wrong(grid: Grid, problems: Iterable[Problem]) -> list[Problem]:
    """Cells that could not be used; a masked one was never meant to be."""
    found = [
        problem
        for problem in problems
        if problem.code not in NOT_WRONG
        and "*" not in cells.plain(grid.at(problem.row - 1, problem.place))
    ]
    return found[:MOST_PROBLEMS]


def _listed(row: RosterRow, organisations: Organisations, letter: str) -> Listed:
    values = {
        name: value
        for name, value in row.values.items()
        if not (name == "unit" and value == NO_UNIT)
    }
    text = values.get("unit") or values.get("unit_post") or values.get("branch") or ""
    unit, _branch = organisations.resolve(values)
    return Listed(
        row=row.row,
        name=values.get("name", ""),
        member_no=values.get("member_no", ""),
        id_number=values.get("id_number", ""),
        phone=values.get("phone", ""),
        born=values.get("birth"),
        month_only="birth" in row.months,
        unit=unit,
        unit_text=text,
        letter=letter,
    )
