"""The tables 附6 and 附7, the rows behind every number, the ledger, and registers to take away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory.pages import actor_of, day_asked, journaled, refusals_as_messages
from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.reports import facts
from allhours.reports.facts import Span
from allhours.reports.filters import EntryFilter
from allhours.reports.forms import DayForm, RegisterForm
from allhours.reports.openings import LEDGER, MEASURES, address, may_open_line, open_rows
from allhours.reports.registers import open_register
from allhours.reports.scope import READERS
from allhours.reports.screens import EntryTable
from allhours.reports.tables import SummaryRow, summary_by_community, summary_by_unit
from allhours.reports.workbook import Column, summary_columns, summary_workbook
from allhours.ui.exports import XLSX_TYPE, csv_response, disposition
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem


@login_required
def tables(request: HttpRequest) -> HttpResponse:
    """附6 on the page, by unit or by community, with the workbook to take away."""
    actor = actor_of(request, *READERS)
    on = day_asked(request)
    span = facts.to_day(on)
    by_unit = _by_unit(request, actor)
    rows = (summary_by_unit if by_unit else summary_by_community)(span, actor=actor)
    columns = summary_columns(by_unit=by_unit)
    context: dict[str, Any] = {
        "form": DayForm(initial={"on": on}),
        "on": on,
        "by": "unit" if by_unit else "community",
        "tabs": _tabs(actor, on, by_unit),
        "titles": [column.title for column in columns],
        "lines": [[_cell(column, row, span, by_unit) for column in columns] for row in rows],
        "sums": [_sum(column, rows) for column in columns] if len(rows) > 1 else [],
    }
    return render(request, "reports/tables.html", context)


def _by_unit(request: HttpRequest, actor: Actor) -> bool:
    """As asked; at first, the side where the reader has lines of their own."""
    asked = request.GET.get("by")
    if asked in ("unit", "community"):
        return asked == "unit"
    return not actor.holds(*COUNTY_ROLES) and actor.holds(*UNIT_ROLES)


def _tabs(actor: Actor, on: date, by_unit: bool) -> list[NavItem]:
    """Both sides for those who read both; none for somebody who has lines on one side only."""
    both = actor.holds(*UNIT_ROLES) and actor.holds(*(READERS - COUNTY_ROLES - UNIT_ROLES))
    if not (both or actor.holds(*COUNTY_ROLES)):
        return []
    return [
        NavItem(_("按社区"), f"?by=community&on={on}", current=not by_unit),
        NavItem(_("按单位"), f"?by=unit&on={on}", current=by_unit),
    ]


def _cell(column: Column, row: SummaryRow, span: Span, by_unit: bool) -> dict[str, str]:
    value = column.value(row)
    url = ""
    if column.opens and value:
        url = address(column.opens, span, **{"unit" if by_unit else "community": row.code})
    return {"text": _shown(value), "url": url}


def _sum(column: Column, rows: list[SummaryRow]) -> str:
    if column.total == "sum":
        return _shown(sum(column.value(row) or 0 for row in rows))
    if column.total == "rate":
        whole = SummaryRow(
            "",
            "",
            expected=sum(row.expected for row in rows),
            excused=sum(row.excused for row in rows),
            reported=sum(row.reported for row in rows),
        )
        return _shown(whole.rate)
    return ""


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value != int(value) else f"{int(value):,}"


@login_required
def workbook(request: HttpRequest) -> HttpResponse:
    """附6 and 附7 of what the reader may see, as xlsx with working totals."""
    actor = actor_of(request, *READERS)
    on = day_asked(request)
    answer = HttpResponse(summary_workbook(facts.to_day(on), actor=actor), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = disposition(f"{_('附6附7')}-{on}.xlsx")
    journaled(request, "summary")("xlsx", 0)
    return answer


@login_required
def rows(request: HttpRequest, measure: str) -> HttpResponseBase:
    """What one number counts, row by row."""
    actor = actor_of(request, *READERS)
    if measure not in MEASURES:
        raise Http404
    span = facts.to_day(day_asked(request))
    codes = {side: request.GET.get(side) for side in ("unit", "community")}
    if not may_open_line(actor, **codes):
        raise Http404
    opened = open_rows(MEASURES[measure], span, actor=actor, **codes)
    return list_response(
        request,
        "reports/rows.html",
        rows=opened.rows,
        table=MEASURES[measure].table,
        name=measure,
        on_export=journaled(request, measure),
        context={
            "title": MEASURES[measure].title,
            "on": span.day,
            "hidden": opened.hidden,
            "of": " ".join(code for code in codes.values() if code),
        },
    )


@login_required
def entries(request: HttpRequest) -> HttpResponseBase:
    """The ledger as a list: every total of hours opens to these rows."""
    actor = actor_of(request, *READERS)
    seen = ledger.entries_visible_to(actor).select_related("member", "reverses")
    sums = ledger.sums_of(EntryFilter(request.GET, queryset=seen).qs)
    return list_response(
        request,
        "reports/entries.html",
        rows=seen.order_by("-on", "-pk"),
        table=EntryTable,
        filters=EntryFilter,
        name=LEDGER,
        on_export=journaled(request, LEDGER),
        context={"sums": sums, "hours": f"{sums.minutes / 60:,.2f}"},
    )


@login_required
def registers(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, Role.COUNTY_OFFICER)
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        name, purpose = form.cleaned_data["register"], form.cleaned_data["purpose"]
        with refusals_as_messages(request):
            found = open_register(actor=actor, name=name, purpose=purpose, now=clock.now())
            return csv_response(found, name=f"{name}-{day_asked(request)}")
    return render(request, "reports/registers.html", {"form": form})
