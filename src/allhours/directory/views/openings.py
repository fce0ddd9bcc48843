"""谁看过我的信息: when, in what role and for what purpose one's own sealed facts were opened."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from allhours.directory import pages
from allhours.directory.middleware import ActorRequest
from allhours.directory.queries.openings import openings_of, shown_openings

PAGE = 50


@login_required
def openings(request: ActorRequest) -> HttpResponse:
    actor = pages.actor_of(request)
    if actor.member_id is None:
        raise Http404
    page = Paginator(openings_of(actor), PAGE).get_page(request.GET.get("page"))
    rows = shown_openings(page.object_list, actor, on=pages.today())
    return render(request, "directory/openings.html", {"rows": rows, "page": page})
