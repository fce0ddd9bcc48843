"""The county's law as its officers read it. Publication is a command: `allhours scheme publish`."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.kernel import clock
from allhours.scheme import queries, shown


@login_required
def show(request: HttpRequest) -> HttpResponse:
    """The scheme in force today, section by section, and all its versions."""
    _must_see(request)
    today = clock.local_date(clock.now())
    scheme = queries.scheme_for(on=today)
    context = {
        "scheme": scheme,
        "in_force": queries.version_for(today),
        "sections": shown.sections(scheme, demo=queries.county().is_demo),
        "versions": queries.versions(),
        "today": today,
    }
    return render(request, "scheme/show.html", context)


@login_required
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version and what it changed against the one before it."""
    _must_see(request)
    row = get_object_or_404(queries.versions_by_number(), number=number)
    before = queries.versions_by_number().filter(number=number - 1).first()
    scheme = queries.scheme_of(row)
    context = {
        "version": row,
        "scheme": scheme,
        "before": before,
        "changes": shown.changes(queries.scheme_of(before), scheme) if before else [],
    }
    return render(request, "scheme/version.html", context)


def _must_see(request: HttpRequest) -> None:
    """The county's officers and inspectors; for everyone else the page does not exist."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.holds(*COUNTY_ROLES):
        raise Http404
