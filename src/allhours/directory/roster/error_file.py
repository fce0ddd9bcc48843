"""The sender's own sheet back, with each wrong cell coloured, commented and named in one column.

Every value is written as text, as the sender sees it: an ID number stays whole, and nothing that
looks like a formula becomes one. The file reads again with the same rows and columns.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable

import xlsxwriter

from allhours.directory.roster.cells import plain
from allhours.directory.roster.columns import Header
from allhours.directory.roster.grid import Grid, is_blank
from allhours.directory.roster.problems import Problem

MERGED_UP_TO = 20_000  # rows; larger sheets are written in a stream, without merges
WIDEST = 40
ADDED_COLUMN = "问题"  # the sheet keeps its own language; sent back, the column is known


def problems_workbook(
    grid: Grid, header: Header, problems: Iterable[Problem], translate: Callable[[str], str] = str
) -> bytes:
    """The bytes of an .xlsx in the grid's layout, for the given problems."""
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    out = io.BytesIO()
    streamed = len(grid.rows) > MERGED_UP_TO
    with xlsxwriter.Workbook(
        out,
        {
            "constant_memory": streamed,
            "in_memory": not streamed,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    ) as book:
        _Sheet(book, grid, header, translate).fill(by_row, merged=not streamed)
    return out.getvalue()


class _Sheet:
    def __init__(
        self, book: xlsxwriter.Workbook, grid: Grid, header: Header, translate: Callable[[str], str]
    ) -> None:
        self.grid, self.header, self.translate = grid, header, translate
        self.sheet = book.add_worksheet(_sheet_name(grid.sheet))
        text = {"num_format": "@", "valign": "vcenter"}
        self.text = book.add_format(text)
        self.title = book.add_format(text | {"bold": True, "align": "center"})
        self.head = book.add_format(text | {"bold": True, "bg_color": "#E4DED4", "border": 1})
        self.error = book.add_format(text | {"bg_color": "#FBECEA", "font_color": "#8D1B22"})
        self.warning = book.add_format(text | {"bg_color": "#FDF2DA", "font_color": "#8A5800"})
        own = header.by_field.get("own")
        self.extra = own.place if own else grid.width

    def fill(self, by_row: dict[int, list[Problem]], *, merged: bool) -> None:
        self._widths()
        if merged:
            self._merges()
        for index, row in enumerate(self.grid.rows):
            problems = by_row.get(index + 1, [])
            marks = {problem.place: problem for problem in reversed(problems)}
            for place in range(max(len(row), max(marks, default=-1) + 1)):
                if place != self.extra:
                    self._cell(index, place, marks.get(place))
            if index + 1 == self.header.last_row:
                self.sheet.write_string(index, self.extra, ADDED_COLUMN, self.head)
            elif problems:
                self.sheet.write_string(index, self.extra, self._sentence(problems), self.error)
            self._comments(index, marks, problems)
        self.sheet.freeze_panes(self.header.last_row, 0)

    def _cell(self, index: int, place: int, problem: Problem | None) -> None:
        shown = plain(self.grid.at(index, place))[:32_000]
        if problem and index + 1 > self.header.last_row:
            style = self.error if problem.is_error else self.warning
        else:
            style = self._plain_style(index)
        if shown:
            self.sheet.write_string(index, place, shown, style)
        else:
            self.sheet.write_blank(index, place, None, style)

    def _plain_style(self, index: int) -> object:
        if index + 1 < self.header.row:
            return self.title
        return self.head if index + 1 <= self.header.last_row else self.text

    def _comments(self, index: int, marks: dict[int, Problem], problems: list[Problem]) -> None:
        for place in marks:
            if place != self.extra and index + 1 > self.header.last_row:
                here = [problem for problem in problems if problem.place == place]
                self.sheet.write_comment(index, place, self._sentence(here), {"x_scale": 2})

    def _sentence(self, problems: list[Problem]) -> str:
        said = []
        for problem in problems:
            shown = problem.as_json(self.translate)
            end = f"（{shown['expected']}）" if shown["expected"] else ""
            said.append(f"{problem.column}：{shown['text']}{end}")
        return "；".join(said)

    def _widths(self) -> None:
        sample = self.grid.rows[self.header.row - 1 : self.header.last_row + 50]
        for place in range(self.grid.width):
            longest = max(
                (_width(plain(row[place])) for row in sample if place < len(row)), default=8
            )
            self.sheet.set_column(place, place, min(max(longest + 2, 8), WIDEST))
        self.sheet.set_column(self.extra, self.extra, 60)

    def _merges(self) -> None:
        for top, left, bottom, right in self.grid.merges:
            if (top, left) != (bottom, right) and not is_blank(self.grid.at(top, left)):
                try:
                    self.sheet.merge_range(top, left, bottom, right, "", self._plain_style(top))
                except xlsxwriter.exceptions.OverlappingRange:  # a damaged file may hold these
                    continue


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _sheet_name(name: str) -> str:
    return "".join(char for char in name if char not in "[]:*?/\\'")[:31] or "Sheet1"
