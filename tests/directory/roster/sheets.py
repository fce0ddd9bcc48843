"""Rosters made for tests: rows in, the bytes of a file out; and invented people."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import Any

import openpyxl
import xlwt

from allhours.directory.roster.cells import check_digit
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.parse import parse
from allhours.directory.roster.rows import Parsed
from allhours.directory.roster.snapshot import Org, Person, Snapshot

TODAY = date(2026, 6, 10)
HEADER = ["序号", "姓名", "性别", "公民身份号码", "单位", "手机号码", "入党日期"]


def id_number(number: int, born: str = "19900101", sex: str = "1") -> str:
    """A right ID number of nobody: the region 220122, sequence by `number`, odd for a man."""
    sequence = number * 2 % 1000 + (1 if sex == "1" else 0)
    first = f"220122{born}{sequence % 1000:03d}"
    return first + check_digit(first)


def person(number: int, unit: str = "县教育局", **over: Any) -> list[Any]:
    """A row under `HEADER`."""
    values = {
        "seq": number,
        "name": f"测试{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}",
        "sex": "男",
        "id": id_number(number),
        "unit": unit,
        "phone": f"1380000{number:04d}",
        "joined": "2010.07.01",
    } | over
    return list(values.values())


def grid(*rows: list[Any], header: list[Any] | None = None) -> Grid:
    return Grid([list(row) for row in ([header or HEADER, *rows])])


def parsed(*rows: list[Any], header: list[Any] | None = None, **options: Any) -> Parsed:
    return parse(grid(*rows, header=header), TODAY, **options)


def codes(result: Any) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in result.problems]


def xlsx(
    *sheets: list[list[Any]], names: tuple[str, ...] = (), merge: tuple[str, ...] = ()
) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for index, rows in enumerate(sheets):
        sheet = book.create_sheet(names[index] if names else f"Sheet{index + 1}")
        for row in rows:
            sheet.append(row)
        for cell in (cell for row in sheet for cell in row if cell.data_type == "f"):
            cell.data_type = "s"  # text that looks like a formula
        for cells in merge:
            sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: list[list[Any]]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for index, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(index, place, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(rows: list[list[Any]]) -> str:
    return "\r\n".join(",".join("" if v is None else str(v) for v in row) for row in rows)


def digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest() if plain else ""


ORGS = [
    Org(1, "县直机关工委", "other", "/1/", "C"),
    Org(11, "县教育局", "unit", "/1/11/", "JY", "教育局"),
    Org(12, "县财政局", "unit", "/1/12/", "CZ"),
    Org(21, "县教育局机关第一党支部", "branch", "/1/11/21/", "JY-1"),
    Org(31, "滨河社区", "community", "/3/31/", "BH"),
    Org(32, "古城社区", "community", "/3/32/", "GC"),
]


def known(pk: int, row: list[Any], unit: int = 11, **values: Any) -> Person:
    """The member that `person(...)`'s row became."""
    _seq, name, _sex, number, _unit, phone, _joined = row
    departed = values.pop("departed", False)
    return Person(
        pk,
        f"A{pk:06d}",
        name,
        unit,
        {"name": name, "sex": "1", "birth": date(1990, 1, 1), "joined": date(2010, 7, 1)} | values,
        digest(number or ""),
        digest(str(phone or "")),
        departed,
    )


def snapshot(*people: Person, places: tuple[tuple[str, int], ...] = ()) -> Snapshot:
    return Snapshot(list(people), ORGS, list(places), digest, digest)
