"""Who must prove themself twice, and how long a sign-in lasts: this installation's policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from allhours.accounts.choices import ADMIN_ROLES, COUNTY_ROLES

ALWAYS = COUNTY_ROLES | ADMIN_ROLES


def roles_needing_a_second_factor() -> frozenset[str]:
    """An installation may name further roles, never fewer."""
    return frozenset(map(str, ALWAYS)) | frozenset(settings.ALLHOURS_SECOND_FACTOR_ROLES)


def needs_second_factor(roles: Iterable[str]) -> bool:
    return settings.ALLHOURS_SECOND_FACTOR == "required" and bool(
        roles_needing_a_second_factor() & frozenset(map(str, roles))
    )


def idle_limit(*, staff: bool) -> timedelta:
    minutes = (
        settings.ALLHOURS_IDLE_MINUTES_STAFF if staff else settings.ALLHOURS_IDLE_MINUTES_MEMBER
    )
    return timedelta(minutes=minutes)


def has_ended(*, began: float, seen: float, idle: float, now: datetime) -> bool:
    """Whether a session is over: too long without a request, or simply too old (all seconds)."""
    at = now.timestamp()
    return at - seen > idle or at - began > settings.SESSION_COOKIE_AGE
