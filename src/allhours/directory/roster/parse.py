"""Grid → rows of normalised values, with every wrong cell named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from allhours.directory.roster import cells, codes
from allhours.directory.roster.columns import Column, Header, header_of, repeats_header
from allhours.directory.roster.dates import Day, read_day
from allhours.directory.roster.grid import Cell, Grid, is_blank
from allhours.directory.roster.headers import HEADERS
from allhours.directory.roster.problems import Problem, _
from allhours.directory.roster.rows import Parsed, RosterRow

NAME_LENGTH = 60
# A formula, markup or a masked name is nobody's name.
NOT_IN_NAMES = re.compile(r"[<>=|{}\[\]\\\"@;&$#%^+*/?!~`]|^-")
TEXT_LENGTHS = {"position": 80, "address": 200, "note": 200, "unit": 120, "branch": 120}
FOOTER = re.compile(
    r"(合计|总计|小计|共计|填表|填报|制表|审核|复核|单位负责人|党组织负责人|负责人|经办人|联系人|说明|注[:：]|备注[:：]|"
    r"附[:：注]|共\d+[人名]|以上|本表|日期[:：]|单位[(（]?盖章|[(（]盖章|盖章)"
)
LINE_NUMBER = re.compile(r"\d{1,5}")  # what stands under 编号 in a sheet that numbers its lines
# Vertical merges carry their value down only where a value may well be shared.
SHARED = ("unit", "branch", "unit_post", "unit_class", "community")
NAMED_TWINS = 6
NOTHING_IN = ("seq", "own", "note")


def parse(
    grid: Grid, today: date, *, own_unit: str = "", aliases: Mapping[str, str] | None = None
) -> Parsed:
    """Read a grid; `own_unit` names the unit of a unit's own roster that has no unit column.

    `aliases` are a county's own header names (`columns.known_names`).
    """
    header = header_of(grid, aliases)
    parsed = Parsed(header, sheet=grid.sheet, other_sheets=grid.other_sheets)
    _report_columns(parsed, own_unit)
    if any(problem.is_error for problem in parsed.problems):
        return parsed
    _carry_down(grid, header)
    for index in range(header.last_row, len(grid.rows)):
        raw = grid.rows[index]
        kind = _kind(header, raw)
        if kind == "person":
            _read_row(parsed, index + 1, raw, today, own_unit)
        elif kind == "aside":
            parsed.skipped.append(index + 1)
    _suspect_zeros(parsed)
    _report_duplicates(parsed)
    parsed.problems.sort(key=lambda problem: (problem.row, problem.place))
    return parsed


def _report_columns(parsed: Parsed, own_unit: str) -> None:
    header = parsed.header
    for column in header.unknown:
        repeated = column.field is not None
        parsed.problems.append(
            Problem(
                header.last_row,
                column.header,
                "column_unknown",
                found=cells.plain(column.header)[:60],
                expected=_("只取一列") if repeated else _("名册栏目之一，见标准模板"),
                place=column.place,
            )
        )
    needs = (
        ("name_missing", ("name",), "姓名", _("表头中有“姓名”列")),
        (
            "unit_missing",
            ("unit", "branch", "unit_post"),
            "单位",
            _("表头中有“单位”或“所在党支部”列"),
        ),
        (
            "key_missing",
            ("id_number", "phone"),
            "公民身份号码",
            _("表头中有“公民身份号码”或“手机号码”列"),
        ),
    )
    for code, fields, name, expected in needs:
        if code == "unit_missing" and own_unit:
            continue
        if not any(field in header.by_field for field in fields):
            parsed.problems.append(Problem(header.last_row, name, code, expected=expected))


def _carry_down(grid: Grid, header: Header) -> None:
    """A unit's name merged over its people's rows belongs to each of them."""
    places = {header.by_field[name].place for name in SHARED if name in header.by_field}
    for top, left, bottom, _right in grid.merges:
        if left not in places or top < header.last_row:
            continue
        for index in range(top + 1, min(bottom + 1, len(grid.rows))):
            row = grid.rows[index]
            row.extend([None] * (left + 1 - len(row)))
            if is_blank(row[left]):
                row[left] = grid.at(top, left)


def _kind(header: Header, raw: list[Cell]) -> str:
    """`person`, `blank`, or `aside` (totals, notes, section titles, the header again)."""
    filled = [place for place, cell in enumerate(raw) if not is_blank(cell)]
    if not filled:
        return "blank"
    by_field = header.by_field
    telling = {c.place for name, c in by_field.items() if name not in NOTHING_IN}
    first = "".join(cells.plain(raw[filled[0]]).split())
    if FOOTER.match(first) and not _has_key(header, raw, strong=":" in first or "：" in first):
        return "aside"
    if not telling & set(filled):
        return "blank" if all(_is_number(raw[place]) for place in filled) else "aside"
    shared = {by_field[name].place for name in SHARED if name in by_field}
    if telling & set(filled) <= shared and not _has_key(header, raw):
        # a total below a merged unit, or numbered lines left empty for later
        rest = [place for place in filled if place not in shared]
        if all(_is_number(raw[place]) for place in rest):
            return "blank"
    return "aside" if repeats_header(header, raw) else "person"


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and cell.strip().isdecimal())


def _has_key(header: Header, raw: list[Cell], *, strong: bool = False) -> bool:
    """Whether the row names a person's key; `strong`: a right one, not just any text."""
    for name, reader in (("id_number", cells.id_number), ("phone", cells.phone)):
        column = header.by_field.get(name)
        cell = raw[column.place] if column and column.place < len(raw) else None
        if is_blank(cell):
            continue
        if not strong or isinstance(reader(cell), str):
            return True
    return False


class _Row:
    """A row while it is read: its cells by field, its values, its problems."""

    def __init__(self, parsed: Parsed, number: int, raw: list[Cell], today: date) -> None:
        self.parsed, self.number, self.raw, self.today = parsed, number, raw, today
        self.values: dict[str, Any] = {}
        self.failed = False
        self.months: set[str] = set()

    def column(self, name: str) -> Column | None:
        return self.parsed.header.by_field.get(name)

    def cell(self, name: str) -> Cell:
        column = self.column(name)
        if column is None or column.place >= len(self.raw):
            return None
        cell = self.raw[column.place]
        return None if is_blank(cell) else cell

    def text(self, name: str) -> str:
        return cells.plain(self.cell(name)).strip("'` ")

    def wrong(self, code: str, *fields: str, found: str = "", expected: str = "") -> None:
        header, place = self.parsed.column(*fields)
        shown = header or HEADERS[fields[0]][0]
        self.parsed.problems.append(
            Problem(self.number, shown, code, found[:80], expected, place=place)
        )
        self.failed = True


def _read_row(parsed: Parsed, number: int, raw: list[Cell], today: date, own_unit: str) -> None:
    row = _Row(parsed, number, raw, today)
    _read_name(row)
    _read_keys(row)
    _read_units(row, own_unit)
    _read_dates(row)
    _read_sex(row)
    _read_words(row)
    _read_texts(row)
    parsed.rows.append(RosterRow(number, row.values, row.failed, frozenset(row.months)))


def _read_name(row: _Row) -> None:
    name = cells.person_name(row.cell("name"))
    if not name:
        row.wrong("name_missing", "name", expected=_("党员姓名"))
    elif len(name) > NAME_LENGTH or NOT_IN_NAMES.search(name):
        expected = _("不超过 60 个字、不含符号和公式的姓名")
        row.wrong("name_missing", "name", found=name[:40], expected=expected)
    else:
        row.values["name"] = name
    number = cells.key(row.text("member_no")).upper()
    if number and not LINE_NUMBER.fullmatch(number):
        row.values["member_no"] = number


def _read_keys(row: _Row) -> None:
    id_cell, phone_cell = row.cell("id_number"), row.cell("phone")
    if id_cell is None and phone_cell is None:
        row.wrong("key_missing", "id_number", "phone", expected=_("公民身份号码或手机号码"))
        return
    for name, result in (
        ("id_number", cells.id_number(id_cell)),
        ("phone", cells.phone(phone_cell)),
    ):
        if isinstance(result, cells.Wrong):
            row.wrong(result.code, name, found=result.found, expected=result.expected)
        elif result:
            row.values[name] = result
    born = cells.id_birth(row.values["id_number"]) if "id_number" in row.values else None
    if born and born > row.today:
        row.wrong(
            "id_invalid",
            "id_number",
            found=cells.mask(row.values.pop("id_number")),
            expected=_("第 7 至 14 位是有效的出生日期"),
        )


def _read_units(row: _Row, own_unit: str) -> None:
    for name in ("unit", "branch", "unit_post"):
        text = row.text(name)
        if text:
            row.values[name] = text[:120]
    if row.values.keys() & {"unit", "branch", "unit_post"}:
        return
    if own_unit and not any(row.column(name) for name in ("unit", "branch", "unit_post")):
        row.values["unit"] = own_unit
    else:
        row.wrong("unit_missing", "unit", "unit_post", "branch", expected=_("单位或支部的名称"))


def _read_dates(row: _Row) -> None:
    days = {name: _read_date(row, name) for name in ("birth", "joined", "converted")}
    for name in ("joined", "converted"):
        day = days[name]
        if day:
            row.values[name] = day.on
            row.months |= {name} if day.month_only else set()
    written = days["birth"]
    number = row.values.get("id_number")
    if number:
        by_number = cells.id_birth(number)
        if by_number and written and not written.agrees_with(by_number):
            row.wrong(
                "id_birth_differs",
                "birth",
                found=cells.plain(row.cell("birth")),
                expected=by_number.isoformat(),
            )
        row.values["birth"] = by_number
    elif written:
        row.values["birth"] = written.on
        row.months |= {"birth"} if written.month_only else set()


def _read_date(row: _Row, name: str) -> Day | None:
    cell = row.cell(name)
    if cell is None or cells.plain(cell) in {"无", "/", "-", "—", "——", "暂无"}:
        return None
    day = read_day(cell)
    if day is None:
        found = cells.plain(cell)
        expected = (
            _("月份可能丢了末尾的 0，请以文本填写，如 2020.10")
            if isinstance(cell, float) and 1900 < cell < 2100
            else _("日期，如 2020-01-01 或 2020年1月")
        )
        row.wrong("date_unreadable", name, found=found, expected=expected)
    elif day.on > row.today:
        row.wrong("date_future", name, found=cells.plain(cell), expected=_("今天或今天以前的日期"))
        return None
    return day


def _read_sex(row: _Row) -> None:
    text = cells.key(row.text("sex")).upper()
    sex = codes.SEXES.get(text)
    if text and not sex:
        _unread(row, "sex")
    number = row.values.get("id_number")
    if number:
        by_number = cells.id_sex(number)
        if sex and sex != by_number:
            row.wrong(
                "id_sex_differs",
                "sex",
                found=row.text("sex"),
                expected=_("男") if by_number == "1" else _("女"),
            )
        sex = by_number
    if sex:
        row.values["sex"] = sex


def _unread(row: _Row, name: str) -> None:
    column = row.column(name)
    if column:
        row.parsed.unread[column.header, row.text(name)[:40]] += 1


def _read_words(row: _Row) -> None:
    readers: dict[str, Any] = {
        "nation": codes.nation,
        "education": codes.education,
        "category": codes.CATEGORY_CODES.get,
        "unit_class": codes.UNIT_CLASS_CODES.get,
        "retired": codes.yes_or_no,
    }
    for name, reader in readers.items():
        word = "".join(row.text(name).split())
        if not word:
            continue
        value = reader(word)
        if value is None:
            _unread(row, name)
        else:
            row.values[name] = value


def _read_texts(row: _Row) -> None:
    for name in ("position", "address", "community", "note"):
        text = row.text(name)
        if text:
            row.values[name] = text[: TEXT_LENGTHS.get(name, 200)]
    for name in ("skills", "wishes"):
        listed = codes.pieces(cells.plain(row.cell(name)))
        if listed:
            row.values[name] = listed[:20]


def _suspect_zeros(parsed: Parsed) -> None:
    """One cut-off number in eleven has a right check digit by chance, and hardly one true number
    in a thousand ends in 000: where one row in a hundred is damaged, such a number is too.
    """
    damaged = sum(problem.code == "id_damaged" for problem in parsed.problems)
    if damaged * 100 < len(parsed.rows) or not damaged:
        return
    header, place = parsed.column("id_number")
    for row in parsed.rows:
        if str(row["id_number"] or "").endswith("000"):
            wrong = cells.damaged(cells.mask(row["id_number"]))
            parsed.problems.append(
                Problem(row.row, header, wrong.code, wrong.found, wrong.expected, place=place)
            )
            row.has_errors = True


def _report_duplicates(parsed: Parsed) -> None:
    """The same ID number twice; or name and phone, where a row has no ID number to tell them."""
    groups: dict[tuple[str, ...], list[RosterRow]] = defaultdict(list)
    for row in parsed.rows:
        if row["id_number"]:
            groups["id", row["id_number"]].append(row)
        if row["name"] and row["phone"]:
            groups["phone", row["name"], row["phone"]].append(row)
    others: dict[int, set[int]] = defaultdict(set)
    for (kind, *_rest), rows in groups.items():
        if len(rows) == 1:
            continue
        first = rows[:NAMED_TWINS]
        without_id = [row for row in rows if not row["id_number"]][:NAMED_TWINS]
        for row in rows:
            twins = without_id if kind == "phone" and row["id_number"] else first
            others[row.row] |= {twin.row for twin in twins if twin is not row}
    _name_duplicates(parsed, others)


def _name_duplicates(parsed: Parsed, others: dict[int, set[int]]) -> None:
    for row in parsed.rows:
        twins: Iterable[int] = sorted(others.get(row.row, ()))
        if not twins:
            continue
        fields = ("id_number", "phone") if row["id_number"] else ("phone", "member_no")
        header, place = parsed.column(*fields)
        parsed.problems.append(
            Problem(
                row.row,
                header,
                "duplicate_in_file",
                found=cells.mask(row["id_number"] or row["phone"] or row["member_no"]),
                expected=_("每人一行；与第 %(rows)s 行重复"),
                params={"rows": "、".join(map(str, twins))},
                place=place,
            )
        )
        row.has_errors = True
