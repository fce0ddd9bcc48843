"""Files as units send them, and files meant to harm."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from allhours.directory.roster.dates import read_day
from allhours.directory.roster.problems import Unreadable
from allhours.directory.roster.read import MAX_BYTES, content_of, read

from .sheets import HEADER, csv_text, person, xls, xlsx

ROWS = [HEADER, person(1), person(2)]


def read_code(content: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content, name)
    assert caught.value.text
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xlsx(ROWS), "a.xlsx"),
        (xlsx(ROWS), "renamed.xls"),
        (xls(ROWS), "a.xls"),
        (csv_text(ROWS).encode(), "a.csv"),
        (csv_text(ROWS).encode("utf-8-sig"), "a.CSV"),
        (csv_text(ROWS).encode("gb18030"), "a.csv"),
        (csv_text(ROWS).replace(",", "\t").encode("utf-16"), "a.csv"),
    ],
)
def test_every_format_gives_the_same_texts(content: bytes, name: str) -> None:
    grid = read(content, name)
    assert [str(cell) for cell in grid.rows[0]] == HEADER
    assert [row[1] for row in grid.rows[1:]] == ["测试乙1", "测试丙2"]
    assert [row[3] for row in grid.rows[1:]] == [person(1)[3], person(2)[3]]


def test_rows_keep_their_numbers_below_blank_rows() -> None:
    grid = read(xlsx([[], [None, "花名册"], [], HEADER, person(1)]), "a.xlsx")
    assert grid.rows[3][1] == "姓名"


def test_first_sheet_with_a_header_is_chosen() -> None:
    grid = read(xlsx([["封面"]], ROWS, [["说明"]], names=("封面", "名册", "说明")), "a.xlsx")
    assert (grid.sheet, grid.other_sheets) == ("名册", ["封面", "说明"])


def test_hidden_rows_and_sheets_are_read() -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)
    assert len(read(out.getvalue(), "a.xlsx").rows) == 3


def test_a_hidden_sheet_comes_after_the_visible_ones() -> None:
    book = openpyxl.Workbook()
    book.active.title = "旧表"
    for row in (HEADER, person(9)):
        book.active.append(row)
    book.active.sheet_state = "hidden"
    visible = book.create_sheet("名册")
    for row in ROWS:
        visible.append(row)
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "a.xlsx").sheet == "名册"


@pytest.mark.parametrize("writer", [xlsx, xls])
def test_date_cells_are_dates(writer: Callable[[list[Any]], bytes]) -> None:
    if writer is xls:
        book = xlwt.Workbook()
        sheet = book.add_sheet("a")
        for place, header in enumerate(HEADER):
            sheet.write(0, place, header)
        style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
        sheet.write(1, 1, "张三")
        sheet.write(1, 6, date(2010, 7, 1), style)
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    else:
        content = writer([HEADER, person(1, joined=date(2010, 7, 1))])
    day = read_day(read(content, "a.xlsx").rows[1][6])
    assert day
    assert day.on == date(2010, 7, 1)


def test_formulas_and_markup_are_data() -> None:
    grid = read(xlsx([HEADER, person(1, name="<script>alert(1)</script>")]), "a.xlsx")
    assert grid.rows[1][1] == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "empty"),
        (b"  \r\n ", "a.csv", "empty"),
        (xlsx([]), "a.xlsx", "empty"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "html_renamed"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "a.xlsx", "html_renamed"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", "html_renamed"),
        (b"just some text", "a.xlsx", "not_a_spreadsheet"),
        (b"PK\x03\x04 and then rubbish", "a.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.xls", "damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "encrypted",
        ),
        (b"\xff\xff\xff\xff,\x81", "a.csv", "encoding"),
        (b"x" * 21_000_000, "a.csv", "too_large"),
        (b"%PDF-1.4", "a.pdf", "kind_unknown"),
        (xlsx([["花名册"], ["张三", "李四"]]), "a.xlsx", "no_header"),
    ],
)
def test_hostile_files_get_one_sentence(content: bytes, name: str, code: str) -> None:
    assert read_code(content, name) == code


def bomb(parts: dict[str, int]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, size in parts.items():
            with archive.open(name, "w") as file:
                for _ in range(size // 1_000_000):
                    file.write(b" " * 1_000_000)
    return out.getvalue()


def test_zip_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bomb({"xl/workbook.xml": 1_000_000, "xl/worksheets/sheet1.xml": 500_000_000})
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: pytest.fail("it was opened"))
    assert read_code(content, "a.xlsx") == "too_large"


def test_zip_with_a_suspicious_ratio_is_refused() -> None:
    assert read_code(bomb({"xl/a.xml": 60_000_000}), "a.xlsx") == "too_large"


def far_cell(reference: str) -> bytes:
    """A sheet of two cells, the second at the far corner."""
    source = io.BytesIO(xlsx([HEADER]))
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                cell = f'<row r="1048576"><c r="{reference}"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell.encode())
            new.writestr(part.filename, content)
    return out.getvalue()


def test_a_sheet_of_sixteen_billion_cells_ends_the_child_only() -> None:
    assert read_code(far_cell("XFD1048576"), "a.xlsx") == "too_large"


def test_a_workbook_that_is_another_zip_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert read_code(out.getvalue(), "a.xlsx") == "not_a_spreadsheet"


def test_of_a_huge_file_only_what_shows_its_size_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "a.csv"
    with huge.open("wb") as file:
        file.truncate(10 * MAX_BYTES)
    content = content_of(huge)
    assert len(content) == MAX_BYTES + 1
    assert read_code(content, "a.csv") == "too_large"
