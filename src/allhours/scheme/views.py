"""The county's law as its officers read it. Publication is a command: `allhours scheme publish`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.kernel import clock
from allhours.scheme import queries, shown
from allhours.ui.parts import NavItem


@login_required
def show(request: HttpRequest) -> HttpResponse:
    """The scheme in force today: its sections, what is to be set, and all versions."""
    context = _today(request)
    scheme = queries.scheme_for(on=context["today"])
    context |= {
        "open_items": shown.open_items(scheme),
        "outline": shown.outline(scheme),
        "versions": queries.versions(),
    }
    return render(request, "scheme/show.html", context)


@login_required
def section(request: HttpRequest, code: str) -> HttpResponse:
    """One section of the scheme in force."""
    context = _today(request, here=code)
    chosen = next((each for each in context["sections"] if each.code == code), None)
    if chosen is None:
        raise Http404
    return render(request, "scheme/section.html", context | {"section": chosen})


@login_required
def whole(request: HttpRequest) -> HttpResponse:
    """All sections on one page, to print or to search."""
    return render(request, "scheme/whole.html", _today(request))


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


def _today(request: HttpRequest, here: str = "") -> dict[str, Any]:
    _must_see(request)
    today = clock.local_date(clock.now())
    scheme = queries.scheme_for(on=today)
    sections = shown.sections(scheme, demo=queries.county().is_demo)
    return {
        "today": today,
        "scheme": scheme,
        "in_force": queries.version_for(today),
        "sections": sections,
        "chips": [
            NavItem(
                each.label,
                reverse("scheme:section", args=[each.code]),
                each.to_set or None,
                current=each.code == here,
            )
            for each in sections
        ],
    }


def _must_see(request: HttpRequest) -> None:
    """The county's officers and inspectors; for everyone else the page does not exist."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.holds(*COUNTY_ROLES):
        raise Http404
