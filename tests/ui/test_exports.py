import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from allhours.ui import exports


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cell_that_would_run_as_formula_becomes_text(mark: str) -> None:
    assert exports.safe_csv_cell(f"{mark}1+1") == f"'{mark}1+1"


def test_csv_cell_keeps_numbers_negative_ones_too() -> None:
    assert [exports.safe_csv_cell(cell) for cell in (-3, 1.5, "心愿", None)] == [
        "-3",
        "1.5",
        "心愿",
        "",
    ]


def test_csv_begins_with_byte_order_mark() -> None:
    text = "".join(exports.csv_lines([["姓名"], ["周,岚"]]))

    assert text == '\ufeff姓名\r\n"周,岚"\r\n'


def test_xlsx_writes_formula_as_string_and_counts_rows() -> None:
    target = io.BytesIO()

    count = exports.write_xlsx(target, [["标题", "数"], ["=1+1", 3], ["https://a.example", 4]])

    sheet = load_workbook(io.BytesIO(target.getvalue())).active
    assert count == 2
    assert [[c.value for c in row] for row in sheet.rows] == [
        ["标题", "数"],
        ["=1+1", 3],
        ["https://a.example", 4],
    ]
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].hyperlink is None


def test_plain_shows_instants_in_the_countys_time() -> None:
    instant = datetime(2026, 6, 9, 16, 30, tzinfo=UTC)

    assert exports.plain(instant) == "2026-06-10 00:30"
    assert exports.plain(date(2026, 6, 10)) == "2026-06-10"
    assert [exports.plain(True), exports.plain(False)] == ["✓", ""]
