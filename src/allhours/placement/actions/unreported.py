"""提醒未报到的同志: each for themself, never more often than the scheme allows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.accounts.scope import within
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement import notices
from allhours.placement import reconcile_rules as rules
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement, PlacementQuerySet
from allhours.placement.queries import figures
from allhours.scheme.queries import scheme_for

REMINDERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)


def may_be_reminded(actor: Actor, on: date) -> PlacementQuerySet:
    """Placements of missing members of the actor's units who could come and were not reminded
    within the scheme's days; the excused and those whose letter is not written are left alone."""
    reporting = scheme_for(on).reporting
    ready = PlacementState.LETTER_ISSUED if reporting.requires_letter else PlacementState.ASSIGNED
    return Placement.objects.filter(
        within(actor, "unit__path", roles=REMINDERS),
        _due(on),
        state=ready,
        member__in=figures.missing(on).values("pk"),
    )


def _due(on: date) -> Q:
    last = on - timedelta(days=scheme_for(on).reporting.remind_after_days)
    return Q(member_reminded_on=None) | Q(member_reminded_on__lte=last)


@transaction.atomic
def remind_unreported(
    *, actor: Actor, now: datetime, members: Collection[int] | None = None
) -> int:
    """How many were told. `members`: ids of those meant; None: everybody the actor may remind."""
    actor.require(*REMINDERS)
    on = clock.local_date(now)
    rows = may_be_reminded(actor, on)
    if members is not None:
        rows = rows.filter(member__in=list(members))
    # one by one: of two who press at once, each member is told by one
    told = [
        pk
        for pk in rows.order_by("pk").values_list("pk", flat=True)
        if Placement.objects.filter(_due(on), pk=pk).update(member_reminded_on=on)
    ]
    if not told:
        raise Refused(rules.NOBODY_TO_REMIND)
    journal.note_many(
        journal.line(actor=actor, did="placement.member_reminded", to=("placement", pk), now=now)
        for pk in told
    )
    notices.after_commit(notices.members_reminded, told, now=now)
    return len(told)
