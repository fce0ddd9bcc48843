"""The attendance sheet, and finding people who came without signing up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.activities import rules
from allhours.activities.choices import AttendanceState, Credit, SignUpState
from allhours.activities.models import Activity, Attendance, Outcome, SignUp
from allhours.directory.models import Member
from allhours.kernel.errors import Refusal
from allhours.scheme.schema import OutcomeKind

FOUND = 12  # people shown for a search


@dataclass(frozen=True)
class Row:
    """A line of the sheet. `minutes` "" means the activity's own."""

    member_id: int
    member_no: str
    name: str
    unit: str
    state: str = AttendanceState.PRESENT
    minutes: str = ""
    attendance: Attendance | None = None

    @property
    def absent(self) -> bool:
        return self.state == AttendanceState.ABSENT

    @property
    def excused(self) -> bool:
        return self.state == AttendanceState.EXCUSED

    @property
    def needs_confirming(self) -> bool:
        return self.attendance is not None and self.attendance.credit == Credit.AWAITING

    @property
    def refusal(self) -> str:
        return self.attendance.refusal if self.attendance else ""


@dataclass(frozen=True)
class Marks:
    """What a posted form says about the sheet, so that a refused one is shown as it was sent."""

    absent: frozenset[int] = frozenset()
    excused: frozenset[int] = frozenset()
    minutes: Mapping[int, str] | None = None


def sheet_rows(activity: Activity, marks: Marks | None = None) -> list[Row]:
    """Everyone who signed up or was written down, by name."""
    before = {
        row.member_id: row
        for row in Attendance.objects.filter(activity=activity).select_related("member__unit")
    }
    signed_up = SignUp.objects.filter(activity=activity, state=SignUpState.LIVE)
    people = {row.member_id: row.member for row in before.values()} | {
        signup.member_id: signup.member for signup in signed_up.select_related("member__unit")
    }
    ordered = sorted(people.values(), key=lambda m: (m.pinyin or m.name, m.member_no))
    return [_row(activity, member, before.get(member.pk), marks) for member in ordered]


def _row(
    activity: Activity, member: Member, attendance: Attendance | None, marks: Marks | None
) -> Row:
    state, minutes = AttendanceState.PRESENT.value, ""
    if attendance is not None:
        state = attendance.state
        other = state == AttendanceState.PRESENT and attendance.minutes != activity.net_minutes
        minutes = str(attendance.minutes) if other else ""
    if marks is not None:
        state = AttendanceState.PRESENT
        if member.pk in marks.excused:
            state = AttendanceState.EXCUSED
        elif member.pk in marks.absent:
            state = AttendanceState.ABSENT
        minutes = (marks.minutes or {}).get(member.pk, "")
    return Row(
        member.pk, member.member_no, member.name, member.unit.label, state, minutes, attendance
    )


def find_people(actor: Actor, words: str, activity: Activity) -> list[Member]:
    """On the roster and not on the sheet: by number in the county, by name in one's own scope."""
    words = words.strip()
    if len(words) < 2:
        return []
    return list(
        _people(actor)
        .filter(_called(actor, words, exact=False))
        .exclude(
            pk__in=SignUp.objects.filter(activity=activity, state=SignUpState.LIVE).values("member")
        )[:FOUND]
    )


def resolve_people(actor: Actor, words: Iterable[str]) -> tuple[set[int], list[Refusal]]:
    """Member ids of numbers or full names that were typed; what is unknown or unsure is refused."""
    found: set[int] = set()
    refusals = []
    for word in words:
        matches = list(_people(actor).filter(_called(actor, word, exact=True))[:FOUND])
        if len(matches) == 1:
            found.add(matches[0].pk)
        elif matches:
            numbers = _("、").join(
                _("%(title)s（%(unit)s）") % {"title": m.member_no, "unit": m.unit.label}
                for m in matches
            )
            refusals.append(
                rules.SEVERAL_PEOPLE.having(text=word, count=len(matches), numbers=numbers)
            )
        else:
            refusals.append(rules.UNKNOWN_PERSON.having(text=word))
    return found, refusals


def _people(actor: Actor) -> QuerySet[Member]:
    return Member.objects.on_roster().select_related("unit").order_by("member_no")


def _called(actor: Actor, words: str, *, exact: bool) -> Q:
    name = Q(name=words) if exact else Q(name__contains=words)
    seen = Member.objects.visible_to(actor).values("pk")
    return Q(member_no__iexact=words) | (name & Q(pk__in=seen))


def attendance_of(activity: Activity, pk: int) -> QuerySet[Attendance]:
    rows = Attendance.objects.filter(activity=activity, pk=pk)
    return rows.select_related("activity__organizer", "activity__community", "member")


@dataclass(frozen=True)
class Quantity:
    kind: OutcomeKind
    value: Outcome | None

    @property
    def text(self) -> str:
        return f"{self.value.quantity:.{self.kind.decimals}f}" if self.value else ""


def outcomes_of(activity: Activity, kinds: Iterable[OutcomeKind]) -> list[Quantity]:
    """Each kind of the scheme, with what was recorded."""
    recorded = {outcome.kind: outcome for outcome in Outcome.objects.filter(activity=activity)}
    return [Quantity(kind, recorded.get(kind.code)) for kind in kinds]


def chosen_people(numbers: Iterable[str]) -> list[Member]:
    """Members by number, to be shown as chosen."""
    rows = Member.objects.on_roster().filter(member_no__in=list(numbers)[:200])
    return list(rows.select_related("unit").order_by("member_no"))
