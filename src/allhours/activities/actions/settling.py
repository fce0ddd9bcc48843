"""Bring the ledger after the attendance sheets: reverse what changed, post what is due.

Repeatable at any time and by anyone: a row is taken by advancing its `turn`, and the ledger posts
a source once. A row that was AWAITING or turned ABSENT after it had been posted loses its entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from allhours.accounts.actor import Actor
from allhours.activities.choices import AttendanceState, Credit
from allhours.activities.kinds import ledger_kind
from allhours.activities.models import Activity, Attendance
from allhours.kernel.retry import with_retry
from allhours.ledger import actions as ledger
from allhours.ledger import queries as ledger_queries
from allhours.ledger.values import Source

SOURCE = "activity"
BATCH = 400
FORGOTTEN = timedelta(minutes=2)  # a sheet's own saving settles it sooner
CORRECTED = gettext_noop("更正出勤表")  # stored with the reversal, shown to its member


def settle(*, actor: Actor, activity_id: int, now: datetime) -> None:
    """Work off all rows of an activity that are due, one transaction a batch."""
    activity = Activity.objects.get(pk=activity_id)
    while True:
        due = _due().filter(activity_id=activity_id).order_by("member_id")
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        with_retry(partial(_settle, actor, activity, ids, now))


def settle_pending(*, actor: Actor, now: datetime) -> int:
    """Go on with sheets whose settling was cut off; how many activities there were."""
    late = _due().filter(recorded_at__lt=now - FORGOTTEN)
    activities = list(late.order_by().values_list("activity_id", flat=True).distinct())
    for activity_id in activities:
        settle(actor=actor, activity_id=activity_id, now=now)
    return len(activities)


def _due() -> QuerySet[Attendance]:
    return Attendance.objects.filter(credit=Credit.PENDING)


@transaction.atomic
def _settle(actor: Actor, activity: Activity, ids: Sequence[int], now: datetime) -> None:
    mine = _due().filter(pk__in=ids)
    mine.update(turn=F("turn") + 1)
    rows = list(
        mine.select_related("member__unit", "member__serving_community").order_by("member_id")
    )
    posted = _reverse_outdated(actor, activity, rows, now)
    fresh = [row for row in rows if row.state == AttendanceState.PRESENT and row.pk not in posted]
    drafts = ledger.draft_services(services=[_service(activity, row) for row in fresh], now=now)
    for row in rows:
        row.credit, row.refusal = Credit.NONE, ""
        if row.state == AttendanceState.PRESENT:
            row.credit = Credit.POSTED
    results = ledger.post_many(drafts=drafts, actor=actor, now=now)
    for row, result in zip(fresh, results, strict=True):
        if result.refusal is not None:
            row.credit, row.refusal = Credit.REFUSED, str(result.refusal)[:200]
    Attendance.objects.bulk_update(rows, ["credit", "refusal"], batch_size=200)


def _reverse_outdated(
    actor: Actor, activity: Activity, rows: Sequence[Attendance], now: datetime
) -> set[int]:
    """Reverse entries of rows that say something else now; the rows that stand as posted."""
    by_member = {row.member_id: row for row in rows}
    live = ledger_queries.entries_of_source(SOURCE, [activity.code]).filter(
        member_id__in=list(by_member)
    )
    outdated, standing = [], set()
    for entry in live.select_related("member").order_by("member_id"):
        row = by_member[entry.member_id]
        if row.state == AttendanceState.PRESENT and entry.revision == row.revision:
            standing.add(row.pk)
        else:
            outdated.append(entry)
    if outdated:
        ledger.reverse_many(entries=outdated, reason=CORRECTED, actor=actor, now=now)
    return standing


def _service(activity: Activity, row: Attendance) -> ledger.Service:
    return ledger.Service(
        member=row.member,
        kind=ledger_kind(activity.kind),
        source=Source(SOURCE, activity.code, row.revision),
        started_at=row.started_at or activity.starts_at,
        minutes=row.minutes,
        unit_code=row.unit_code,
        community_code=row.community_code,
    )
