"""The journal and the sign-ins, for the audit administrator alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts import queries, tamper
from allhours.accounts.actions import records
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.journal_forms import JournalExportForm, JournalFilter, SignInFilter
from allhours.accounts.queries_journal import journal_page, journal_rows
from allhours.accounts.requests import SignedInRequest
from allhours.accounts.tables import SignInTable, journal_header, journal_values
from allhours.kernel import clock
from allhours.ui import exports
from allhours.ui.lists import list_response


def _auditor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.holds(Role.AUDIT_ADMIN):
        raise Http404
    return actor


@login_required
def journal(request: SignedInRequest) -> HttpResponse:
    """Who did what; pages begin at a line's number, so that they stay while lines are added."""
    actor = _auditor(request)
    filters = _filtered(request.GET, actor)
    page = journal_page(
        filters.qs, before=_number(request, "before"), after=_number(request, "after")
    )
    asked = request.GET.copy()
    for name in ("before", "after"):
        asked.pop(name, None)
    context = {
        "page": page,
        "rows": journal_rows(page.entries),
        "filterset": filters,
        "asked": asked.urlencode(),
        "fence": tamper.fence(),
        "export": JournalExportForm(),
    }
    return render(request, "accounts/journal.html", context)


def _filtered(data: QueryDict, actor: Actor) -> JournalFilter:
    return JournalFilter(data or None, queryset=queries.journal_visible_to(actor))


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else None


@login_required
@require_POST
def export(request: SignedInRequest) -> HttpResponseBase:
    """Every line that fits the filters, for a purpose; taking them is a line itself."""
    actor = _auditor(request)
    form = JournalExportForm(request.POST)
    back = f"{reverse('accounts:journal')}?{request.GET.urlencode()}"
    if not form.is_valid():
        messages.error(request, _("请选择导出的用途。"))
        return redirect(back)
    rows = _filtered(request.GET, actor).qs
    records.note_export(
        actor=actor, kind=form.cleaned_data["kind"], purpose=form.cleaned_data["purpose"],
        rows=rows.count(), now=clock.now(),
    )  # fmt: skip
    lines = journal_values(rows.iterator(chunk_size=2000))
    send = exports.xlsx_response if form.cleaned_data["kind"] == "xlsx" else exports.csv_response
    return send(_with_header(lines), name=_("操作记录"))


def _with_header(lines: Any) -> Any:
    yield journal_header()
    yield from lines


@login_required
def sign_ins(request: SignedInRequest) -> HttpResponseBase:
    """Who signed in, from where and how, and who tried in vain."""
    actor = _auditor(request)
    return list_response(
        request,
        "accounts/sign_ins.html",
        rows=queries.sign_ins_visible_to(actor),
        table=SignInTable,
        filters=SignInFilter,
        name=_("登录记录"),
        on_export=lambda kind, rows: records.note_sign_ins_export(
            actor=actor, kind=kind, rows=rows, now=clock.now()
        ),
    )
