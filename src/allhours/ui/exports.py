"""What is shown, as a file. Cells that a spreadsheet would run as a formula become plain text.

Rows are consumed one by one: memory stays flat however many there are.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from allhours.kernel import clock

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_SHEET_ROWS = 1_048_576
COLUMN_WIDTHS = (8, 40)
IN_MEMORY = 8 * 1024 * 1024


def plain(value: Any) -> str | int | float:
    """A cell as number or text: dates ISO, instants in the county's time, None empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M") if value.tzinfo else str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def safe_csv_cell(value: Any) -> str:
    """Text beginning with ``= + - @`` gets an apostrophe in front (OWASP, CSV injection)."""
    cell = plain(value)
    if isinstance(cell, str) and cell.startswith(FORMULA_MARKS):
        return "'" + cell
    return str(cell)


class _Echo:
    """A file that hands back what csv writes, so that it can be streamed."""

    def write(self, value: str) -> str:
        return value


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """UTF-8 with a byte order mark, as spreadsheet programs in China expect."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([safe_csv_cell(cell) for cell in row])


def write_xlsx(target: IO[bytes], rows: Iterable[Sequence[Any]], *, sheet: str = "") -> int:
    """Write header and rows, return how many rows followed the header.

    Strings are written as strings, never parsed: ``=1+1`` stays text.
    """
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    page = book.add_worksheet(sheet[:31] or None)
    head = book.add_format({"bold": True, "bg_color": "#F1EDE6", "bottom": 1})
    count = -1
    for count, row in enumerate(rows):
        if count >= MAX_SHEET_ROWS:
            break
        for column, cell in enumerate(row):
            _write_cell(page, count, column, plain(cell), head if count == 0 else None)
        if count == 0:
            _set_widths(page, row)
    page.freeze_panes(1, 0)
    book.close()
    return max(0, count)


def _write_cell(page: Any, row: int, column: int, cell: str | float, style: Any) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell, style)
    else:
        page.write_number(row, column, cell, style)


def _set_widths(page: Any, header: Sequence[Any]) -> None:
    low, high = COLUMN_WIDTHS
    for column, cell in enumerate(header):
        page.set_column(column, column, min(high, max(low, 2 * len(str(cell)) + 6)))


def csv_response(rows: Iterable[Sequence[Any]], *, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(f"{name}.csv")
    return response


def xlsx_response(rows: Iterable[Sequence[Any]], *, name: str) -> HttpResponseBase:
    # FileResponse closes it when the answer is sent; a large one goes to disk by itself.
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    write_xlsx(target, rows, sheet=name)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def disposition(filename: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(filename)}"
