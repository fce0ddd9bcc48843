"""The desks' homes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from allhours.accounts.choices import BUSINESS_ROLES, COUNTY_ROLES
from allhours.directory.pages import actor_of, day_asked
from allhours.kernel import clock
from allhours.portal import county as county_page
from allhours.portal.inbox import desk_home


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """待办: what waits for this desk, the soonest first."""
    actor = actor_of(request)
    if not actor.holds(*BUSINESS_ROLES):
        return redirect("portal:home")
    return render(request, "portal/inbox.html", {"desk": desk_home(actor, clock.now())})


@login_required
def county(request: HttpRequest) -> HttpResponse:
    """全县情况 as of a day."""
    actor_of(request, *COUNTY_ROLES)
    return render(
        request, "portal/county.html", {"state": county_page.state(day_asked(request), clock.now())}
    )
