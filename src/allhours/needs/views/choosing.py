"""Who of a desk's members has no post this year: for units, communities and the county."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import journaled
from allhours.kernel import clock
from allhours.needs.actions import choosing as actions
from allhours.needs.filters import WithoutPostFilter
from allhours.needs.queries import year as queries
from allhours.needs.queries.limits import menu, scheme_now
from allhours.needs.tables import WithoutPostTable
from allhours.needs.views.common import desk_actor, refusals_as_messages
from allhours.ui.lists import list_response

SEES = frozenset(actions.REMINDERS | COUNTY_ROLES)


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponseBase:
    actor, now = desk_actor(cast("ActorRequest", request), SEES), clock.now()
    asked = menu(now).posts_per_year
    return list_response(
        request,
        "needs/desk_without_post.html",
        rows=queries.without_post(actor, now),
        table=WithoutPostTable,
        filters=WithoutPostFilter,
        name="without-post",
        on_export=journaled(request, "without-post"),
        context={
            "choosing": queries.choosing(actor, now),
            "wanted": asked,
            "reminds": bool(asked) and actor.holds(*actions.REMINDERS),
            "days": scheme_now(now).reporting.remind_after_days,
        },
    )


@require_POST
@login_required
def remind(request: HttpRequest) -> HttpResponse:
    """The ticked ones, or everybody on the list; each gets one notice."""
    actor = desk_actor(cast("ActorRequest", request), SEES)
    everybody = request.POST.get("whom") == "all"
    chosen = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal() and len(pk) < 12]
    if not everybody and not chosen:
        messages.error(request, _("请先在名单中勾选要提醒的同志。"))
        return redirect("needs:without-post")
    with refusals_as_messages(request):
        told = actions.remind_without_post(
            actor=actor, members=None if everybody else chosen, now=clock.now()
        )
        text = ngettext("已提醒 %(n)d 人，只有本人看到。", "已提醒 %(n)d 人，只有本人看到。", told)
        messages.success(request, text % {"n": told})
    return redirect("needs:without-post")
