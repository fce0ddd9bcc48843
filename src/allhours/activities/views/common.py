"""What every page of activities does alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.activities.rules import CONFIRM_ROLES, RUN_ROLES
from allhours.kernel import clock
from allhours.kernel.errors import Refused

DESK_ROLES = RUN_ROLES | COUNTY_ROLES
NOTE_ROLES = CONFIRM_ROLES | COUNTY_ROLES


def actor_of(request: HttpRequest, *roles: str) -> Actor:
    """The actor; 404 for one who holds none of the roles that the page is made for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if roles and not actor.holds(*roles):
        raise Http404
    return actor


def member_actor(request: HttpRequest) -> Actor:
    """The actor as a member; 404 for one who is none."""
    actor = actor_of(request)
    if actor.member_id is None:
        raise Http404
    return actor


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)


def journaled(request: HttpRequest, name: str) -> Callable[[str, int], None]:
    """For `list_response`: every export is a line of the journal."""
    return partial(_note_export, actor_of(request), name)


@transaction.atomic
def _note_export(actor: Actor, name: str, kind: str, rows: int) -> None:
    journal.note(
        actor=actor, did="list.exported", to=("list", name), now=clock.now(), kind=kind, rows=rows
    )
