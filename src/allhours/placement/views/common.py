"""What every page of placement does alike."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.directory.pages import (
    actor_of,
    day_asked,
    journaled,
    refusals_as_messages,
    today,
)
from allhours.placement.models import Placement
from allhours.placement.sheets import letter_sheet
from allhours.ui.parts import NavItem

__all__ = ["actor_of", "day_asked", "journaled", "refusals_as_messages", "today"]
UNIT_SIDE = UNIT_ROLES | COUNTY_ROLES
COMMUNITY_SIDE = COMMUNITY_ROLES | COUNTY_ROLES


def tabs(*views: tuple[str, str], current: str) -> list[NavItem]:
    return [
        NavItem(label, reverse(f"placement:{name}"), current=name == current)
        for name, label in views
    ]


def unit_tabs(current: str) -> list[NavItem]:
    return tabs(
        ("letters", _("待开证明信")),
        ("issued", _("已开证明信")),
        ("receipts", _("报到回执")),
        ("unreported", _("未报到")),
        ("excusals", _("免报")),
        ("rates", _("报到率")),
        current=current,
    )


def community_tabs(current: str) -> list[NavItem]:
    return tabs(("reporting", _("待接收")), ("here", _("本社区党员")), current=current)


def county_tabs(current: str) -> list[NavItem]:
    return tabs(
        ("rounds", _("各轮编入")),
        ("unplaced", _("未编入")),
        ("rates", _("报到率")),
        current=current,
    )


def letters_page(request: HttpRequest, placements: Iterable[Placement]) -> HttpResponse:
    """Letters to print from the browser or, with `?format=pdf`, as a file."""
    if request.GET.get("format") == "pdf":
        answer = HttpResponse(letter_sheet.pdf(placements), content_type="application/pdf")
        answer["Content-Disposition"] = 'attachment; filename="letters.pdf"'
        return answer
    query = request.GET.copy()
    query["format"] = "pdf"
    context = {
        "sheets": letter_sheet.sheets_of(placements),
        "pdf_url": f"{request.path}?{query.urlencode()}",
    }
    return render(request, "placement/print_letters.html", context)
