"""Sessions as rows that their owner sees and ends."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from allhours.accounts import journal, rules
from allhours.accounts.actor import Actor
from allhours.accounts.models import SignedIn, User
from allhours.kernel.errors import refuse_if


def began(
    *, user: User, session_key: str, method: str, address: str | None, browser: str, now: datetime
) -> None:
    SignedIn.objects.create(
        user=user,
        session_key=session_key,
        began_at=now,
        seen_at=now,
        method=method,
        address=address or None,
        browser=browser[:200],
    )


def seen(*, session_key: str, now: datetime) -> None:
    SignedIn.objects.filter(session_key=session_key).update(seen_at=now)


def renewed(*, old_key: str, new_key: str) -> None:
    """The same session under a new key, after a password change."""
    SignedIn.objects.filter(session_key=old_key).update(session_key=new_key)


def forget(*, session_key: str) -> None:
    SignedIn.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_one(*, actor: Actor, user: User, pk: int, now: datetime) -> bool:
    """End one of the owner's sessions, wherever it is open; False where there is none such."""
    refuse_if(rules.own_refusals(actor, user))
    ended = _end(SignedIn.objects.filter(user=user, pk=pk))
    if ended:
        journal.note(actor=actor, did="session.ended", to=user, now=now, sessions=ended)
    return bool(ended)


@transaction.atomic
def end_others(*, actor: Actor, user: User, keep: str, now: datetime) -> int:
    """End all of a person's sessions but the one of this key; how many."""
    refuse_if(rules.own_refusals(actor, user))
    ended = cut_off(user, keep=keep)
    if ended:
        journal.note(actor=actor, did="session.ended", to=user, now=now, sessions=ended)
    return ended


def cut_off(user: User, *, keep: str = "") -> int:
    """End a person's sessions within another act, which journals itself."""
    return _end(SignedIn.objects.filter(user=user).exclude(session_key=keep))


def _end(rows: QuerySet[SignedIn]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return SignedIn.objects.filter(session_key__in=keys).delete()[0]


def forget_gone() -> int:
    """Rows whose session has run out, for the nightly tidying."""
    alive = Session.objects.values("session_key")
    return SignedIn.objects.exclude(session_key__in=alive).delete()[0]
