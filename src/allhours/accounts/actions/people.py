"""A person's own account: password and preferences; its locking by the security administrator."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts import journal, rules
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import SignInRecord, User
from allhours.kernel.errors import Refused, refuse_if


@transaction.atomic
def change_password(*, actor: Actor, user: User, old: str, new: str, now: datetime) -> None:
    """The owner's own change; every other session of theirs ends."""
    if not user.check_password(old):
        raise Refused(rules.OLD_PASSWORD_WRONG)
    if old == new:
        raise Refused(rules.SAME_PASSWORD)
    refuse_if(rules.password_refusals(new, user))
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    journal.note(actor=actor, did="account.password_changed", to=user, now=now)


def save_preferences(*, user: User, elder_mode: bool, language: str, theme: str) -> None:
    """How the owner likes to read; taken over on every device they sign in from."""
    user.elder_mode, user.language, user.theme = elder_mode, language, theme
    user.save(update_fields=["elder_mode", "language", "theme"])


def record_sign_in(
    *, user: User, succeeded: bool, address: str | None, browser: str, now: datetime
) -> None:
    SignInRecord.objects.create(
        user=user, at=now, succeeded=succeeded, address=address or None, browser=browser[:200]
    )


@transaction.atomic
def set_active(*, actor: Actor, user: User, active: bool, now: datetime) -> None:
    """Stop or reopen an account; a stopped one cannot sign in nor use a slip."""
    actor.require(Role.SECURITY_ADMIN)
    if actor.user_id == user.pk:
        raise Refused(rules.NOT_ONESELF)
    if User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        did = "account.reopened" if active else "account.stopped"
        journal.note(actor=actor, did=did, to=user, now=now)
