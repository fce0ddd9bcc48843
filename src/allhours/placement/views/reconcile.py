"""数据反查: runs, their differences, and each difference with what can be done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.kernel import clock
from allhours.placement import reconcile_rules as rules
from allhours.placement.actions import reconcile as actions
from allhours.placement.choices import DifferenceState, RunSource
from allhours.placement.models import Difference
from allhours.placement.queries import differences as queries
from allhours.placement.reconcile_forms import CloseForm, FileRunForm, RunForm
from allhours.placement.reconcile_tables import DifferenceFilter, DifferenceTable, RunTable
from allhours.placement.views.common import (
    actor_of,
    journaled,
    refusals_as_messages,
    tabs,
    today,
)
from allhours.ui.lists import list_response


def reconcile_tabs(current: str) -> list[Any]:
    return tabs(("reconcile", _("反查批次")), ("differences", _("差异")), current=current)


@login_required
def runs(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.SIDES)
    return list_response(
        request,
        "placement/runs.html",
        rows=queries.runs_visible_to(actor).order_by("-pk"),
        table=RunTable,
        name="reconciliations",
        hide=("made_at",),
        can_export=False,
        context={
            "tabs": reconcile_tabs("reconcile"),
            "run_form": _run_form(request, actor),
            "file_form": _file_form(request, actor),
            "due": queries.next_run_due(today()) if actor.holds(Role.COUNTY_OFFICER) else None,
        },
    )


def _run_form(request: HttpRequest, actor: Actor, data: Any = None) -> RunForm | None:
    over = queries.organizations_to_run_over(actor, RunSource.SYSTEM)
    return RunForm(data, over=over, today=today()) if _writes(actor) else None


def _file_form(
    request: HttpRequest, actor: Actor, data: Any = None, files: Any = None
) -> FileRunForm | None:
    sources = _sources(actor)
    if not sources:
        return None
    over = queries.organizations_to_run_over(actor, sources[0])
    for source in sources[1:]:
        over = over | queries.organizations_to_run_over(actor, source)
    return FileRunForm(data, files, over=over, today=today(), sources=sources)


def _writes(actor: Actor) -> bool:
    return actor.holds(*UNIT_ROLES, *COMMUNITY_ROLES, Role.COUNTY_OFFICER)


def _sources(actor: Actor) -> list[str]:
    found = []
    if actor.holds(*COMMUNITY_ROLES, Role.COUNTY_OFFICER):
        found.append(RunSource.REGISTER.value)
    if actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER):
        found.append(RunSource.ROSTER.value)
    return found


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """A run from the system's own data."""
    actor = actor_of(request, *queries.SIDES)
    form = _run_form(request, actor, request.POST or None)
    if form is None or request.method != "POST" or not form.is_valid():
        return _asked_again(request, actor, form, "run")
    with refusals_as_messages(request) as answers:
        made = actions.run_reconciliation(
            actor=actor,
            over=form.cleaned_data["over"],
            on=form.cleaned_data["on"],
            now=clock.now(),
        )
        messages.success(request, _("已核对。"))
    if answers.refused:
        return _asked_again(request, actor, form, "run")
    return redirect("placement:run", made.pk)


@login_required
def start_file(request: HttpRequest) -> HttpResponse:
    """A run from a register or a list."""
    actor = actor_of(request, *queries.SIDES)
    form = _file_form(request, actor, request.POST or None, request.FILES or None)
    if form is None or request.method != "POST" or not form.is_valid():
        return _asked_again(request, actor, form, "file")
    file = form.cleaned_data["file"]
    with refusals_as_messages(request) as answers:
        made = actions.run_with_file(
            actor=actor,
            over=form.cleaned_data["over"],
            source=RunSource(form.cleaned_data["source"]),
            filename=file.name or "",
            content=file.read(),
            on=form.cleaned_data["on"],
            now=clock.now(),
        )
        messages.success(request, _("已核对，文件没有保存。"))
    if answers.refused:
        return _asked_again(request, actor, form, "file")
    return redirect("placement:run", made.pk)


def _asked_again(
    request: HttpRequest, actor: Actor, form: RunForm | None, which: str
) -> HttpResponse:
    """The form with what was typed; a page of its own, so that nothing of it is lost."""
    if form is None:
        return redirect("placement:reconcile")
    is_file = which == "file"
    context = {"form": form, "is_file": is_file, "tabs": reconcile_tabs("reconcile")}
    return render(request, "placement/run_new.html", context)


@login_required
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request, *queries.SIDES)
    shown = get_object_or_404(queries.runs_visible_to(actor), pk=pk)
    return list_response(
        request,
        "placement/run.html",
        rows=queries.differences_of(shown, actor),
        table=DifferenceTable,
        filters=DifferenceFilter,
        name="differences",
        hide=("reason",),
        on_export=journaled(request, "differences"),
        context={
            "tabs": reconcile_tabs("reconcile"),
            "run": shown,
            "facts": queries.compared(shown),
            "kinds": queries.by_kind(shown, actor),
            "problems": shown.counts.get("problems", [])[:20],
        },
    )


@login_required
def differences(request: HttpRequest) -> HttpResponseBase:
    """What this desk has to deal with, over all runs."""
    actor = actor_of(request, *queries.SIDES)
    if "state" not in request.GET and "export" not in request.GET:
        asked = request.GET.copy()
        asked["state"] = DifferenceState.OPEN.value
        request.GET = asked  # type: ignore[assignment]  # the list reads it from there
    return list_response(
        request,
        "placement/list.html",
        rows=queries.differences_visible_to(actor),
        table=DifferenceTable,
        filters=DifferenceFilter,
        name="differences",
        hide=("reason",),
        on_export=journaled(request, "differences"),
        context={
            "tabs": reconcile_tabs("differences"),
            "title": _("数据反查的差异"),
            "lead": _("逐项办理；办好的会自动消除。只有负责处理的一方和县直机关工委能看到。"),
        },
    )


def _difference(request: HttpRequest, pk: int) -> Difference:
    actor = actor_of(request, *queries.SIDES)
    return get_object_or_404(queries.differences_visible_to(actor), pk=pk)


@login_required
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    return _difference_page(request, _difference(request, pk), CloseForm())


def _difference_page(request: HttpRequest, shown: Difference, form: CloseForm) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "difference": shown,
        "detail": queries.detail_words(shown),
        "sides": queries.sides(shown),
        "remedies": queries.remedies(shown, actor),
        "form": form if rules.is_responsible(shown, actor) else None,
        "is_open": shown.state == DifferenceState.OPEN,
    }
    return render(request, "placement/difference.html", context)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _difference(request, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _difference_page(request, shown, form)
    with refusals_as_messages(request) as answers:
        actions.close_difference(
            actor=actor_of(request), difference=shown, now=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("已处理。"))
    if answers.refused:
        return _difference_page(request, shown, form)
    return redirect("placement:differences")


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _difference(request, pk)
    with refusals_as_messages(request):
        actions.reopen_difference(actor=actor_of(request), difference=shown, now=clock.now())
        messages.success(request, _("已重新打开。"))
    return redirect("placement:difference", pk)
