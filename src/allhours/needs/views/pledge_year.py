"""Pledges at the year's end: the community's assessment on one page, and the cards on paper."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import actor_of, journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import sheet_pledge
from allhours.needs.actions.pledge_year import Assessment, assess_pledges
from allhours.needs.choices import PledgeResult
from allhours.needs.filters import PledgeFilter
from allhours.needs.models import Pledge
from allhours.needs.queries import pledges as queries
from allhours.needs.queries.limits import scheme_now
from allhours.needs.queries.pledge_checks import (
    chosen_year,
    to_assess,
    with_check,
    years_to_assess,
)
from allhours.needs.views.common import private
from allhours.needs.views.pledges import DESK
from allhours.ui import sheets


@require_http_methods(["GET", "POST"])
@login_required
def assess(request: HttpRequest) -> HttpResponse:
    """Every pledge of the year that waits; what was all done stands at 兑现 to begin with."""
    actor, now = actor_of(request, *COMMUNITY_ROLES), clock.now()
    years = years_to_assess(actor)
    year = chosen_year(request.GET.get("year", ""), years)
    rows = list(to_assess(actor, year)) if year else []
    refusals: tuple[str, ...] = ()
    if request.method == "POST":
        made = [_said(request, each) for each in rows]
        try:
            count = assess_pledges(
                actor=actor, made=[each for each in made if each.result], now=now
            )
        except Refused as refused:
            refusals = refused.sentences
        else:
            done = ngettext("已评诺 %(n)d 份。", "已评诺 %(n)d 份。", count)
            messages.success(request, done % {"n": count})
            return redirect("needs:pledges-assess")
    context = {
        "year": year,
        "years": years,
        "rows": [_row(request, each) for each in rows],
        "results": PledgeResult.choices,
        "refusals": refusals,
    }
    return render(request, "needs/pledges_assess.html", context)


def _said(request: HttpRequest, pledge: Pledge) -> Assessment:
    data = request.POST
    return Assessment(
        pledge, data.get(f"result-{pledge.code}", ""), data.get(f"text-{pledge.code}", "")
    )


def _row(request: HttpRequest, pledge: Any) -> dict[str, Any]:
    """As it was filled in, else proposed: kept where every promise is done, open otherwise."""
    all_done = pledge.promised > 0 and pledge.done == pledge.promised
    own = cast("ActorRequest", request).actor.member_id == pledge.member_id
    proposed = PledgeResult.KEPT.value if all_done and not own else ""
    return {
        "pledge": pledge,
        "own": own,
        "all_done": all_done,
        "result": request.POST.get(f"result-{pledge.code}", proposed),
        "text": request.POST.get(f"text-{pledge.code}", ""),
    }


@require_GET
@login_required
def card(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request, *DESK)
    pledge = queries.desk_pledge(actor, code)
    if pledge is None:
        raise Http404
    return _file(request, [pledge])


@require_GET
@login_required
def cards(request: HttpRequest) -> HttpResponse:
    """Those of the list as it is filtered."""
    actor = actor_of(request, *DESK)
    rows = with_check(queries.desk_pledges(actor), clock.now())
    chosen = PledgeFilter(request.GET, queryset=rows, request=request).qs
    return _file(request, sheet_pledge.gathered(chosen))


@require_GET
@login_required
def my_card(request: HttpRequest) -> HttpResponse:
    """The member's own, to sign and hand in where paper is wanted."""
    actor = cast("ActorRequest", request).actor
    pledge = queries.my_pledge(actor, clock.now())
    if pledge is None:
        raise Http404
    return _file(request, [pledge])


def _file(request: HttpRequest, pledges: list[Pledge]) -> HttpResponse:
    if not pledges:
        messages.info(request, _("没有可以打印的承诺。"))
        return redirect("needs:desk-pledges")
    scheme, on = scheme_now(clock.now()), clock.local_date(clock.now())
    pages = sheet_pledge.draw(pledges, scheme, on)
    journaled(request, "pledge-cards")("pdf", len(pages))
    content = sheets.joined(list(sheets.parts(pages)))
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"{sheet_pledge.title(scheme)}.pdf"
    answer["Content-Disposition"] = content_disposition_header(False, name) or ""
    return private(answer)
