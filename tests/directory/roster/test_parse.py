from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allhours.directory.roster.cells import check_digit
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.parse import parse

from .sheets import HEADER, TODAY, codes, grid, id_number, parsed, person

WIDE = [*HEADER, "出生日期", "人员类别", "民族", "学历", "特长", "是否离退休", "居住社区"]


def test_a_good_row_has_values_and_no_problem() -> None:
    result = parsed(
        [*person(1), "1990.01", "预备党员", "满族", "大学", "水电维修、书法", "否", "滨河社区"],
        header=WIDE,
    )
    assert result.problems == []
    assert result.rows[0].values == {
        "name": "测试乙1",
        "sex": "1",
        "id_number": id_number(1),
        "unit": "县教育局",
        "phone": "13800000001",
        "joined": date(2010, 7, 1),
        "birth": date(1990, 1, 1),
        "category": "probationary",
        "nation": 11,
        "education": "20",
        "skills": ["水电维修", "书法"],
        "retired": False,
        "community": "滨河社区",
    }


@pytest.mark.parametrize(
    ("over", "code", "column"),
    [
        ({"name": None}, "name_missing", "姓名"),
        ({"name": "人" * 61}, "name_missing", "姓名"),
        ({"name": "=1+2"}, "name_missing", "姓名"),
        ({"name": "<b>张三</b>"}, "name_missing", "姓名"),
        ({"name": "张*"}, "name_missing", "姓名"),
        ({"id": None, "phone": None}, "key_missing", "公民身份号码"),
        ({"unit": "  "}, "unit_missing", "单位"),
        ({"id": float(id_number(1)[:17] + "0")}, "id_damaged", "公民身份号码"),
        ({"id": "220122199001011"}, "id_invalid", "公民身份号码"),
        ({"id": id_number(1, born="20300101")}, "id_invalid", "公民身份号码"),
        ({"sex": "女"}, "id_sex_differs", "性别"),
        ({"joined": "不详"}, "date_unreadable", "入党日期"),
        ({"joined": "2026-06-11"}, "date_future", "入党日期"),
        ({"phone": "1380000"}, "phone_invalid", "手机号码"),
    ],
)
def test_a_wrong_cell_is_named_by_row_column_and_code(
    over: dict[str, Any], code: str, column: str
) -> None:
    result = parsed(person(1), person(2, **over), person(3))
    assert [(p.row, p.column, p.code, p.severity) for p in result.problems] == [
        (3, column, code, "error")
    ]
    assert result.problems[0].expected
    assert [row.has_errors for row in result.rows] == [False, True, False]


def test_today_is_not_the_future() -> None:
    assert parsed(person(1, joined=TODAY)).problems == []


def test_birth_date_differs_from_the_id_number() -> None:
    result = parsed([*person(1), "1990-01-02"], header=[*HEADER, "出生日期"])
    problem = result.problems[0]
    assert (problem.row, problem.column, problem.code) == (2, "出生日期", "id_birth_differs")
    assert (problem.found, problem.expected) == ("1990-01-02", "1990-01-01")


def test_one_wrong_id_number_makes_one_problem() -> None:
    result = parsed(
        [*person(1, id="220122199001019999", sex="女"), "1980-05-05"], header=[*HEADER, "出生日期"]
    )
    assert codes(result) == [(2, "id_invalid")]


def test_numbers_are_shown_masked() -> None:
    wrong = id_number(1)[:17] + ("0" if id_number(1)[17] != "0" else "1")
    result = parsed(person(1, id=wrong, phone="138000000012"))
    assert [problem.found for problem in result.problems] == [
        f"220***********{wrong[-4:]}",
        "138****0012",
    ]


def test_duplicates_name_both_rows() -> None:
    result = parsed(person(1), person(2), person(1, phone="13900000000"))
    assert codes(result) == [(2, "duplicate_in_file"), (4, "duplicate_in_file")]
    assert "4" in result.problems[0].as_json()["expected"]
    assert "2" in result.problems[1].as_json()["expected"]


def test_name_and_phone_make_a_duplicate_only_without_an_id_number() -> None:
    twins = [person(1), person(2, name=person(1)[1], phone="13800000001")]
    assert parsed(*twins).problems == []
    twins[1][3] = None
    assert codes(parsed(*twins)) == [(2, "duplicate_in_file"), (3, "duplicate_in_file")]


def test_a_units_own_numbering_may_repeat() -> None:
    header = ["编号", *HEADER]
    assert parsed(["JY-001", *person(1)], ["JY-001", *person(2)], header=header).problems == []


def test_one_phone_of_two_people_is_no_problem() -> None:
    assert parsed(person(1), person(2, phone="13800000001")).problems == []


def test_many_copies_of_one_row_are_told_quickly() -> None:
    result = parsed(*[person(1)] * 3000)
    assert len(result.problems) == 3000


def test_unknown_columns_are_warnings_and_kept_out() -> None:
    result = parsed([*person(1), "x"], header=[*HEADER, "血型"])
    assert [(p.column, p.code, p.severity) for p in result.problems] == [
        ("血型", "column_unknown", "warning")
    ]
    assert not result.errors


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["党员姓", "单位", "手机号码", "性别"], "name_missing"),
        (["姓名", "性别", "手机号码"], "unit_missing"),
        (["姓名", "单位", "性别"], "key_missing"),
    ],
)
def test_a_required_column_that_is_missing_is_one_problem(header: list[str], code: str) -> None:
    result = parsed(["甲"] * 3, ["乙"] * 3, header=header)
    assert [p.code for p in result.errors] == [code]
    assert result.rows == []


def test_a_units_own_roster_may_leave_the_unit_out() -> None:
    result = parsed(["张三", "13800000001"], header=["姓名", "手机"], own_unit="县教育局")
    assert result.rows[0]["unit"] == "县教育局"
    assert result.problems == []


def test_totals_notes_blanks_and_repeated_headers_are_no_people() -> None:
    result = parsed(
        person(1),
        [],
        [None, "  "],
        HEADER,
        person(2),
        [3],
        ["合  计", 2],
        [None, "合计", "2人"],
        ["填表人：王五", None, None, None, None, "联系电话：83220000"],
        ["备注：以上人员均已核对。"],
    )
    assert [row.row for row in result.rows] == [2, 6]
    assert result.problems == []


def test_section_titles_are_skipped() -> None:
    result = parsed(["一、县教育局（2人）"], person(1), ["二、县财政局"], person(2))
    assert len(result.rows) == 2
    assert result.problems == []


def test_merged_units_count_for_each_of_their_rows() -> None:
    sheet = grid(person(1), person(2, unit=None), person(3, unit=None))
    sheet.merges = [(1, 4, 3, 4)]
    result = parse(sheet, TODAY)
    assert [row["unit"] for row in result.rows] == ["县教育局"] * 3


def test_titles_and_two_header_rows_keep_the_sheets_row_numbers() -> None:
    sheet = Grid(
        [
            ["某县党员花名册"],
            ["填报单位：县教育局"],
            ["姓名", "单位", "联系方式", None],
            [None, None, "手机号", "身份证号"],
            ["张三", "县教育局", "1380000", None],
        ]
    )
    assert [(p.row, p.column, p.code) for p in parse(sheet, TODAY).problems] == [
        (5, "手机号", "phone_invalid")
    ]


def test_words_in_no_list_are_counted_not_imported() -> None:
    result = parsed([*person(1), "汉人"], [*person(2), "汉人"], header=[*HEADER, "民族"])
    assert result.unread == {("民族", "汉人"): 2}
    assert result.problems == []


def test_line_numbers_under_bianhao_are_no_member_numbers() -> None:
    result = parsed(["1", *person(1)], ["1", *person(2)], header=["编号", *HEADER])
    assert result.problems == []
    assert result.rows[0]["member_no"] is None


CELLS = st.one_of(st.none(), st.text(max_size=20), st.floats(), st.integers(), st.datetimes())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=9), max_size=8))
def test_no_sheet_breaks_the_parser(rows: list[list[Any]]) -> None:
    result = parse(Grid([list(HEADER), *rows]), TODAY)
    assert len(result.rows) <= len(rows)
    for problem in result.problems:
        assert problem.as_json()["text"]


def test_a_right_number_in_000_is_doubted_only_beside_damaged_ones() -> None:
    number = next(
        number
        for number in (
            f"220122199001{day:02d}{place}000" for day in range(1, 29) for place in range(9)
        )
        if check_digit(number) == "0"
    )
    alone = parsed(person(1, id=number, sex=None))
    assert codes(alone) == []
    beside = parsed(person(1, id=number, sex=None), person(2, id=float(id_number(2)[:17] + "0")))
    assert [(p.row, p.code) for p in beside.problems] == [(2, "id_damaged"), (3, "id_damaged")]
    assert number not in str(beside.problems)
