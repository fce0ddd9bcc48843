"""The unit's desk: excusals."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.kernel import clock
from allhours.placement.actions import excusals as excusal_actions
from allhours.placement.choices import ExcusalClass
from allhours.placement.forms import ExcusalForm, ExtendForm, LastDayForm
from allhours.placement.models import Excusal
from allhours.placement.queries import desk
from allhours.placement.tables import ExcusalTable
from allhours.placement.views.common import (
    UNIT_SIDE,
    actor_of,
    journaled,
    refusals_as_messages,
    today,
    unit_tabs,
)
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact


@login_required
def excusals(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *UNIT_SIDE)
    return list_response(
        request,
        "placement/list.html",
        rows=desk.excusals_visible_to(actor),
        table=ExcusalTable,
        name="excusals",
        on_export=journaled(request, "excusals"),
        context={
            "tabs": unit_tabs("excusals"),
            "title": _("免报"),
            "lead": _("在“未报到”名单中为某位同志办理。只分三类，不记具体情况。"),
        },
    )


@login_required
def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request, *UNIT_SIDE)
    member = get_object_or_404(desk.members_of_units(actor), pk=pk)
    form = ExcusalForm(request.POST or None, initial={"from_on": today()})
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            excusal_actions.grant_excusal(
                actor=actor,
                member=member,
                klass=ExcusalClass(form.cleaned_data["klass"]),
                from_on=form.cleaned_data["from_on"],
                until_on=form.cleaned_data["until_on"],
                now=clock.now(),
            )
            messages.success(request, _("已登记免报。"))
            return redirect("placement:unreported")
    facts = [Fact(_("姓名"), member.name), Fact(_("单位"), member.unit.label)]
    return render(request, "placement/excuse.html", {"form": form, "facts": facts})


def _excusal(request: HttpRequest, pk: int) -> Excusal:
    actor = actor_of(request, *UNIT_SIDE)
    return get_object_or_404(desk.excusals_visible_to(actor), pk=pk)


@login_required
def excusal(request: HttpRequest, pk: int) -> HttpResponse:
    """One excusal: extend it, or end it early."""
    row = _excusal(request, pk)
    running = row.until_on is None or row.until_on >= today()
    context = {
        "excusal": row,
        "facts": [
            Fact(_("姓名"), row.member.name),
            Fact(_("单位"), row.member.unit.label),
            Fact(_("类别"), row.get_klass_display()),
            Fact(_("自"), row.from_on.isoformat()),
            Fact(_("至"), row.until_on.isoformat() if row.until_on else _("另行结束")),
        ],
        "running": running,
        "grants": actor_of(request).holds(*excusal_actions.GRANTERS, over=row.member.unit.path),
        "extending": ExtendForm(),
        "ending": LastDayForm(initial={"last_day": today()}),
    }
    return render(request, "placement/excusal.html", context)


@login_required
@require_POST
def extend_excusal(request: HttpRequest, pk: int) -> HttpResponse:
    row = _excusal(request, pk)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("日期不正确，请重新选择。"))
        return redirect("placement:excusal", pk=pk)
    with refusals_as_messages(request):
        excusal_actions.extend_excusal(
            actor=actor_of(request),
            excusal=row,
            until_on=form.cleaned_data["until_on"],
            now=clock.now(),
        )
        messages.success(request, _("免报已延长。"))
    return redirect("placement:excusal", pk=pk)


@login_required
@require_POST
def end_excusal(request: HttpRequest, pk: int) -> HttpResponse:
    """On the day given, or today."""
    row = _excusal(request, pk)
    form = LastDayForm(request.POST)
    last_day = form.cleaned_data["last_day"] if form.is_valid() else today()
    with refusals_as_messages(request):
        excusal_actions.end_excusal(
            actor=actor_of(request), excusal=row, last_day=last_day, now=clock.now()
        )
        messages.success(request, _("免报到 %s 为止。") % last_day.isoformat())
    return redirect("placement:excusal", pk=pk)
