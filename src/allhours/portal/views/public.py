"""What anybody sees: the front page, help, the hall's screen; and where sign-in leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.portal import queries


def front(request: HttpRequest) -> HttpResponse:
    """Four numbers of this month, the wish wall, the next activities."""
    return render(request, "portal/front.html", {"front": queries.front_page(clock.now())})


def home(request: HttpRequest) -> HttpResponse:
    """Where a person's work is: the desk, “today”, or the front page."""
    actor = actor_of(request)
    if actor.grants:
        return redirect(queries.desk_address(actor))
    return redirect("portal:today" if actor.member_id is not None else "portal:public")


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html", {})


def screen(request: HttpRequest) -> HttpResponse:
    """One screen for a hall: figures and the wall, no personal data; it refreshes itself."""
    return render(request, "portal/screen.html", {"screen": queries.hall_screen(clock.now())})
