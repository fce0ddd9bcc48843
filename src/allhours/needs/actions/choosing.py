"""Reminding members who have no post of the year: each for themself, and not too often."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import post_notices
from allhours.needs.models import ClaimAllowance
from allhours.needs.queries.limits import menu, scheme_now
from allhours.needs.queries.year import without_post
from allhours.needs.rules import year as rules

REMINDERS = frozenset({*COMMUNITY_ROLES, *UNIT_ROLES, Role.COUNTY_OFFICER})


@transaction.atomic
def remind_without_post(
    *, actor: Actor, now: datetime, members: Collection[int] | None = None
) -> int:
    """How many were told. `members`: ids of those meant; None: everybody on the desk's list."""
    actor.require(*REMINDERS)
    if not menu(now).posts_per_year:
        raise Refused(rules.NOT_ASKED)
    rows = without_post(actor, now).filter(Q(("applied", False)))
    if members is not None:
        rows = rows.filter(pk__in=list(members))
    meant = list(rows.order_by("pk").values_list("pk", flat=True))
    ClaimAllowance.objects.bulk_create(
        [ClaimAllowance(member_id=pk) for pk in meant], ignore_conflicts=True
    )
    on = clock.local_date(now)
    due = _due(on, scheme_now(now).reporting.remind_after_days)
    # one by one: of two who press at once, each member is told by one
    told = [
        pk
        for pk in meant
        if ClaimAllowance.objects.filter(due, member_id=pk).update(post_reminded_on=on)
    ]
    if not told:
        raise Refused(rules.NOBODY)
    journal.note_many(
        journal.line(actor=actor, did="post.choice_reminded", to=("member", pk), now=now)
        for pk in told
    )
    transaction.on_commit(lambda: post_notices.choose_a_post(told, now=now), robust=True)
    return len(told)


def _due(on: date, days: int) -> Q:
    last = on - timedelta(days=days)
    return Q(post_reminded_on=None) | Q(post_reminded_on__lte=last)
