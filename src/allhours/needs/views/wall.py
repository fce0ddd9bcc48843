"""The wall, one wish's public page, and claiming it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.models import Wish
from allhours.needs.queries import wall as queries
from allhours.needs.queries.festivals import banners
from allhours.needs.queries.page import WishPage, wish_page
from allhours.needs.views import wall_memory
from allhours.needs.views.common import refusals_as_messages
from allhours.ui.parts import NavItem


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    actor, now = cast("ActorRequest", request).actor, clock.now()
    asked, remembered = wall_memory.asked(request)
    filters = _filters(asked)
    who = queries.reader(actor, now)
    shown = queries.wall(who, filters, now)
    context = {
        "wall": shown,
        "festivals": banners(actor, now, who=who),
        "filters": filters,
        "member": who.member,
        "remembered": remembered and filters.narrowed,
        "views": _views(asked, filters, shown.counts),
        "query": urlencode([(k, v) for k, v in asked.items() if k != "page" and v]),
    }
    response = render(request, "needs/wall.html", context)
    wall_memory.keep(request, response)
    return response


def _filters(asked: Mapping[str, str]) -> queries.WallFilters:
    state = asked.get("state", "open")
    community, page = asked.get("community", ""), asked.get("page", "1")
    return queries.WallFilters(
        state=state if state in queries.VIEWS else "open",
        community=int(community) if community.isdecimal() and len(community) < 12 else None,
        category=asked.get("category", "")[:40],
        words=asked.get("words", "")[:60].strip(),
        fits_first=asked.get("fits") != "no",
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def _views(
    asked: Mapping[str, str], filters: queries.WallFilters, counts: dict[str, int]
) -> list[NavItem]:
    labels = {"open": _("待认领"), "working": _("办理中"), "done": _("已办结")}
    if counts["soon"]:
        labels |= {"soon": _("即将开放")}
    names = ("community", "category", "words", "fits")
    kept = {name: asked[name] for name in names if asked.get(name)}
    return [
        NavItem(
            label,
            f"?{urlencode({'state': view, **kept})}",
            count=counts[view],
            current=view == filters.state,
        )
        for view, label in labels.items()
    ]


@require_GET
def wish(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


def _found(request: HttpRequest, code: str) -> Wish:
    actor = cast("ActorRequest", request).actor
    found = queries.visible_wish(actor, code)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, shown: Wish) -> HttpResponse:
    page: WishPage = wish_page(cast("ActorRequest", request).actor, shown, clock.now())
    return render(request, "needs/wish.html", {"page": page, "card": page.card})


@require_http_methods(["GET", "POST"])
@login_required
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """A refusal is answered with the wish's page and its sentence, in this very answer.

    GET is what a guest's tap becomes once they have signed in: they see the wish and tap again.
    """
    if request.method != "POST":
        return redirect("needs:wish", code=code)
    wanted = _found(request, code)
    with refusals_as_messages(request) as answer:
        actions.claim_wish(actor=cast("ActorRequest", request).actor, wish=wanted, now=clock.now())
    if answer.refused and "festival" in request.POST and wanted.festival is not None:
        return redirect("needs:festival", code=wanted.festival.code)  # where the others are
    if answer.refused:
        return _page(request, _found(request, code))
    messages.success(request, _("认领成功。请尽快与心愿人联系。"))
    return redirect(reverse("needs:my-claim", args=[wanted.code]))


@require_POST
@login_required
def queue(request: HttpRequest, code: str) -> HttpResponse:
    wanted = _found(request, code)
    with refusals_as_messages(request) as answer:
        actions.join_queue(actor=cast("ActorRequest", request).actor, wish=wanted, now=clock.now())
    if answer.refused:
        return _page(request, _found(request, code))
    messages.success(request, _("已登记候补，轮到您时会通知您。"))
    return redirect(reverse("needs:wish", args=[wanted.code]))
