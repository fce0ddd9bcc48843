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
from allhours.placement.forms import ExcusalForm
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


@login_required
@require_POST
def end_excusal(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request, *UNIT_SIDE)
    excusal = get_object_or_404(desk.excusals_visible_to(actor), pk=pk)
    with refusals_as_messages(request):
        excusal_actions.end_excusal(actor=actor, excusal=excusal, last_day=today(), now=clock.now())
        messages.success(request, _("免报到今日为止。"))
    return redirect("placement:excusals")
