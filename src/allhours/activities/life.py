"""What a change of a person means for sign-ups, attendance and notes (directory.consequences)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.activities.actions.signups import fill_from_queue, take_turn
from allhours.activities.choices import (
    OPEN_SIGN_UPS,
    ActivityState,
    AttendanceState,
    Credit,
    NoteState,
    SignUpState,
)
from allhours.activities.models import Activity, Attendance, ServiceNote, SignUp
from allhours.directory.choices import Fate
from allhours.directory.consequences import (
    Consequence,
    Departure,
    Event,
    Handler,
    Lines,
    Merge,
    Mover,
    Retirement,
    Undo,
    Withdrawal,
)
from allhours.kernel import clock
from allhours.ledger import queries as ledger


class ActivitiesHandler(Handler):
    room = "activities"
    rank = 30
    on: ClassVar[tuple[type[Event], ...]] = (Departure, Retirement, Withdrawal)

    def foresee(self, event: Event) -> Lines:
        return [
            *[
                Consequence(row.member_id, "signup", row.activity.code, row.activity.title)
                for row in _signups(event)
            ],
            *[
                Consequence(
                    row.member_id,
                    "note",
                    str(row.pk),
                    row.text,
                    Fate.KEPT if row.state == NoteState.SUBMITTED else Fate.CLOSED,
                )
                for row in _notes(event)
            ],
        ]

    def carry_out(self, actor: Actor, event: Event, now: datetime) -> Lines:
        lines = self.foresee(event)
        by_activity: defaultdict[int, list[int]] = defaultdict(list)
        for row in _signups(event):
            by_activity[row.activity_id].append(row.pk)
        for activity_id, keys in sorted(by_activity.items()):
            _free(actor, Activity(pk=activity_id), keys, now)
        _notes(event).filter(state=NoteState.RETURNED).update(
            state=NoteState.WITHDRAWN, decided_at=now
        )
        return lines


def _signups(event: Event) -> QuerySet[SignUp]:
    """For what has not begun on the day; who had come before stays on the sheet."""
    if isinstance(event, Retirement) and event.stays:
        return SignUp.objects.none()
    return (
        SignUp.objects.filter(
            member__in=event.members,
            state__in=OPEN_SIGN_UPS,
            activity__state=ActivityState.PUBLISHED,
            activity__starts_at__gte=clock.at(event.on),
        )
        .select_related("activity")
        .order_by("activity_id", "pk")
    )


def _notes(event: Event) -> QuerySet[ServiceNote]:
    """What waits for the community stays; what the member would have had to correct does not."""
    states = [NoteState.SUBMITTED]
    if isinstance(event, Departure):
        states.append(NoteState.RETURNED)
    return ServiceNote.objects.filter(member__in=event.members, state__in=states).order_by("pk")


def _free(actor: Actor, activity: Activity, keys: list[int], now: datetime) -> None:
    activity = take_turn(activity)
    rows = list(SignUp.objects.filter(pk__in=keys, state__in=OPEN_SIGN_UPS))
    held = sum(row.state == SignUpState.LIVE for row in rows)
    SignUp.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=SignUpState.WITHDRAWN, ended_at=now
    )
    if held:
        activity.taken -= held
        activity.save(update_fields=["taken"])
        fill_from_queue(activity, now=now)
    journal.note_many(
        journal.line(
            actor=actor, did="activity.withdrew", to=activity, now=now, member=row.member_id
        )
        for row in rows
    )


def _seat_again(signup_id: int, state: str) -> None:
    row = SignUp.objects.get(pk=signup_id)
    if row.state != SignUpState.WITHDRAWN:
        return
    activity = take_turn(Activity(pk=row.activity_id))
    row.state, row.ended_at = state, None
    row.save(update_fields=["state", "ended_at"])
    if state == SignUpState.LIVE:
        activity.taken += 1
        activity.save(update_fields=["taken"])


class ActivitiesMover(Mover):
    """Moves the rows; `LedgerFollower` brings their revisions after the ledger's entries."""

    room = "activities"
    rank = 30
    models = ("activities.signup", "activities.attendance", "activities.servicenote")

    def foresee(self, event: Merge) -> Lines:
        twice = set(_twice(SignUp, event))
        rows = SignUp.objects.filter(
            member=event.gone, state__in=OPEN_SIGN_UPS, activity__state=ActivityState.PUBLISHED
        ).select_related("activity")
        return [
            Consequence(
                row.member_id,
                "signup",
                row.activity.code,
                row.activity.title,
                Fate.CLOSED if row.activity_id in twice else Fate.HANDED,
            )
            for row in rows.order_by("pk")
        ]

    def move(self, actor: Actor, event: Merge, now: datetime) -> Undo:
        mine = SignUp.objects.filter(member=event.gone, state__in=OPEN_SIGN_UPS)
        twice = mine.filter(activity__in=_twice(SignUp, event)).select_related("activity")
        undo: Undo = {"attendance": self._taken_over(event), "begun": []}
        for row in twice.order_by("activity_id"):
            _free(actor, row.activity, [row.pk], now)
            if row.activity.starts_at <= now:  # its place goes to nobody, so it can come back
                undo["begun"].append({"signup": row.pk, "state": row.state})
        for model, name in ((SignUp, "signups"), (ServiceNote, "notes")):
            rows: QuerySet[Any] = model._default_manager.filter(member=event.gone)
            undo[name] = list(rows.values_list("pk", flat=True))
            rows.update(member=event.kept)
        sheets = Attendance.objects.filter(member=event.gone).exclude(
            activity__in=_twice(Attendance, event)
        )
        undo["sheets"] = list(sheets.values_list("pk", flat=True))
        sheets.update(member=event.kept)
        return undo

    def _taken_over(self, event: Merge) -> list[dict[str, Any]]:
        """On a sheet that names both numbers the one who was there is believed."""
        changed = []
        gone = Attendance.objects.filter(member=event.gone, state=AttendanceState.PRESENT)
        for row in gone.filter(activity__in=_twice(Attendance, event)):
            kept = Attendance.objects.get(activity=row.activity_id, member=event.kept)
            names = ("state", "minutes", "credit", "refusal")
            before = {name: getattr(kept, name) for name in names}
            before["started_at"] = kept.started_at.isoformat() if kept.started_at else None
            changed.append({"kept": kept.pk, "gone": row.pk, "gone_credit": row.credit} | before)
            if kept.state != AttendanceState.PRESENT:
                Attendance.objects.filter(pk=kept.pk).update(
                    **{name: getattr(row, name) for name in (*names, "started_at")}
                )
            Attendance.objects.filter(pk=row.pk).update(credit=Credit.NONE)
        return changed

    def back(self, actor: Actor, event: Merge, undo: Undo, now: datetime) -> None:
        for model, name in ((SignUp, "signups"), (ServiceNote, "notes"), (Attendance, "sheets")):
            rows: QuerySet[Any] = model._default_manager.filter(pk__in=undo[name])
            rows.filter(member=event.kept).update(member=event.gone)
        for row in undo.get("begun", ()):
            _seat_again(row["signup"], row["state"])
        names = ("state", "started_at", "minutes", "credit", "refusal")
        for row in undo["attendance"]:
            Attendance.objects.filter(pk=row["gone"]).update(credit=row["gone_credit"])
            Attendance.objects.filter(pk=row["kept"]).update(
                **{name: row[name] for name in names if name in row}
            )


class LedgerFollower(Mover):
    """After the ledger: sheets and notes carry the revision that their entries have now."""

    room = "activities.ledger"
    rank = 50

    def move(self, actor: Actor, event: Merge, now: datetime) -> Undo:
        follow_ledger(event.kept)
        return {}

    def back(self, actor: Actor, event: Merge, undo: Undo, now: datetime) -> None:
        follow_ledger(event.kept)
        follow_ledger(event.gone)


def follow_ledger(member_id: int) -> None:
    sheets = Attendance.objects.filter(member=member_id, credit=Credit.POSTED)
    by_code = {row.activity.code: row for row in sheets.select_related("activity")}
    for entry in ledger.entries_of_source("activity", by_code).filter(member=member_id):
        Attendance.objects.filter(pk=by_code[entry.source_key].pk).update(revision=entry.revision)
    notes = {
        str(pk): pk
        for pk in ServiceNote.objects.filter(
            member=member_id, state=NoteState.CONFIRMED
        ).values_list("pk", flat=True)
    }
    for entry in ledger.entries_of_source("note", notes).filter(member=member_id):
        ServiceNote.objects.filter(pk=notes[entry.source_key]).update(revision=entry.revision)


def _twice(model: Any, event: Merge) -> list[int]:
    """Activities that know both numbers."""
    rows = model.objects.all()
    if model is SignUp:
        rows = rows.filter(state__in=OPEN_SIGN_UPS)
    kept = set(rows.filter(member=event.kept).values_list("activity", flat=True))
    return sorted(kept & set(rows.filter(member=event.gone).values_list("activity", flat=True)))
