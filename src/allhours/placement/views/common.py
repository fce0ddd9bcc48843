"""What every page of placement does alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions.exports import note_export

UNIT_SIDE = UNIT_ROLES | COUNTY_ROLES
COMMUNITY_SIDE = COMMUNITY_ROLES | COUNTY_ROLES


def actor_of(request: HttpRequest, *roles: str) -> Actor:
    """The actor; 404 for one who holds none of the roles that the page is made for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if roles and not actor.holds(*roles):
        raise Http404
    return actor


def today() -> date:
    return clock.local_date(clock.now())


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
