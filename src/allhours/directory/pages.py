"""What every signed-in page does alike: whose page it is, which day, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest

from allhours.accounts import journal
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


class Answers:
    """Whether the refused act left a sentence for the reader."""

    refused = False


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[Answers]:
    """Inside, a `Refused` becomes messages in the answer to this very request."""
    answers = Answers()
    try:
        yield answers
    except Refused as refused:
        answers.refused = True
        for sentence in refused.sentences:
            messages.error(request, sentence)


def journaled(request: HttpRequest, name: str) -> Callable[[str, int], None]:
    """`on_export` of a list page: every export is a line of the journal."""
    return partial(_note_export, actor_of(request), name)


@transaction.atomic
def _note_export(actor: Actor, name: str, kind: str, rows: int) -> None:
    journal.note(
        actor=actor, did="list.exported", to=("list", name), now=clock.now(), kind=kind, rows=rows
    )
