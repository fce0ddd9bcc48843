"""The member's “today”."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from allhours.directory.pages import actor_of
from allhours.directory.pages import today as this_day
from allhours.kernel import clock
from allhours.portal import member


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """What awaits the member, the duties as rings, the next activity, the wishes in hand."""
    actor = actor_of(request)
    if actor.member_id is None:
        return redirect("portal:home")
    return render(request, "portal/today.html", {"today": member.today_of(actor, clock.now())})


@login_required
def more(request: HttpRequest) -> HttpResponse:
    """我: card, reporting, account, notices."""
    actor = actor_of(request)
    if actor.member_id is None:
        return redirect("portal:home")
    return render(request, "portal/me.html", {"links": member.links_of(actor)})


@login_required
def duty(request: HttpRequest, code: str) -> HttpResponse:
    """One duty with every fact that counted and every one that did not, and why."""
    actor = actor_of(request)
    found = member.duty_of(actor, code, this_day())
    if found is None:
        raise Http404
    return render(request, "portal/duty.html", {"duty": found})
