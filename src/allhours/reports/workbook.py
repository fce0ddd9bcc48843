"""附6 and 附7 as one workbook with working totals.

Totals are formulas, so that an officer who corrects a cell sees them follow; each carries the
value worked out here, so that a viewer that does not calculate shows it too.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from allhours.accounts.actor import Actor
from allhours.reports.tables import (
    ReportingRow,
    SummaryRow,
    as_of_instant,
    reporting_rows,
    summary_by_community,
    summary_by_unit,
)
from allhours.scheme.queries import county, scheme_for


@dataclass(frozen=True)
class Column:
    title: str
    value: Callable[[Any], Any]
    total: str = ""  # "sum" or "rate"
    width: int = 10
    style: str = ""  # "", "hours", "rate", "yuan", "date"


def summary_columns() -> list[Column]:
    """附6 in the order of the form."""
    return [
        Column(_("编码"), lambda r: r.code, width=8),
        Column(_("单位（社区）名称"), lambda r: r.name, width=26),
        Column(_("在职党员总数"), lambda r: r.members, "sum"),
        Column(_("应报到数"), lambda r: r.expected, "sum"),
        Column(_("免报数"), lambda r: r.excused, "sum", 8),
        Column(_("已报到数"), lambda r: r.reported, "sum"),
        Column(_("报到率%"), lambda r: r.rate, "rate", 9, "rate"),
        Column(_("认领岗位（人次）"), lambda r: r.posts_taken, "sum"),
        Column(_("开展活动（次）"), lambda r: r.activities, "sum"),
        Column(_("参加活动（人次）"), lambda r: r.attendances, "sum"),
        Column(_("服务时长（小时）"), lambda r: r.hours, "sum", 11, "hours"),
        Column(_("其中八小时外（小时）"), lambda r: r.hours_off, "sum", 11, "hours"),
        Column(_("征集微心愿（个）"), lambda r: r.wishes_noted, "sum"),
        Column(_("认领微心愿（个）"), lambda r: r.wishes_claimed, "sum"),
        Column(_("办结微心愿（个）"), lambda r: r.wishes_confirmed, "sum"),
        Column(_("帮扶物资折合（元）"), lambda r: r.goods_fen / 100, "sum", 12, "yuan"),
        Column(_("受益群众（人次）"), lambda r: r.served, "sum"),
    ]


def reporting_columns() -> list[Column]:
    """附7 in the order of the form."""
    return [
        Column(_("社区"), lambda r: r.community, width=14),
        Column(_("编号"), lambda r: r.member_no, width=11),
        Column(_("姓名"), lambda r: r.name, width=9),
        Column(_("性别"), lambda r: r.sex, width=5),
        Column(_("出生年月"), lambda r: f"{r.born:%Y-%m}" if r.born else "", width=9),
        Column(_("民族"), lambda r: r.nation, width=7),
        Column(_("学历"), lambda r: r.education, width=9),
        Column(_("入党时间"), lambda r: r.joined, width=11, style="date"),
        Column(_("工作单位及职务"), lambda r: f"{r.unit} {r.position}".strip(), width=26),
        Column(_("单位类别"), lambda r: r.unit_class, width=10),
        Column(_("居住地址"), lambda r: r.address, width=26),
        Column(_("联系电话"), lambda r: r.phone, width=13),
        Column(_("特长"), lambda r: r.skills, width=16),
        Column(_("认领岗位"), lambda r: r.posts, width=16),
        Column(_("编入临时党支部"), lambda r: r.branch, width=16),
        Column(_("报到日期"), lambda r: r.reported_on, width=11, style="date"),
        Column(_("证明信编号"), lambda r: r.letter, width=20),
    ]


class _Sheet:
    """One worksheet: title, “as of” line, header, rows, totals."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, columns: Sequence[Column]) -> None:
        self.page = book.add_worksheet(name[:31])
        self.columns = columns
        base = {"border": 1, "valign": "vcenter"}
        self.styles = {
            "": book.add_format(base),
            "hours": book.add_format(base | {"num_format": "0.00"}),
            "rate": book.add_format(base | {"num_format": "0.00"}),
            "yuan": book.add_format(base | {"num_format": "#,##0.00"}),
            "date": book.add_format(base | {"num_format": "yyyy-mm-dd"}),
        }
        self.head = book.add_format(
            base | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#F1EDE6"}
        )
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.note = book.add_format({"align": "left", "font_color": "#444444"})

    def write(self, title: str, note: str, rows: Sequence[Any]) -> None:
        last = len(self.columns) - 1
        self.page.merge_range(0, 0, 0, last, title, self.title)
        self.page.merge_range(1, 0, 1, last, note, self.note)
        for column, spec in enumerate(self.columns):
            self.page.set_column(column, column, spec.width)
            self.page.write_string(2, column, spec.title, self.head)
        for number, row in enumerate(rows, start=3):
            for column, spec in enumerate(self.columns):
                self._cell(number, column, spec.value(row), spec.style)
        self.page.freeze_panes(3, 2)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(2)

    def _cell(self, row: int, column: int, value: Any, style: str) -> None:
        form = self.styles[style]
        if value is None:
            self.page.write_blank(row, column, None, form)
        elif isinstance(value, str):
            self.page.write_string(row, column, value, form)
        elif isinstance(value, date):
            self.page.write_datetime(row, column, value, form)
        else:
            self.page.write_number(row, column, float(value), form)

    def totals(self, rows: Sequence[SummaryRow]) -> None:
        """The last line: sums, and the rate of the sums."""
        bottom = len(rows) + 3
        self.page.write_string(bottom, 1, _("合计"), self.head)
        for column, spec in enumerate(self.columns):
            letter = xl_col_to_name(column)
            if spec.total == "sum":
                value = float(sum(spec.value(row) for row in rows))
                formula = f"=SUM({letter}4:{letter}{bottom})" if rows else "=0"
                self.page.write_formula(bottom, column, formula, self.styles[spec.style], value)
            elif spec.total == "rate":
                self._rate(bottom, column, rows)

    def _rate(self, bottom: int, column: int, rows: Sequence[SummaryRow]) -> None:
        # expected D, excused E, reported F: the columns of the form
        due = sum(row.expected - row.excused for row in rows)
        value = 10000 * sum(row.reported for row in rows) // due / 100 if due else ""
        line = bottom + 1
        formula = f'=IF(D{line}-E{line}=0,"",ROUNDDOWN(100*F{line}/(D{line}-E{line}),2))'
        self.page.write_formula(bottom, column, formula, self.styles["rate"], value)


def summary_workbook(on: date, *, actor: Actor) -> bytes:
    """附6 by unit and by community, and 附7, for what the actor may see."""
    vocabulary = scheme_for(on).vocabulary
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    note = _("%(county)s  截至 %(day)s") % {"county": county().name, "day": as_of_instant(on)}
    title = f"{vocabulary.member}进社区{vocabulary.summary_table}"
    for name, rows in (
        (_("附6 按单位"), summary_by_unit(on, actor=actor)),
        (_("附6 按社区"), summary_by_community(on, actor=actor)),
    ):
        sheet = _Sheet(book, name, summary_columns())
        sheet.write(title, note, rows)
        sheet.totals(rows)
    received: list[ReportingRow] = reporting_rows(on, actor=actor)
    sheet = _Sheet(book, _("附7 报到情况"), reporting_columns())
    sheet.write(f"{vocabulary.member}进社区{vocabulary.reporting_table}", note, received)
    book.close()
    return buffer.getvalue()
