"""Sign-ins that end with their person's time on the roster, or go over to another number.

Parts of the acts that have checked who may do them (changes, merges): no check is made here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.models import ActivationSlip, ApiToken, SignedIn, User

LEFT, DECEASED, MOVED = "left", "deceased", "moved"  # User.closed_why


@transaction.atomic
def close_sign_ins(
    *, actor: Actor, user_ids: Collection[int], why: str, now: datetime
) -> list[int]:
    """Nobody signs in with these any more: sessions, slips and tokens end with them.

    Gives back whose sign-in was open until now.
    """
    open_ones = User.objects.filter(pk__in=user_ids, is_active=True)
    closed = list(open_ones.order_by("pk").values_list("pk", flat=True))
    User.objects.filter(pk__in=closed).update(is_active=False, closed_why=why)
    _end_everything(closed, now)
    journal.note_many(
        journal.line(actor=actor, did="account.closed", to=("user", pk), now=now, why=why)
        for pk in closed
    )
    return closed


def _end_everything(user_ids: Collection[int], now: datetime) -> None:
    ActivationSlip.objects.filter(user__in=user_ids, used_at=None, revoked_at=None).update(
        revoked_at=now
    )
    ApiToken.objects.filter(user__in=user_ids, revoked_at=None).update(revoked_at=now)
    sessions = SignedIn.objects.filter(user__in=user_ids)
    Session.objects.filter(
        session_key__in=list(sessions.values_list("session_key", flat=True))
    ).delete()
    sessions.delete()


@transaction.atomic
def reopen_sign_ins(*, actor: Actor, user_ids: Collection[int], now: datetime) -> None:
    """Of those who come back: only what leaving had closed, never what a lock had."""
    rows = User.objects.filter(pk__in=user_ids, is_active=False, closed_why__in=(LEFT, DECEASED))
    reopened = list(rows.values_list("pk", flat=True))
    User.objects.filter(pk__in=reopened).update(is_active=True, closed_why="")
    journal.note_many(
        journal.line(actor=actor, did="account.reopened", to=("user", pk), now=now)
        for pk in reopened
    )


@transaction.atomic
def rename_sign_in(*, actor: Actor, user: User, username: str, now: datetime) -> User:
    """The person signs in by another name from now on; the old one tells them which.

    The old name stays taken by a closed sign-in with the same password, so that nobody without
    it learns anything.
    """
    old = user.username
    User.objects.filter(pk=user.pk).update(username=username)
    user.username = username
    stub = User.objects.create(
        username=old,
        password=user.password,
        is_active=False,
        closed_why=MOVED,
        moved_to=username,
        created_at=now,
    )
    journal.note(actor=actor, did="account.renamed", to=user, now=now, before=stub.pk)
    return stub


@transaction.atomic
def point_to(*, actor: Actor, user: User, username: str, now: datetime) -> None:
    """Close a sign-in whose person has another one; signing in with it says which."""
    close_sign_ins(actor=actor, user_ids=[user.pk], why=MOVED, now=now)
    User.objects.filter(pk=user.pk).update(moved_to=username)


@transaction.atomic
def take_back_name(*, actor: Actor, user: User, stub: User, now: datetime) -> None:
    """Undo `rename_sign_in`: the stub goes, its name returns."""
    name = stub.username
    stub.delete()
    User.objects.filter(pk=user.pk).update(username=name)
    journal.note(actor=actor, did="account.renamed", to=user, now=now)


@transaction.atomic
def open_again(*, actor: Actor, user: User, now: datetime) -> None:
    """Undo `point_to`."""
    rows = User.objects.filter(pk=user.pk, closed_why=MOVED)
    if rows.update(is_active=True, closed_why="", moved_to=""):
        journal.note(actor=actor, did="account.reopened", to=user, now=now)
