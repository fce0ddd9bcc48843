"""Tokens by which a program acts as a person: issued, used, revoked.

Whether the person proved who they are is for the caller to have asked (password, second factor).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allhours.accounts import journal, queries, rules, stamps, throttle
from allhours.accounts.actor import Actor
from allhours.accounts.choices import ApiScope
from allhours.accounts.models import ApiToken, User
from allhours.kernel.errors import Refused, refuse_if

LONGEST_DAYS = 90
PREFIX = "ah_"  # so that a token left in a file is known for what it is
KEEP_ENDED = timedelta(days=30)


@dataclass(frozen=True)
class IssuedToken:
    """The plain token exists only here and with whoever asked for it."""

    token: ApiToken
    plain: str


def sign_in_hash(user: User) -> str:
    """Stands for the password in force; a changed one gives another."""
    return hashlib.sha256(user.get_session_auth_hash().encode()).hexdigest()


def prove_password(*, user: User, password: str, now: datetime) -> None:
    """Somebody signed in says their password again; each try is counted before it is judged."""
    if not throttle.take(throttle.REPEATED_PROOF, user.pk, now):
        raise Refused(rules.too_many(throttle.remaining(throttle.REPEATED_PROOF, user.pk, now)))
    if not user.check_password(password):
        raise Refused(rules.PASSWORD_WRONG)
    throttle.clear(throttle.REPEATED_PROOF, user.pk)


@transaction.atomic
def issue_token(
    *,
    user: User,
    scopes: Iterable[str],
    days: int,
    name: str = "",
    proved_twice: bool = False,
    now: datetime,
) -> IssuedToken:
    """No scope named: all of them, which is still no more than the person may do themself."""
    refuse_if(rules.token_refusals(user))
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:60],
        scopes=sorted(set(scopes) or set(ApiScope.values)),
        token_hash=queries.token_hash(plain),
        hint=plain[-4:],
        sign_in_hash=sign_in_hash(user),
        proved_twice=proved_twice,
        created_at=now,
        expires_at=now + timedelta(days=max(1, min(days, LONGEST_DAYS))),
    )
    journal.note(actor=Actor(user_id=user.pk), did="token.issued", to=token, now=now)
    return IssuedToken(token, plain)


def token_used(plain: str, *, now: datetime) -> ApiToken | None:
    """The token in force, with its user; notes that it was used, at most every few minutes."""
    token = queries.token_in_force(plain, now)
    if token is None or token.sign_in_hash != sign_in_hash(token.user):
        return None
    stamps.stamp(token, now)
    return token


@transaction.atomic
def revoke_token(*, actor: Actor, token: ApiToken, now: datetime) -> None:
    """The owner's own; revoking twice changes nothing."""
    mine = ApiToken.objects.filter(pk=token.pk, user_id=actor.user_id or 0, revoked_at=None)
    if mine.update(revoked_at=now):
        journal.note(actor=actor, did="token.revoked", to=token, now=now)


def forget_ended(*, now: datetime) -> int:
    """Nightly: tokens that ended a month ago are of no more use."""
    before = now - KEEP_ENDED
    ended = Q(expires_at__lt=before) | Q(revoked_at__lt=before)
    return ApiToken.objects.filter(ended).delete()[0]
