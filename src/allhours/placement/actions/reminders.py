"""Nightly reminders, once for each thing that waits: the desk that has not received, the member
who has a letter and has not come, the unit that has not written.

Each is marked by a conditional update in the same transaction, so that a night that runs twice
tells nobody twice.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.placement import notices
from allhours.placement.actions.live import batches
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.schema import Reporting
from allhours.scheme.worktime import WorkCalendar, add_working_days


def receive_by(presented_at: datetime, reporting: Reporting, days: WorkCalendar) -> date:
    """The last day on which the community receives in time."""
    presented_on = clock.local_date(presented_at)
    return add_working_days(presented_on, reporting.receive_working_days, days)


@transaction.atomic
def remind_desks(*, actor: Actor, now: datetime) -> int:
    """Communities in which somebody waits since before the scheme's working days."""
    on = clock.local_date(now)
    scheme = scheme_for(on=on)
    days = calendar_around(on, scheme)
    waiting = Placement.objects.filter(
        state=PlacementState.PRESENTED, desk_reminded_on=None
    ).values_list("pk", "presented_at")
    late = [
        pk
        for pk, presented_at in waiting
        if presented_at is not None and receive_by(presented_at, scheme.reporting, days) < on
    ]
    told = [
        some
        for some in batches(late)
        if Placement.objects.filter(
            pk__in=some, state=PlacementState.PRESENTED, desk_reminded_on=None
        ).update(desk_reminded_on=on)
    ]
    _note(actor, "placement.desk_reminded", late, now)
    if told:
        notices.after_commit(notices.desks_late, late, now=now)
    return len(late)


@transaction.atomic
def remind_members(*, actor: Actor, now: datetime) -> int:
    """Members who could have come for so many days, and their units; once for each letter.

    Where a letter is needed the days run from its issue, elsewhere from the placement.
    """
    on = clock.local_date(now)
    reporting = scheme_for(on=on).reporting
    keys = list(_may_come(on, reporting).values_list("pk", flat=True))
    for some in batches(keys):
        Placement.objects.filter(pk__in=some, member_reminded_on=None).update(member_reminded_on=on)
    _note(actor, "placement.member_reminded", keys, now)
    if keys:
        notices.after_commit(notices.members_awaited, keys, now=now)
    return len(keys)


def _may_come(on: date, reporting: Reporting) -> QuerySet[Placement]:
    last = on - timedelta(days=reporting.remind_after_days)
    rows = Placement.objects.filter(member_reminded_on=None, member__left_on=None)
    if reporting.requires_letter:
        return rows.filter(
            state=PlacementState.LETTER_ISSUED,
            letters__state="issued",
            letters__issued_on__lte=last,
            letters__valid_until__gte=on,
        )
    return rows.filter(state=PlacementState.ASSIGNED, assigned_at__lt=clock.end_of(last))


@transaction.atomic
def remind_units(*, actor: Actor, now: datetime) -> int:
    """Units in which somebody placed has waited so many days for a letter."""
    on = clock.local_date(now)
    reporting = scheme_for(on=on).reporting
    if not reporting.requires_letter:
        return 0
    last = on - timedelta(days=reporting.remind_after_days)
    waiting = Placement.objects.filter(
        state=PlacementState.ASSIGNED, assigned_at__lt=clock.end_of(last), member_reminded_on=None
    )
    keys = list(waiting.values_list("pk", flat=True))
    for some in batches(keys):
        Placement.objects.filter(pk__in=some, member_reminded_on=None).update(member_reminded_on=on)
    _note(actor, "placement.unit_reminded", keys, now)
    if keys:
        notices.after_commit(notices.letters_awaited, keys, now=now)
    return len(keys)


def _note(actor: Actor, did: str, keys: list[int], now: datetime) -> None:
    journal.note_many(
        journal.line(actor=actor, did=did, to=("placement", pk), now=now) for pk in keys
    )
