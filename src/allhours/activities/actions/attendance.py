"""Attendance in bulk, by exception: everyone who signed up was there, except those marked.

Saving a sheet is two steps. First all its rows are written in one transaction, under the sheet's
revision (compare-and-set), so that a saved sheet is whole. Then the ledger is brought after them
in bounded batches (`settling`); should the machine die in between, a routine goes on where it
stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, F, Q

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.activities import rules
from allhours.activities.actions.planning import under
from allhours.activities.actions.settling import settle
from allhours.activities.choices import ActivityState, AttendanceState, Credit, SignUpState
from allhours.activities.models import Activity, Attendance, SignUp
from allhours.directory.models import Member
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.ledger.rules import LONGEST

CHANGING = ["state", "minutes", "started_at", "revision", "credit", "refusal"]
RECORDED = ["recorded_at", "recorded_by_plain"]


@dataclass(frozen=True)
class Sheet:
    """What the organiser marked, by member id, on a sheet opened at `revision`.

    `extra` are people who came without signing up; `minutes` are the service times that differ
    from the activity's own. Whoever was on the sheet before stays on it.
    """

    revision: int
    absent: frozenset[int] = frozenset()
    excused: frozenset[int] = frozenset()
    extra: frozenset[int] = frozenset()
    minutes: Mapping[int, int] = field(default_factory=dict)

    def state_of(self, member_id: int) -> AttendanceState:
        if member_id in self.excused:
            return AttendanceState.EXCUSED
        return AttendanceState.ABSENT if member_id in self.absent else AttendanceState.PRESENT


@dataclass(frozen=True)
class SheetResult:
    """Counts after saving; `refused` rows gave no hours (see their `refusal`)."""

    present: int
    absent: int
    excused: int
    posted: int
    refused: tuple[Attendance, ...] = ()
    awaiting: tuple[Attendance, ...] = ()


def enter_attendance(
    *, actor: Actor, activity: Activity, sheet: Sheet, now: datetime
) -> SheetResult:
    """Save the sheet and credit the hours; also corrects a sheet that was saved before.

    The same sheet sent twice is saved once. Whoever enters their own presence gets no hours for
    it until another person saves the sheet or confirms the row.
    """
    refuse_if(rules.run_refusals(actor, activity))
    if any(not 1 <= minutes <= LONGEST for minutes in sheet.minutes.values()):
        raise Refused(rules.BAD_MINUTES)
    with_retry(partial(_save, actor, activity, sheet, now))
    settle(actor=actor, activity_id=activity.pk, now=now)
    activity.refresh_from_db()
    return result_of(activity)


def result_of(activity: Activity) -> SheetResult:
    rows = Attendance.objects.filter(activity=activity)
    counts = rows.aggregate(
        present=Count("pk", filter=Q(state=AttendanceState.PRESENT)),
        absent=Count("pk", filter=Q(state=AttendanceState.ABSENT)),
        excused=Count("pk", filter=Q(state=AttendanceState.EXCUSED)),
        posted=Count("pk", filter=Q(credit=Credit.POSTED)),
    )
    open_rows = list(
        rows.filter(credit__in=[Credit.REFUSED, Credit.AWAITING])
        .select_related("member__unit")
        .order_by("member__member_no")
    )
    return SheetResult(
        **counts,
        refused=tuple(row for row in open_rows if row.credit == Credit.REFUSED),
        awaiting=tuple(row for row in open_rows if row.credit == Credit.AWAITING),
    )


@transaction.atomic
def _save(actor: Actor, activity: Activity, sheet: Sheet, now: datetime) -> None:
    won = Activity.objects.filter(pk=activity.pk, revision=sheet.revision).update(
        revision=F("revision") + 1
    )
    activity = Activity.objects.select_related("organizer", "community").get(pk=activity.pk)
    refuse_if(rules.sheet_refusals(activity, now))
    before = {row.member_id: row for row in Attendance.objects.filter(activity=activity)}
    people = _people(activity, sheet, before)
    if not won:
        _refuse_unless_same(activity, sheet, people, before)
        return
    writer = _Writer(actor, activity, sheet, now)
    fresh = [writer.new(member) for member in people.values() if member.pk not in before]
    changed = [row for row in before.values() if writer.change(row)]
    Attendance.objects.bulk_create(fresh, batch_size=500)
    Attendance.objects.bulk_update(changed, CHANGING + RECORDED, batch_size=100)
    if activity.closed_at is None:
        activity.state, activity.closed_at = ActivityState.CLOSED, now
        activity.save(update_fields=["state", "closed_at"])
    journal.note(
        actor=actor,
        did="attendance.entered",
        to=activity,
        now=now,
        under=under(actor, activity),
        revision=sheet.revision + 1,
        rows=len(before) + len(fresh),
        changed=len(changed),
    )


def _people(
    activity: Activity, sheet: Sheet, before: Mapping[int, Attendance]
) -> dict[int, Member]:
    """Everyone on the sheet: signed up, written down before, or added now."""
    signed_up = SignUp.objects.filter(activity=activity, state=SignUpState.LIVE)
    ids = set(signed_up.values_list("member_id", flat=True)) | set(before) | sheet.extra
    missing = [pk for pk in ids if pk not in before]
    members: dict[int, Member] = {}
    for start in range(0, len(missing), 1000):
        members |= Member.objects.select_related("unit", "serving_community").in_bulk(
            missing[start : start + 1000]
        )
    return members


def _refuse_unless_same(
    activity: Activity,
    sheet: Sheet,
    people: Iterable[int],
    before: Mapping[int, Attendance],
) -> None:
    """A sheet of an older revision is either a repeat of what stands, or outdated."""
    same = not list(people) and all(
        row.state == sheet.state_of(pk)
        and (
            row.state != AttendanceState.PRESENT
            or row.minutes == sheet.minutes.get(pk, activity.net_minutes)
        )
        for pk, row in before.items()
    )
    if not same:
        raise Refused(rules.SHEET_MOVED_ON)


class _Writer:
    """Turns the marks of a sheet into rows."""

    def __init__(self, actor: Actor, activity: Activity, sheet: Sheet, now: datetime) -> None:
        self.actor = actor
        self.activity = activity
        self.sheet = sheet
        self.now = now

    def new(self, member: Member) -> Attendance:
        place = self.activity.community or member.serving_community
        row = Attendance(
            activity=self.activity,
            member=member,
            unit_code=member.unit.code,
            community_code=place.code if place else "",
            recorded_at=self.now,
            recorded_by_plain=self.actor.user_id,
        )
        row.state, row.minutes, row.started_at = self._wanted(member.pk)
        if row.state == AttendanceState.PRESENT:
            row.credit = self._due(member.pk)
        return row

    def change(self, row: Attendance) -> bool:
        """Bring a row after the sheet; False if nothing about it changes."""
        wanted = self._wanted(row.member_id)
        differs = wanted != (row.state, row.minutes, row.started_at)
        again = row.credit in (Credit.REFUSED, Credit.PENDING) or (
            row.credit == Credit.AWAITING and not self._own(row.member_id)
        )
        if not differs and not again:
            return False
        may_have_entry = row.credit != Credit.NONE
        if differs:
            row.state, row.minutes, row.started_at = wanted
            row.revision += 1
        present = row.state == AttendanceState.PRESENT
        row.refusal = ""
        row.credit = self._due(row.member_id) if present else Credit.NONE
        if may_have_entry and not present:
            row.credit = Credit.PENDING  # settling reverses an entry there may be
        row.recorded_at, row.recorded_by_plain = self.now, self.actor.user_id
        return True

    def _wanted(self, member_id: int) -> tuple[str, int, datetime | None]:
        state = self.sheet.state_of(member_id)
        if state != AttendanceState.PRESENT:
            return state, 0, None
        minutes = self.sheet.minutes.get(member_id, self.activity.net_minutes)
        return state, minutes, self.activity.starts_at

    def _own(self, member_id: int) -> bool:
        return self.actor.member_id == member_id

    def _due(self, member_id: int) -> Credit:
        return Credit.AWAITING if self._own(member_id) else Credit.PENDING


def confirm_attendance(*, actor: Actor, attendance: Attendance, now: datetime) -> Attendance:
    """Another person vouches for a row that its own member had entered."""
    refuse_if(rules.run_refusals(actor, attendance.activity))
    if actor.member_id == attendance.member_id:
        raise Refused(rules.NOT_OWN)
    with transaction.atomic():
        won = Attendance.objects.filter(pk=attendance.pk, credit=Credit.AWAITING).update(
            credit=Credit.PENDING, recorded_at=now, recorded_by_plain=actor.user_id
        )
        if not won:
            raise Refused(rules.NOT_AWAITING)
        journal.note(
            actor=actor,
            did="attendance.confirmed",
            to=attendance,
            now=now,
            under=under(actor, attendance.activity),
        )
    settle(actor=actor, activity_id=attendance.activity_id, now=now)
    attendance.refresh_from_db()
    return attendance
