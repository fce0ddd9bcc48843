"""What every signed-in page does alike: whose page it is, which day, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.kernel.errors import Refused


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
    """Inside, a `Refused` becomes messages in the answer to this very request."""
    try:
        yield
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
