"""附6 and 附7 as a file: it opens, its totals work, and it is set up for paper."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.reports import facts, figures
from allhours.reports.tables import SummaryRow
from allhours.reports.workbook import summary_workbook
from tests.factories.directory import staff_actor
from tests.factories.played import END, play

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
SHEETS = ["附6 按单位", "附6 按社区", "附7 报到情况"]


@pytest.fixture
def county(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))
    return play()


def read(content: bytes):
    """The book twice: with its formulas, and with the values that stand in it."""
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    return formulas, openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def row_of(page, text, column=1):
    return next(row for row in page.iter_rows() if row[column].value == text)


def test_summary_sheets_have_titles_lines_and_working_totals(county):
    formulas, values = read(summary_workbook(facts.to_day(END), actor=SYSTEM))
    assert formulas.sheetnames == SHEETS
    for name in SHEETS[:2]:
        page, shown = formulas[name], values[name]
        assert page["A1"].value == "在职党员进社区服务群众情况汇总表"
        assert "截至 2026年6月30日" in page["A2"].value
        total, cached = row_of(page, "合计"), row_of(shown, "合计")
        rows = list(shown.iter_rows(min_row=4, max_row=total[0].row - 1))
        for column, cell in enumerate(total):
            if isinstance(cell.value, str) and cell.value.startswith("=SUM"):
                letter = cell.column_letter
                assert cell.value == f"=SUM({letter}4:{letter}{total[0].row - 1})"
                expected = sum(row[column].value or 0 for row in rows)
                assert cached[column].value == pytest.approx(expected)


def test_rate_of_the_total_line_is_cut_off_and_a_formula(county):
    formulas, values = read(summary_workbook(facts.to_day(END), actor=SYSTEM))
    total = row_of(formulas["附6 按单位"], "合计")
    line = total[0].row
    expected = f'=IF(D{line}-E{line}=0,"",ROUNDDOWN(100*F{line}/(D{line}-E{line}),2))'
    assert total[6].value == expected
    rate = figures.by_name(figures.county_figures(END))["reporting_rate"].value
    assert row_of(values["附6 按单位"], "合计")[6].value == rate


def test_reporting_sheet_lists_the_received_and_adds_up_each_community(county):
    formulas, values = read(summary_workbook(facts.to_day(END), actor=SYSTEM))
    page = values["附7 报到情况"]
    assert page["A1"].value == "在职党员进社区报到情况汇总表"
    numbers = [row[1].value for row in page.iter_rows(min_row=4)]
    received = {m.member_no for m in facts.reported(facts.to_day(END))}
    assert received <= set(numbers)
    foot = row_of(formulas["附7 报到情况"], "合计", column=0)
    assert foot[1].value.startswith("=SUM(B")
    near = row_of(page, county.communities[0].name, column=0)
    assert near[0].row > 3


def test_sheets_are_set_up_for_paper(county):
    formulas, _values = read(summary_workbook(facts.to_day(END), actor=SYSTEM))
    for name in SHEETS:
        page = formulas[name]
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize == 9
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows == "$3:$3"
        assert page.freeze_panes == "D4"


def test_phone_numbers_are_masked_and_formulas_in_names_are_text(county):
    member = county.members[0]
    member.name = "=1+1"
    member.save(update_fields=["name"])
    formulas, _values = read(summary_workbook(facts.to_day(END), actor=SYSTEM))
    cell = row_of(formulas["附7 报到情况"], member.member_no)[2]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_unit_takes_its_own_lines_only(county):
    unit = county.units[0]
    actor = staff_actor(Role.LIAISON, unit)
    _formulas, values = read(summary_workbook(facts.to_day(END), actor=actor))
    codes = [row[0].value for row in values["附6 按单位"].iter_rows(min_row=4) if row[0].value]
    assert codes[0] == unit.code
    assert county.units[1].code not in codes


def test_percent_is_100_only_when_all_are_there():
    assert figures.share(9999, 10000) == 99.99
    assert figures.share(99999, 100000) == 99.99
    assert figures.share(3, 3) == 100
    assert figures.share(2, 3) == 66.66
    assert figures.share(0, 0) is None
    assert SummaryRow("x", "x", expected=3, reported=2, excused=1).rate == 100


def test_summary_command_writes_the_year_as_known_on_a_day(county, tmp_path, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(date(2027, 1, 10)))
    out = tmp_path / "summary.xlsx"
    call_command("summary", year=2026, out=out)
    assert "截至 2026年12月31日" in openpyxl.load_workbook(out)["附6 按单位"]["A2"].value
    call_command("summary", year=2026, on=date(2026, 6, 12), out=out)
    assert "截至 2026年6月12日" in openpyxl.load_workbook(out)["附6 按单位"]["A2"].value
    with pytest.raises(CommandError, match="had not begun"):
        call_command("summary", year=2028, out=out)
