"""The public pages of festivals of wishes: all of them, and one from its hour to its end."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.needs.queries import festivals as queries
from allhours.needs.queries.wall import reader
from allhours.ui.parts import NavItem


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    who = reader(cast("ActorRequest", request).actor, now)
    context = {"festivals": queries.public_festivals(who, now)}
    return render(request, "needs/festivals.html", context)


@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Without a choice of the reader's: before the hour all, once it runs those that are left."""
    now = clock.now()
    found = queries.public_festival(code)
    if found is None:
        raise Http404
    filters = _filters(request, "open" if found.runs_at(now) else "all")
    page = queries.festival_page(
        reader(cast("ActorRequest", request).actor, now), found, filters, now
    )
    context = {
        "page": page,
        "festival": found,
        "now": now,
        "views": _views(filters, page),
        "categories": _categories(filters, page),
        "query": _query(filters),
        "here": "?" + _query(filters, page=str(filters.page)),
    }
    return render(request, "needs/festival.html", context)


def _filters(request: HttpRequest, view: str) -> queries.Filters:
    asked, number = request.GET.get("show", ""), request.GET.get("page", "1")
    return queries.Filters(
        view=asked if asked in queries.VIEWS else view,
        category=request.GET.get("category", "")[:40],
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )


def _query(filters: queries.Filters, **over: str) -> str:
    asked = {"show": filters.view, "category": filters.category} | over
    return urlencode([(name, value) for name, value in asked.items() if value])


def _views(filters: queries.Filters, page: queries.FestivalPage) -> list[NavItem]:
    totals = page.shown.totals
    if not totals.open + totals.taken:  # the hour has not come: nothing to choose from
        return []
    rows = (
        ("open", _("待认领"), totals.all - totals.taken),
        ("taken", _("已认领"), totals.taken),
        ("all", _("全部"), totals.all),
    )
    return [
        NavItem(label, "?" + _query(filters, show=view), count=n, current=view == filters.view)
        for view, label, n in rows
    ]


def _categories(filters: queries.Filters, page: queries.FestivalPage) -> list[NavItem]:
    if len(page.categories) < 2:
        return []
    rows = [("", str(_("各类")), page.shown.totals.all), *page.categories]
    return [
        NavItem(
            title, "?" + _query(filters, category=code), count=n, current=code == filters.category
        )
        for code, title, n in rows
    ]
