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
from allhours.reports.facts import Span
from allhours.reports.tables import (
    ReportingSums,
    SummaryRow,
    as_of_text,
    reporting_rows,
    reporting_sums,
    summary_by_community,
    summary_by_unit,
)
from allhours.scheme.queries import county, scheme_for
from allhours.scheme.words import word


@dataclass(frozen=True)
class Column:
    title: str
    value: Callable[[Any], Any]
    total: str = ""  # "sum" or "rate"
    width: int = 10
    style: str = ""  # "", "hours", "rate", "yuan", "date"
    opens: str = ""  # the measure whose rows a cell counts


def summary_columns(*, by_unit: bool) -> list[Column]:
    """附6 in the order of the form; a unit has no residents whose wishes it could gather."""
    held, done = ("claims", "fulfilled") if by_unit else ("wishes_claimed", "wishes_confirmed")
    columns = [
        Column(_("编码"), lambda r: r.code, width=9),
        Column(_("单位名称") if by_unit else _("社区名称"), lambda r: r.name, width=26),
        Column(_("在职党员总数"), lambda r: r.members, "sum", opens="members"),
        Column(_("应报到数"), lambda r: r.expected, "sum", opens="expected"),
        Column(_("免报数"), lambda r: r.excused, "sum", 8, opens="excused"),
        Column(_("已报到数"), lambda r: r.reported, "sum", opens="reported"),
        Column(_("报到率%"), lambda r: r.rate, "rate", 9, "rate"),
        Column(_("认领岗位（人次）"), lambda r: r.posts_taken, "sum", opens="posts_taken"),
        Column(_("开展活动（次）"), lambda r: r.activities, "sum", opens="activities"),
        Column(_("参加活动（人次）"), lambda r: r.attendances, "sum", opens="attendances"),
        Column(_("服务时长（小时）"), lambda r: r.hours, "sum", 11, "hours", "ledger"),
        Column(_("其中八小时外（小时）"), lambda r: r.hours_off, "sum", 11, "hours", "ledger"),
        Column(_("征集微心愿（个）"), lambda r: r.wishes_noted, "sum", opens="wishes_noted"),
        Column(_("认领微心愿（个）"), lambda r: r.claims, "sum", opens=held),
        Column(_("办结微心愿（个）"), lambda r: r.fulfilled, "sum", opens=done),
        Column(_("帮扶物资折合（元）"), lambda r: r.goods_fen / 100, "sum", 12, "yuan", "goods"),
        Column(_("受益群众（人次）"), lambda r: r.served, "sum", opens="activities_serving"),
    ]
    return [c for c in columns if not (by_unit and c.opens == "wishes_noted")]


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


def sums_columns() -> list[Column]:
    """The foot of 附7, a line for each community."""
    return [
        Column(_("社区"), lambda r: r.name),
        Column(_("应报到"), lambda r: r.expected, "sum"),
        Column(_("免报"), lambda r: r.excused, "sum"),
        Column(_("已报到"), lambda r: r.reported, "sum"),
        Column(_("报到率%"), lambda r: r.rate, "rate", style="rate"),
        Column(_("已报到党员的单位类别"), _classes),
    ]


def _classes(sums: ReportingSums) -> str:
    return "，".join(f"{title} {count}" for title, count in sorted(sums.by_class.items()))


class _Sheet:
    """One worksheet: title, “as of” line, header, rows, totals, ready to print on A4 landscape."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, columns: Sequence[Column]) -> None:
        self.page = book.add_worksheet(name[:31])
        self.columns = columns
        base = {"border": 1, "valign": "vcenter"}
        numbers = {"hours": "0.00", "rate": "0.00", "yuan": "#,##0.00", "date": "yyyy-mm-dd"}
        self.styles = {
            style: book.add_format(base | {"num_format": form}) for style, form in numbers.items()
        }
        self.styles[""] = book.add_format(base)
        self.head = book.add_format(
            base | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#F1EDE6"}
        )
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.note = book.add_format({"align": "left", "font_color": "#444444"})
        self.bottom = 0  # the next free row, from 0

    def write(self, title: str, note: str, rows: Sequence[Any]) -> None:
        last = len(self.columns) - 1
        self.page.merge_range(0, 0, 0, last, title, self.title)
        self.page.merge_range(1, 0, 1, last, note, self.note)
        self.page.set_row(0, 26)
        for column, spec in enumerate(self.columns):
            self.page.set_column(column, column, spec.width)
        self.bottom = 2
        self.block(self.columns, rows)
        self.page.freeze_panes(3, 3)
        self._print_set_up()

    def block(self, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """A header and its rows below what stands there."""
        for column, spec in enumerate(columns):
            self.page.write_string(self.bottom, column, spec.title, self.head)
        for row in rows:
            self.bottom += 1
            for column, spec in enumerate(columns):
                self._cell(self.bottom, column, spec.value(row), spec.style)
        self.bottom += 1

    def _print_set_up(self) -> None:
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(2)
        self.page.set_footer("&C" + _("第 &P 页，共 &N 页"))

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

    def totals(self, columns: Sequence[Column], rows: Sequence[_Reported], label: int) -> None:
        """A line of sums over the `rows` just written, and the rate of the sums."""
        first, last = self.bottom - len(rows) + 1, self.bottom  # as numbered on the sheet
        for column, spec in enumerate(columns):
            letter = xl_col_to_name(column)
            if spec.total == "sum":
                value = float(sum(spec.value(row) or 0 for row in rows))
                formula = f"=SUM({letter}{first}:{letter}{last})" if rows else "=0"
                self.page.write_formula(
                    self.bottom, column, formula, self.styles[spec.style], value
                )
            elif spec.total == "rate":
                self._rate(column, rows)
            else:
                text = _("合计") if column == label else ""
                self.page.write_string(self.bottom, column, text, self.head)
        self.bottom += 1

    def _rate(self, column: int, rows: Sequence[_Reported]) -> None:
        # before the rate stand, on every sheet: expected, excused, reported
        due = sum(row.expected - row.excused for row in rows)
        value = 10000 * sum(row.reported for row in rows) // due / 100 if due else ""
        d, e, f = (f"{xl_col_to_name(column - back)}{self.bottom + 1}" for back in (3, 2, 1))
        formula = f'=IF({d}-{e}=0,"",ROUNDDOWN(100*{f}/({d}-{e}),2))'
        self.page.write_formula(self.bottom, column, formula, self.styles["rate"], value)

    def signatures(self) -> None:
        """What a form that goes up carries at its foot, to be filled in by hand."""
        blanks = (_("填报单位（盖章）："), _("负责人："), _("填表人："), _("联系电话："))
        text = "          ".join([*blanks, _("填报日期：")])
        self.page.write_string(self.bottom + 1, 0, text, self.note)


_Reported = SummaryRow | ReportingSums


def summary_workbook(span: Span, *, actor: Actor) -> bytes:
    """附6 by unit and by community, and 附7, for what the actor may see."""
    vocabulary = scheme_for(span.day).vocabulary
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    note = _("%(county)s  截至 %(day)s") % {
        "county": county().name,
        "day": as_of_text(span.day),
    }
    title = _titled(word(vocabulary, "member"), word(vocabulary, "summary_table"))
    for name, by_unit, rows in (
        (_("附6 按单位"), True, summary_by_unit(span, actor=actor)),
        (_("附6 按社区"), False, summary_by_community(span, actor=actor)),
    ):
        sheet = _Sheet(book, name, summary_columns(by_unit=by_unit))
        sheet.write(title, note, rows)
        sheet.totals(sheet.columns, rows, label=1)
        sheet.signatures()
    _reporting_sheet(book, span, note, actor)
    book.close()
    return buffer.getvalue()


def _titled(who: str, table: str) -> str:
    return _("%(who)s进社区%(table)s") % {"who": who, "table": table}


def _reporting_sheet(book: xlsxwriter.Workbook, span: Span, note: str, actor: Actor) -> None:
    rows = reporting_rows(span, actor=actor)
    sheet = _Sheet(book, _("附7 报到情况"), reporting_columns())
    words = scheme_for(span.day).vocabulary
    sheet.write(_titled(word(words, "member"), word(words, "reporting_table")), note, rows)
    sums = reporting_sums(span, rows, actor=actor)
    if sums:
        sheet.bottom += 1
        sheet.block(sums_columns(), sums)
        sheet.totals(sums_columns(), sums, label=0)
    sheet.signatures()
