"""What every page of placement does alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions.exports import note_export
from allhours.placement.models import Placement
from allhours.placement.sheets import letter_sheet
from allhours.ui.parts import NavItem

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


def actor_of(request: HttpRequest, *roles: str) -> Actor:
    """The actor; 404 for one who holds none of the roles that the page is made for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if roles and not actor.holds(*roles):
        raise Http404
    return actor


def today() -> date:
    return clock.local_date(clock.now())


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


def day_asked(request: HttpRequest) -> date:
    """`?on=2026-05-15`, else today; an unreadable or future day is today."""
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today())
    except ValueError:
        return today()


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)


def journaled(request: HttpRequest, name: str) -> Callable[[str, int], None]:
    """For `list_response`: every export is a line of the journal."""

    def note(kind: str, rows: int) -> None:
        note_export(actor=actor_of(request), name=name, kind=kind, rows=rows, now=clock.now())

    return note
