"""Announced activities, without people."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from allhours.activities import rules
from allhours.activities.queries import activities as queries
from allhours.activities.views.common import actor_of
from allhours.kernel import clock

A_PAGE = 20


def upcoming(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    over = request.GET.get("view") == "past"
    rows = queries.past(now) if over else queries.upcoming(now)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"cards": queries.shown(page.object_list, now=now), "page": page, "over": over}
    return render(request, "activities/public.html", context)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One activity for everyone; a member signs up here."""
    now = clock.now()
    actor = actor_of(request)
    activity = get_object_or_404(queries.visible_publicly(), code=code)
    member = queries.member_of(actor)
    mine = queries.signups_of(member) if member else []
    (card,) = queries.shown([activity], now=now, mine=mine)
    context = {
        "card": card,
        "member": member,
        "begun": activity.starts_at <= now,
        "runs": rules.may_run(actor, activity),
        "signs_in": not actor.is_signed_in and card.may_sign_up,
    }
    return render(request, "activities/show.html", context)
