"""The tables 附6 and 附7, the ledger as a list, and registers to take away."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory.pages import actor_of, day_asked, refusals_as_messages
from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.reports.filters import EntryFilter
from allhours.reports.forms import DayForm, RegisterForm
from allhours.reports.registers import open_register
from allhours.reports.screens import EntryTable
from allhours.reports.tables import reporting_rows, summary_by_community, summary_by_unit
from allhours.reports.workbook import summary_columns, summary_workbook
from allhours.ui.exports import XLSX_TYPE, csv_response, disposition
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem

READERS = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES


def _note_export(actor: Actor, name: str, kind: str, rows: int) -> None:
    journal.note(
        actor=actor, did="list.exported", to=("list", name), now=clock.now(), kind=kind, rows=rows
    )


@login_required
def tables(request: HttpRequest) -> HttpResponse:
    """附6 on the page, by unit or by community, with the workbook to take away."""
    actor = actor_of(request, *READERS)
    on = day_asked(request)
    by = "unit" if request.GET.get("by") == "unit" else "community"
    rows = (summary_by_unit if by == "unit" else summary_by_community)(on, actor=actor)
    columns = summary_columns()
    context: dict[str, Any] = {
        "form": DayForm(initial={"on": on}),
        "on": on,
        "by": by,
        "tabs": [
            NavItem(label, f"?by={name}&on={on}", current=by == name)
            for name, label in (("community", _("按社区")), ("unit", _("按单位")))
        ],
        "titles": [column.title for column in columns],
        "lines": [[_shown(column.value(row)) for column in columns] for row in rows],
        "received": len(reporting_rows(on, actor=actor)) if not rows else None,
    }
    return render(request, "reports/tables.html", context)


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
    answer = HttpResponse(summary_workbook(on, actor=actor), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = disposition(f"{_('附6附7')}-{on}.xlsx")
    _note_export(actor, "summary", "xlsx", 0)
    return answer


@login_required
def entries(request: HttpRequest) -> HttpResponseBase:
    """The ledger as a list: every total opens to these rows."""
    actor = actor_of(request, *READERS)
    rows = ledger.entries_visible_to(actor).select_related("member__unit").order_by("-on", "-pk")
    return list_response(
        request,
        "reports/entries.html",
        rows=rows,
        table=EntryTable,
        filters=EntryFilter,
        name="ledger",
        on_export=partial(_note_export, actor, "ledger"),
    )


@login_required
def registers(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, Role.COUNTY_OFFICER)
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        name, purpose = form.cleaned_data["register"], form.cleaned_data["purpose"]
        with refusals_as_messages(request):
            rows = open_register(actor=actor, name=name, purpose=purpose, now=clock.now())
            return csv_response(rows, name=f"{name}-{day_asked(request)}")
    return render(request, "reports/registers.html", {"form": form})
