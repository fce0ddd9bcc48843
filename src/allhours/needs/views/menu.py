"""The public menu: its items, the posts of one, and what a reader narrows them by."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.needs.queries import limits
from allhours.needs.queries import menu as queries
from allhours.needs.queries.orders import on_the_menu
from allhours.needs.queries.wall import community_choices


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """What there is to do, or the posts that were asked for."""
    filters = _filters(request, None)
    return render(request, "needs/menu.html", _context(request, filters))


@require_GET
def item(request: HttpRequest, item: str) -> HttpResponse:
    """One item of the menu with the communities' posts of it."""
    entry = queries.entry(item, clock.now())
    if entry is None:
        raise Http404
    filters = _filters(request, "" if item == queries.OUTSIDE else item)
    context = _context(request, filters) | {"entry": entry}
    return render(request, "needs/menu_item.html", context)


def _filters(request: HttpRequest, item: str | None) -> queries.MenuFilters:
    asked = request.GET
    community, page = asked.get("community", ""), asked.get("page", "1")
    return queries.MenuFilters(
        item=item,
        community=int(community) if community.isdecimal() and len(community) < 12 else None,
        time=asked.get("time", "")[:40],
        skill=asked.get("skill", "")[:40],
        free=asked.get("free") == "yes",
        fits=asked.get("fits") == "yes",
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def _context(request: HttpRequest, filters: queries.MenuFilters) -> dict[str, Any]:
    actor, now = cast("ActorRequest", request).actor, clock.now()
    page = queries.listed(actor, filters, now) if filters.narrowed else queries.front(actor, now)
    return {
        "entry": None,
        "menu_page": page,
        "filters": filters,
        "menu_title": limits.menu(now).title,
        "communities": community_choices(),
        "choices": queries.choices(now),
        "query": urlencode([(k, str(v)) for k, v in request.GET.items() if k != "page" and v]),
        **on_the_menu(actor, now),
    }
