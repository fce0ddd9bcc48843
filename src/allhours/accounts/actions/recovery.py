"""Letting somebody in again: unlocking, and resetting factors by a second person."""

from __future__ import annotations

from datetime import datetime

from axes.utils import reset
from django.db import transaction

from allhours.accounts import events, journal, rules, throttle
from allhours.accounts.actions import factors, sessions, slips
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.kernel.errors import Refused, refuse_if


@transaction.atomic
def unlock(*, actor: Actor, user: User, reason: str, now: datetime) -> None:
    """End the lock after wrong passwords or codes; never one's own. `reason`: `AccountReason`."""
    actor.require(Role.SECURITY_ADMIN)
    if actor.user_id == user.pk:
        raise Refused(rules.UNLOCK_BY_ANOTHER)
    refuse_if(rules.reason_refusals(reason))
    reset(username=user.username)
    for limit in (throttle.SECOND_FACTOR, throttle.REPEATED_PROOF):
        throttle.clear(limit, user.pk)
    throttle.clear(throttle.SLIP_BY_NAME, user.username)
    journal.note(actor=actor, did="account.unlocked", to=user, now=now, reason=reason)
    events.announce(user.pk, "account.unlocked", now=now)


@transaction.atomic
def reset_factors(*, actor: Actor, user: User, reason: str, now: datetime) -> slips.IssuedSlip:
    """All second factors and the password go; the slip lets the person begin anew.

    By a second person only: the security administrator for anybody else, the operator at the
    command line for the security administrator.
    """
    actor.require(Role.SECURITY_ADMIN)
    if actor.user_id == user.pk:
        raise Refused(rules.RESET_BY_ANOTHER)
    refuse_if(rules.reason_refusals(reason))
    if not user.is_active:
        raise Refused(rules.LOCKED)
    factors.forget_factors(user)
    sessions.cut_off(user)
    reset(username=user.username)
    journal.note(actor=actor, did="factor.reset", to=user, now=now, reason=reason)
    events.announce(user.pk, "account.factors_reset", now=now)
    [slip] = slips.issue(actor=actor, users=[user], now=now)
    return slip
