"""The child process that opens a stranger's file: `python -m allhours.directory.roster.worker`.

Reads the bytes from standard input and writes lines of JSON: first what it is, then one line per
row of the chosen sheet. It limits its own memory and processor time before it touches the bytes,
so that a hostile file can end this process and nothing else.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from allhours.directory.roster.columns import MAX_COLUMNS, find_header
from allhours.directory.roster.grid import Cell, Grid, is_blank
from allhours.directory.roster.problems import Unreadable

MEMORY = 1536 * 1024 * 1024
SECONDS = 60
MAX_ROWS = 150_000
MAX_SHEETS = 30


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    kind = sys.argv[1]
    aliases = json.loads(sys.argv[2]) if len(sys.argv) > 2 else None
    content = sys.stdin.buffer.read()
    try:
        grid = csv_grid(content) if kind == "csv" else workbook_grid(content, aliases)
    except Unreadable as unreadable:
        sys.stdout.write(json.dumps({"unreadable": unreadable.code}) + "\n")
        return
    except MemoryError:
        sys.stdout.write(json.dumps({"unreadable": "too_large"}) + "\n")
        return
    write(grid)


def workbook_grid(content: bytes, aliases: dict[str, str] | None = None) -> Grid:
    """The first sheet with a recognisable header; hidden sheets come after all others."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise Unreadable("encrypted") from None
    except Exception as error:  # noqa: BLE001 - whatever the parser meets in a stranger's file
        raise Unreadable("encrypted" if "assword" in str(error) else "damaged") from None
    first: Grid | None = None
    for name in names_in_order(book):
        grid = sheet_grid(book, name)
        if grid is None or not grid.rows:
            continue
        grid.other_sheets = [other for other in book.sheet_names if other != name]
        if find_header(grid, aliases):
            return grid
        first = first or grid
    raise Unreadable("no_header" if first else "empty")


def names_in_order(book: CalamineWorkbook) -> list[str]:
    sheets = book.sheets_metadata[:MAX_SHEETS]
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    return [sheet.name for sheet in sheets if sheet.name not in hidden] + hidden


def sheet_grid(book: CalamineWorkbook, name: str) -> Grid | None:
    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_width * sheet.total_height > MAX_ROWS * MAX_COLUMNS:
            raise Unreadable("too_large")
        read = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1)
        rows: list[list[Cell]] = [list(row) for row in read]
        merges = [(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - a chart sheet or a damaged part; other sheets may be sound
        return None
    return Grid(trimmed(rows), sheet=name, merges=merges[:20_000])


def csv_grid(content: bytes) -> Grid:
    text = decoded(content)
    if "\x00" in text:
        raise Unreadable("encoding")
    csv.field_size_limit(100_000)
    first = next((line for line in text.splitlines() if line.count(",") + line.count("\t") > 1), "")
    separator = max(",\t;，", key=first.count) if first else ","
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([cell or None for cell in row[:MAX_COLUMNS]])
            if len(rows) > MAX_ROWS:
                raise Unreadable("too_many_rows")
    except csv.Error:
        raise Unreadable("damaged") from None
    return Grid(trimmed(rows))


def decoded(content: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, GB18030; in this order."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without the empty cells at the right and the empty rows at the end."""
    if len(rows) > MAX_ROWS:
        rows = rows if any(not is_blank(c) for c in rows[-1]) else rows[:MAX_ROWS]
    for row in rows:
        while row and is_blank(row[-1]):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) > MAX_ROWS:
        raise Unreadable("too_many_rows")
    return rows


def packed(cell: Cell) -> Any:
    """JSON for a cell; what JSON has no word for goes as [kind, text]."""
    if isinstance(cell, str):
        return cell.replace("\x00", "")  # which no database takes
    if isinstance(cell, datetime):
        return ["t", cell.isoformat()]
    if isinstance(cell, date):
        return ["d", cell.isoformat()]
    if isinstance(cell, (time, timedelta)):
        return ["s", str(cell)]
    if isinstance(cell, float) and cell != cell:  # NaN is not itself
        return None
    return cell


def write(grid: Grid) -> None:
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="surrogatepass")
    head = {"sheet": grid.sheet, "merges": grid.merges, "other_sheets": grid.other_sheets}
    out.write(json.dumps(head) + "\n")
    for row in grid.rows:
        out.write(json.dumps([packed(cell) for cell in row], ensure_ascii=True) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
