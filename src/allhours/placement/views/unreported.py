"""未报到名单: for the unit and the county only; a reminder to each, an export for a purpose."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allhours.kernel import clock
from allhours.placement.actions import unreported as actions
from allhours.placement.filters import MemberFilter
from allhours.placement.queries import figures
from allhours.placement.queries import rates as queries
from allhours.placement.reconcile_tables import UnreportedTable
from allhours.placement.views.common import (
    UNIT_SIDE,
    actor_of,
    journaled,
    refusals_as_messages,
    today,
    unit_tabs,
)
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response


@login_required
def unreported(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *UNIT_SIDE)
    purposes = {each.code: each.title for each in scheme_for(today()).privacy.opening_purposes}
    purpose = request.GET.get("purpose", "")
    if request.GET.get("export") and purpose not in purposes:
        messages.error(request, _("导出名单前请先选择用途。"))
        return redirect("placement:unreported")
    on = today()
    return list_response(
        request,
        "placement/unreported.html",
        rows=queries.unreported(actor, on),
        table=UnreportedTable,
        filters=MemberFilter,
        name="unreported",
        on_export=journaled(request, f"unreported:{purpose}"),
        context={
            "tabs": unit_tabs("unreported"),
            "rate": figures.summed(queries.lines(on, actor, by_community=False).lines),
            "day": on,
            "purposes": purposes,
            "reminds": actor.holds(*actions.REMINDERS),
            "days": scheme_for(on).reporting.remind_after_days,
        },
    )


@login_required
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """The ticked ones, or everybody who may be reminded; each gets one notice."""
    actor = actor_of(request, *UNIT_SIDE)
    chosen = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdigit()]
    if request.POST.get("whom") != "all" and not chosen:
        messages.error(request, _("请先在名单中勾选要提醒的同志。"))
        return redirect("placement:unreported")
    members = None if request.POST.get("whom") == "all" else chosen
    with refusals_as_messages(request):
        told = actions.remind_unreported(actor=actor, members=members, now=clock.now())
        text = ngettext("已提醒 %(n)d 人，只有本人看到。", "已提醒 %(n)d 人，只有本人看到。", told)
        messages.success(request, text % {"n": told})
    return redirect("placement:unreported")
