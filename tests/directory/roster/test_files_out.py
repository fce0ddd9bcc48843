"""What goes back to the sender: the error file and the standard roster."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from allhours.directory.roster.error_file import problems_workbook
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.parse import parse
from allhours.directory.roster.read import read
from allhours.directory.roster.rows import Parsed
from allhours.directory.roster.template import COLUMNS, roster_template

from .sheets import HEADER, TODAY, id_number, person, xls, xlsx

BAD = [
    ["县教育局党员花名册"],
    HEADER,
    person(1),
    person(2, id=float(id_number(2)[:17] + "0")),
    person(3, unit="=1+2", phone="1380000"),
    person(4, joined=2020.1),
    ["合计", 4],
]


def returned(content: bytes, name: str) -> tuple[Parsed, bytes]:
    grid = read(content, name)
    result = parse(grid, TODAY)
    return result, problems_workbook(grid, result.header, result.problems)


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_error_file_has_the_senders_layout_and_one_more_column() -> None:
    _result, content = returned(xlsx(BAD, merge=("A1:G1",)), "a.xlsx")
    sheet = sheet_of(content)
    assert [cell.value for cell in sheet[2]] == [*HEADER, "问题"]
    assert sheet["D3"].value == id_number(1)
    assert sheet["D3"].data_type == "s"
    assert sheet["E5"].value == "=1+2"
    assert sheet["E5"].data_type == "s"
    assert str(next(iter(sheet.merged_cells.ranges))) == "A1:G1"
    assert [sheet.cell(row, 8).value is not None for row in (3, 4, 5, 6, 7)] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_error_file_marks_the_wrong_cells() -> None:
    _result, content = returned(xlsx(BAD), "a.xlsx")
    sheet = sheet_of(content)
    assert sheet["D4"].comment is not None
    assert "末几位丢失" in sheet["D4"].comment.text
    assert sheet["D4"].fill.fgColor.rgb == "FFFBECEA"
    assert sheet["D3"].comment is None


def test_error_file_reads_again_with_the_same_problems() -> None:
    for content, name in ((xlsx(BAD), "a.xlsx"), (xls(BAD), "a.xls")):
        first, back = returned(content, name)
        second, _ = returned(back, "b.xlsx")
        assert [(p.row, p.column, p.code) for p in first.problems[:2]] == [
            (4, "公民身份号码", "id_damaged"),
            (5, "手机号码", "phone_invalid"),
        ]
        kept = [p for p in first.problems if p.code != "date_unreadable"]
        assert [(p.row, p.code) for p in second.problems if p.code != "date_unreadable"] == [
            (p.row, p.code) for p in kept
        ]


def test_error_file_survives_overlapping_merges_and_odd_sheet_names() -> None:
    grid = Grid([[*HEADER], person(1, phone="1")], sheet="[a]*?/" * 9)
    grid.merges = [(0, 0, 1, 1), (0, 0, 0, 3)]
    result = parse(grid, TODAY)
    assert problems_workbook(grid, result.header, result.problems)


def test_template_is_a_roster_that_reads_without_a_problem() -> None:
    content = roster_template(["县教育局"], ["滨河社区"], ["法律援助"])
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    values = {
        "姓名": "张三",
        "单位": "县教育局",
        "公民身份号码": id_number(1),
        "手机号码": "13800000001",
    }
    for place, (header, _width) in enumerate(COLUMNS, start=1):
        if header in values:
            sheet.cell(3, place, values[header])
    out = io.BytesIO()
    book.save(out)
    grid = read(out.getvalue(), "a.xlsx")
    result = parse(grid, TODAY)
    assert (grid.sheet, len(result.rows), result.problems) == ("党员花名册", 1, [])
    assert [c.header.lstrip("*") for c in result.header.columns] == [h for h, _ in COLUMNS]


def test_template_lists_and_text_columns() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(roster_template(["甲", "乙"]))).active
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists["C3:C1002"] == "下拉列表!$A$2:$A$3"
    assert len(lists) == 7
    assert round(sheet.column_dimensions["E"].width) == 23
