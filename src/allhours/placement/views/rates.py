"""The reporting rate as of a day, by unit or community; every number opens to its people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.placement.queries import rates as queries
from allhours.placement.rate_sheet import rate_workbook
from allhours.placement.reconcile_tables import RateLineTable, RateRowTable
from allhours.placement.views.common import (
    actor_of,
    community_tabs,
    county_tabs,
    day_asked,
    journaled,
    unit_tabs,
)
from allhours.scheme.queries import scheme_for
from allhours.ui.exports import XLSX_TYPE, disposition
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem

TITLES = {
    "expected": gettext_lazy("应报到"),
    "reported": gettext_lazy("已报到"),
    "excused": gettext_lazy("免报"),
    "missing": gettext_lazy("未报到"),
}


def _by_community(request: HttpRequest, actor: Actor) -> bool:
    """A community reads its own line, a unit its own; the county chooses."""
    if actor.holds(*COUNTY_ROLES):
        return request.GET.get("by") == "community"
    by_unit = actor.holds(*queries.UNIT_SIDE)
    if request.GET.get("by") == "community" and by_unit:
        if not actor.holds(*queries.COMMUNITY_SIDE):
            raise Http404
        return True
    return not by_unit


def _tabs(actor: Actor) -> list[NavItem]:
    if actor.holds(*COUNTY_ROLES):
        return county_tabs("rates")
    return unit_tabs("rates") if actor.holds(*queries.UNIT_SIDE) else community_tabs("rates")


@login_required
def rates(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.READERS)
    day = day_asked(request)
    by_community = _by_community(request, actor)
    found = queries.lines(day, actor, by_community=by_community)
    if request.GET.get("export") == "xlsx":
        journaled(request, "reporting-rate")("xlsx", len(found.lines))
        content = rate_workbook(found.lines, found.total, on=day, title=_("报到率"))
        answer = HttpResponse(content, content_type=XLSX_TYPE)
        answer["Content-Disposition"] = disposition("reporting-rate.xlsx")
        return answer
    side = "community" if by_community else "unit"

    def address(measure: str, rate: Any) -> str:
        query = urlencode({"on": str(day), side: rate.code})
        return f"{reverse('placement:rate-rows', args=[measure])}?{query}"

    target = scheme_for(day).reporting.target_rate_percent
    return list_response(
        request,
        "placement/rates.html",
        rows=list(found.lines),
        table=RateLineTable,
        name="reporting-rate",
        on_export=journaled(request, "reporting-rate"),
        table_options={"address": address},
        context={
            "tabs": _tabs(actor),
            "day": day,
            "iso": str(day),
            "total": found.total,
            "nowhere": found.nowhere,
            "target": target,
            "reached": found.total.reaches(target),
            "short_of": found.total.short_of(target),
            "by_community": by_community,
            "is_county": actor.holds(*COUNTY_ROLES),
        },
    )


@login_required
def rows(request: HttpRequest, measure: str) -> HttpResponseBase:
    """The people behind one number, as far as they are the reader's to see."""
    actor = actor_of(request, *queries.READERS)
    if measure not in queries.MEASURES:
        raise Http404
    day = day_asked(request)
    unit, community = request.GET.get("unit"), request.GET.get("community")
    for code in (unit, community):
        if code is not None and queries.organization_of(code, actor) is None:
            raise Http404
    opened = queries.people(day, actor, measure, unit=unit, community=community)
    context = {
        "title": TITLES[measure],
        "day": day,
        "hidden": opened.hidden,
        "tabs": _tabs(actor),
    }
    return list_response(
        request,
        "placement/rate_rows.html",
        rows=opened.rows,
        table=RateRowTable,
        name=f"reporting-{measure}",
        on_export=journaled(request, f"reporting-{measure}"),
        context=context,
    )
