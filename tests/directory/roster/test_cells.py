from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.directory.choices import NATIONS
from allhours.directory.roster import cells, codes
from allhours.directory.roster.dates import read_day

from .sheets import id_number

GOOD = id_number(3)
NEW_YEAR = date(2020, 1, 1)
MIDNIGHT = datetime(2020, 1, 1)  # noqa: DTZ001 - a date cell has no zone


@pytest.mark.parametrize(
    "cell",
    [
        "20200101", "2020.01.01", "2020.1.1", "2020/1/1", "2020/01/01", "2020-1-1", "2020-01-01",
        "2020年1月1日", "2020年01月01日", "2020 年 1 月 1 日", "２０２０．１．１", "2020。1。1",
        "2020、1、1",
        "2020-01-01 00:00:00", "二〇二〇年一月一日", "2020. 1. 1", "2020年1月1号", "43831",
        43831, 43831.0, 20200101, 20200101.0, MIDNIGHT, NEW_YEAR, "'2020-01-01",
    ],
)  # fmt: skip
def test_dates_in_every_style(cell: Any) -> None:
    day = read_day(cell)
    assert day
    assert (day.on, day.month_only) == (NEW_YEAR, False)


@pytest.mark.parametrize(
    "cell", ["2020年1月", "2020.01", "2020.1", "2020/1", "2020-01", "202001", 202001, 2020.01]
)
def test_months_alone_are_dates(cell: Any) -> None:
    day = read_day(cell)
    assert day
    assert (day.on, day.month_only) == (NEW_YEAR, True)


@pytest.mark.parametrize(
    "cell",
    [
        "2020", 2020, "2020-02-30", "2020.13", "20.1.1", "1/2/2020", "去年", "2020 1月多",
        2020.1, 2020.13, float("nan"), 1e300, "9" * 40, "", None, True, "1899-01-01", "2200-01-01",
    ],
)  # fmt: skip
def test_what_is_not_surely_a_date_is_not_guessed(cell: Any) -> None:
    assert read_day(cell) is None


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日"]),
)
def test_written_dates_read_back(day: date, style: str) -> None:
    read = read_day(day.strftime(style))
    assert read
    assert read.on == day


def test_id_number_is_normalised() -> None:
    number = next(n for n in map(id_number, range(400)) if n.endswith("X"))
    full_width = number.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    for cell in (number, number.lower(), f"'{number}", f" {number[:6]} {number[6:]}", full_width):
        assert cells.id_number(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (float(id_number(5)[:17] + "0"), "id_damaged"),
        (int(id_number(5)[:17] + "0"), "id_damaged"),
        ("2.20122E+17", "id_damaged"),
        ("2.20122199001010E+17", "id_damaged"),
        ("220122199001011000", "id_damaged"),
        (GOOD[:17] + ("1" if GOOD[17] != "1" else "2"), "id_invalid"),
        (GOOD[:16], "id_invalid"),
        ("220122900101123", "id_invalid"),
        (220122900101123.0, "id_invalid"),
        (id_number(5, born="19901301"), "id_invalid"),
        ("身份证丢失", "id_invalid"),
    ],
)
def test_id_number_is_refused_not_guessed(cell: Any, code: str) -> None:
    wrong = cells.id_number(cell)
    assert isinstance(wrong, cells.Wrong)
    assert wrong.code == code
    assert wrong.expected
    assert GOOD[6:14] not in wrong.found


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13800000001", "13800000001"),
        (13800000001.0, "13800000001"),
        (13800000001, "13800000001"),
        ("13800000001.0", "13800000001"),
        ("138 0000 0001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+86 13800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("１３８００００００01", "13800000001"),
        ("0431-83220000", "043183220000"),
        ("(0431)83220000", "043183220000"),
    ],
)
def test_phones_are_normalised(cell: Any, phone: str) -> None:
    assert cells.phone(cell) == phone


@pytest.mark.parametrize(
    "cell",
    ["1380000000", "138000000012", "83220000", "12800000001", "无", "13800000001/13900000001"],
)
def test_phones_that_are_none_are_refused(cell: str) -> None:
    wrong = cells.phone(cell)
    assert isinstance(wrong, cells.Wrong)
    assert wrong.code == "phone_invalid"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张 三", "张三"),
        ("张　三", "张三"),
        ("欧阳 明 月", "欧阳明月"),
        ("买买提 • 艾力", "买买提·艾力"),
        ("古丽・巴哈尔", "古丽·巴哈尔"),
        ("John  Smith", "John Smith"),
        (" 李四\n", "李四"),
        ("X建国", "X建国"),  # an old scan's X for 党 is never repaired in a name
    ],
)
def test_names_lose_their_spaces_only(cell: str, name: str) -> None:
    assert cells.person_name(cell) == name


def test_nations_are_the_fifty_six() -> None:
    assert {name: number for number, name in NATIONS.items()} == codes.NATIONS
    assert len(codes.NATIONS) == 56
    assert (codes.nation("塔吉克族"), codes.nation("塔塔尔"), codes.nation("01")) == (41, 50, 1)
    assert (codes.nation("57"), codes.nation("汉人")) == (None, None)


@pytest.mark.parametrize(
    ("word", "code"), [("大学", "20"), ("本科学历", "20"), ("大专", "30"), ("硕士研究生", "10")]
)
def test_education_words(word: str, code: str) -> None:
    assert codes.education(word) == code


CELLS = st.one_of(
    st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.dates()
)


@given(CELLS)
def test_no_cell_breaks_a_reader(cell: Any) -> None:
    for reader in (cells.plain, cells.person_name, cells.id_number, cells.phone, read_day):
        reader(cell)
