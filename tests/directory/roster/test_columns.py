from __future__ import annotations

import pytest

from allhours.directory.roster.columns import field_of, find_header, known_names
from allhours.directory.roster.grid import Grid
from allhours.directory.roster.headers import HEADERS
from allhours.directory.roster.template import COLUMNS

CONTRACT = [header for header, _width in COLUMNS]  # the standard roster's


def test_every_column_of_the_contract_is_known() -> None:
    assert len(CONTRACT) == 21
    assert len({field_of(name) for name in CONTRACT}) == len(CONTRACT)
    assert None not in {field_of(name) for name in CONTRACT}


def test_no_alias_stands_for_two_fields() -> None:
    names = [name for names in HEADERS.values() for name in names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓  名", "name"),
        ("姓\n名", "name"),
        ("*姓名", "name"),
        ("姓名＊（必填）", "name"),
        ("身份证号码", "id_number"),
        ("公民身份证号", "id_number"),
        ("身份证号/公民身份号码", "id_number"),
        ("联系方式/手机号", "phone"),
        ("联系电话（手机）", "phone"),
        ("加入党组织日期", "joined"),
        ("入党时间(年月日)", "joined"),
        ("工作单位", "unit"),
        ("工作单位及职务", "unit_post"),
        ("所在支部", "branch"),
        ("家庭住址", "address"),
        ("党龄", None),
        ("单位/姓名", None),
        ("", None),
        ("姓名" * 50, None),
    ],
)
def test_headers_are_recognised_as_written(header: str, field: str | None) -> None:
    assert field_of(header) == field


def places(grid: Grid) -> dict[str, int]:
    header = find_header(grid)
    assert header
    return {name: column.place for name, column in header.by_field.items()}


@pytest.mark.parametrize("titles", range(6))
def test_header_is_found_below_titles(titles: int) -> None:
    grid = Grid([*[["某县在职党员花名册"]] * titles, ["姓名", "单位", "手机"], ["张三", "甲", "1"]])
    header = find_header(grid)
    assert header
    assert (header.row, header.last_row) == (titles + 1, titles + 1)


def test_two_rows_with_groups_are_one_header() -> None:
    grid = Grid(
        [
            ["花名册"],
            ["序号", "姓名", "基本情况", None, "联系方式", None, "单位"],
            [None, None, "性别", "身份证号", "手机号", "住址", None],
            [1, "张三", "男", "x", "138", "滨河", "甲"],
        ]
    )
    header = find_header(grid)
    assert header
    assert (header.row, header.last_row) == (2, 3)
    assert places(grid) == {
        "seq": 0, "name": 1, "sex": 2, "id_number": 3, "phone": 4, "address": 5, "unit": 6,
    }  # fmt: skip
    assert header.by_field["phone"].header == "手机号"


def test_a_group_that_is_itself_a_known_name_does_not_hide_the_row_below() -> None:
    grid = Grid(
        [
            ["姓名", "单位", "联系方式", None],
            [None, None, "手机号", "办公电话"],
            ["张三", "甲", "138"],
        ]
    )
    header = find_header(grid)
    assert header
    assert (header.last_row, header.by_field["phone"].header) == (2, "手机号")


def test_merged_cells_tell_two_header_rows() -> None:
    grid = Grid([["姓名", "学历", None, "单位"], [None, "全日制", "在职", None], ["张三", "大学"]])
    assert find_header(grid).last_row == 1
    grid.merges = [(0, 0, 1, 0), (0, 3, 1, 3), (0, 1, 0, 2)]
    assert find_header(grid).last_row == 2


def test_words_of_the_header_in_a_data_row_do_not_make_it_one() -> None:
    grid = Grid([["编码", "名称", "类别"], ["DW01", "县教育局", "单位"]])
    header = find_header(grid, {"编码": "code", "名称": "title", "类别": "kind", "单位": "unit"})
    assert header
    assert header.last_row == 1


def test_two_title_texts_above_are_no_groups() -> None:
    grid = Grid([["填报单位：甲", None, "日期：5月", "表一"], ["姓名", "单位", "手机号"]])
    header = find_header(grid)
    assert header
    assert (header.row, header.last_row, len(header.columns)) == (2, 2, 3)


def test_group_gives_a_short_header_its_meaning() -> None:
    grid = Grid([["姓名", "单位", "入党", None], [None, None, "时间", "介绍人"], ["张三", "甲"]])
    assert places(grid) == {"name": 0, "unit": 1, "joined": 2}


def test_standard_name_wins_over_an_alias_of_the_same_field() -> None:
    grid = Grid([["姓名", "单位", "电话", "手机号码"]])
    header = find_header(grid)
    assert header
    assert header.by_field["phone"].place == 3
    assert [column.header for column in header.unknown] == ["电话"]


def test_a_county_adds_its_own_names() -> None:
    aliases = known_names({"单位": ("供职处所",)})
    header = find_header(Grid([["姓名", "供职处所", "手机"]]), aliases)
    assert header
    assert "unit" in header.by_field


def test_data_is_not_taken_for_a_header() -> None:
    assert find_header(Grid([["张三", "县教育局", "13800000001"]] * 3)) is None
