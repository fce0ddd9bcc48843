"""A person's own account: password and preferences; its locking by the security administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from allhours.accounts import events, journal, queries, rules, throttle
from allhours.accounts.actions import factors, sessions
from allhours.accounts.actor import Actor
from allhours.accounts.browsers import browser_name
from allhours.accounts.choices import Method, Role
from allhours.accounts.models import SignInRecord, User
from allhours.kernel.errors import Refused, refuse_if


@transaction.atomic
def change_password(
    *, actor: Actor, user: User, old: str, new: str, session_key: str = "", now: datetime
) -> None:
    """The owner's own change; every other session of theirs (but the one named) ends."""
    if not user.check_password(old):
        raise Refused(rules.OLD_PASSWORD_WRONG)
    if old == new:
        raise Refused(rules.SAME_PASSWORD)
    refuse_if(rules.password_refusals(new, user))
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    sessions.cut_off(user, keep=session_key)
    journal.note(actor=actor, did="account.password_changed", to=user, now=now)
    events.announce(user.pk, "account.password_changed", now=now)


def prove_again(*, user: User, proof: str, by_password: bool, now: datetime) -> Method:
    """The owner's password (where that is enough) or second factor, before a delicate act.

    Counted before it is judged: call it outside `atomic`.
    """
    with transaction.atomic(durable=True):
        counted = throttle.take(throttle.REPEATED_PROOF, user.pk, now)
    if not counted:
        raise Refused(rules.too_many(throttle.remaining(throttle.REPEATED_PROOF, user.pk, now)))
    method = Method.PASSWORD
    if not (by_password and user.check_password(proof)):
        # a mistyped password is no guess at the second factor
        if not factors.looks_like_code(proof) or not queries.has_second_factor(user):
            raise Refused(rules.PROOF_WRONG)
        method = factors.verify_second_factor(user=user, code=proof, now=now)
    throttle.clear(throttle.REPEATED_PROOF, user.pk)
    return method


def save_preferences(*, user: User, elder_mode: bool, language: str, theme: str) -> None:
    """How the owner likes to read; taken over on every device they sign in from."""
    user.elder_mode, user.language, user.theme = elder_mode, language, theme
    user.save(update_fields=["elder_mode", "language", "theme"])


def record_sign_in(
    *,
    user: User,
    succeeded: bool,
    address: str | None,
    browser: str,
    method: str = Method.PASSWORD,
    now: datetime,
) -> None:
    """A line of the owner's history; they hear of a browser that they never used before."""
    known = queries.browsers_of(user) if succeeded else []
    if known and browser_name(browser) not in {browser_name(each) for each in known}:
        what = browser_name(browser) or "?"
        events.announce(user.pk, "account.new_device", now=now, browser=what)
    SignInRecord.objects.create(
        user=user,
        at=now,
        succeeded=succeeded,
        address=address or None,
        browser=browser[:200],
        method=method,
    )


@transaction.atomic
def set_active(*, actor: Actor, user: User, active: bool, reason: str = "", now: datetime) -> None:
    """Stop or reopen an account (`reason`: a code of `AccountReason`, where one was asked).

    A stopped account cannot sign in nor use a slip, and its sessions end at once.
    """
    actor.require(Role.SECURITY_ADMIN)
    if actor.user_id == user.pk:
        raise Refused(rules.NOT_ONESELF)
    if User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        did = "account.reopened" if active else "account.stopped"
        facts: dict[str, Any] = {"reason": reason} if reason else {}
        journal.note(actor=actor, did=did, to=user, now=now, **facts)
        if not active:
            sessions.cut_off(user)
