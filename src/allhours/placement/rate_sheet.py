"""The reporting rate as a workbook whose totals work: correct a cell and they follow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from allhours.placement.queries.figures import Rate

FIRST = 3  # the first line of figures, from 1; above it title and header


def rate_workbook(lines: Sequence[Rate], total: Rate, *, on: date, title: str) -> bytes:
    """Lines, their sum, and rates that are cut off and never rounded up."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(_("报到率"))
    head = book.add_format({"bold": True, "bg_color": "#F1EDE6", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1})
    percent = book.add_format({"border": 1, "num_format": "0.00"})
    heading = _("%(title)s（截至 %(day)s）") % {"title": title, "day": f"{on:%Y-%m-%d}"}
    page.write_string(0, 0, heading, book.add_format({"bold": True}))
    for column, label in enumerate(_labels()):
        page.write_string(1, column, label, head)
    page.set_column(0, 0, 12)
    page.set_column(1, 1, 28)
    page.set_column(2, 6, 10)
    for row, rate in enumerate(lines, start=FIRST - 1):
        page.write_string(row, 0, rate.code, cell)
        page.write_string(row, 1, rate.label, cell)
        for column, value in enumerate((rate.expected, rate.excused, rate.numerator), start=2):
            page.write_number(row, column, value, cell)
        _worked_out(page, row, rate, cell, percent)
    _bottom(page, lines, total, (head, cell, percent))
    page.freeze_panes(2, 0)
    page.set_landscape()
    page.set_paper(9)
    book.close()
    return out.getvalue()


def _bottom(page: Any, lines: Sequence[Rate], total: Rate, styles: tuple[Any, Any, Any]) -> None:
    """The sums of the lines, and who is in none of them."""
    head, cell, percent = styles
    last = FIRST + len(lines) - 1
    page.write_string(last, 0, "", cell)
    page.write_string(last, 1, _("合计"), head)
    sums = (
        sum(rate.expected for rate in lines),
        sum(rate.excused for rate in lines),
        sum(rate.numerator for rate in lines),
    )
    for letter, value in zip("CDE", sums, strict=True):
        formula = f"=SUM({letter}{FIRST}:{letter}{last})" if lines else "=0"
        page.write_formula(f"{letter}{last + 1}", formula, cell, value)
    whole = Rate("", "", sums[2], sums[0] - sums[1], sums[1])
    _worked_out(page, last, whole, cell, percent)
    if total.expected != whole.expected:
        note = _("另有 %(n)d 人未编入且居住社区不详，不在各行之内。")
        page.write_string(last + 1, 0, note % {"n": total.expected - whole.expected})


def _labels() -> tuple[str, ...]:
    counted = (_("应报到"), _("其中免报"), _("已报到"), _("未报到"))
    return (_("编码"), _("名称"), *counted, _("报到率%"))


def _worked_out(page: Any, row: int, rate: Rate, cell: Any, percent: Any) -> None:
    """未报到 and 报到率 as formulas over the row's own cells."""
    n = row + 1
    write = page.write_formula
    write(row, 5, f"=C{n}-D{n}-E{n}", cell, rate.missing)
    # whole numbers: 94.999 is 94.99 and 99.99… never 100
    formula = f'=IF(C{n}-D{n}=0,"",QUOTIENT(10000*E{n},C{n}-D{n})/100)'
    write(row, 6, formula, percent, "" if rate.percent is None else rate.percent)
