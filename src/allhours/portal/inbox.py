"""待办 of the desks: the rows of every room in one list, the soonest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import (
    COMMUNITY_ROLES,
    COUNTY_ROLES,
    TERRITORY_ROLES,
    UNIT_ROLES,
    Role,
)
from allhours.activities.choices import NoteState
from allhours.activities.models import Activity, ServiceNote
from allhours.kernel import clock
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.placement.queries.desk import inbox_items as placement_items
from allhours.placement.queries.figures import county_rate
from allhours.portal.member import due_phrase
from allhours.portal.queries import Number
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import add_working_days
from allhours.ui.parts import Fact, NavItem, Task


@dataclass(frozen=True)
class DeskHome:
    tasks: tuple[Task, ...]
    actions: tuple[NavItem, ...]
    figures: tuple[Fact, ...]


@dataclass(frozen=True)
class _Due:
    """A task with the day by which it should be done; None: no day."""

    task: Task
    day: date | None


def desk_home(actor: Actor, now: datetime) -> DeskHome:
    """What waits, what is most often begun here, and a few figures of this desk."""
    on = clock.local_date(now)
    due = [_Due(task, on) for task in placement_items(actor, on)]
    if actor.holds(*TERRITORY_ROLES):
        due += _wishes(actor, on, now)
    if actor.holds(*COMMUNITY_ROLES):
        due += _notes(actor, on)
    due += _attendance(actor, on, now)
    due.sort(key=lambda each: (each.day or date.max, each.task.title))
    return DeskHome(
        tasks=tuple(each.task for each in due),
        actions=_actions(actor),
        figures=tuple(Fact(n.label, f"{n.value}{n.unit}") for n in _numbers(actor, on)),
    )


def _actions(actor: Actor) -> tuple[NavItem, ...]:
    found: list[NavItem] = []
    if actor.holds(*UNIT_ROLES):
        found.append(NavItem(_("开证明信"), reverse("placement:letters")))
        found.append(NavItem(_("导入花名册"), reverse("directory:roster")))
    if actor.holds(*COMMUNITY_ROLES):
        found.append(NavItem(_("登记出勤"), reverse("activities:desk")))
    if actor.holds(*TERRITORY_ROLES):
        found.append(NavItem(_("登记心愿"), reverse("needs:intake")))
    return tuple(found)


def _wishes(actor: Actor, on: date, now: datetime) -> list[_Due]:
    """To verify, to publish, to confirm, and what is late, each as one row with its first day."""
    limits = scheme_for(on).wishes
    days = calendar_around(on, scheme_for(on))
    desk = Wish.objects.on_desk_of(actor)
    row = desk.aggregate(
        noted=Count("pk", filter=Q(state=WishState.NOTED)),
        noted_first=Min("noted_at", filter=Q(state=WishState.NOTED)),
        verified=Count("pk", filter=Q(state=WishState.VERIFIED)),
        verified_first=Min("verified_at", filter=Q(state=WishState.VERIFIED)),
        delivered=Count("pk", filter=Q(state=WishState.DELIVERED)),
        delivered_first=Min("delivered_at", filter=Q(state=WishState.DELIVERED)),
    )
    board = reverse("needs:board")
    found = []
    if row["noted"]:
        by = add_working_days(
            clock.local_date(row["noted_first"]), limits.verify_working_days, days
        )
        title = ngettext("%(n)d 个心愿待核实", "%(n)d 个心愿待核实", row["noted"])
        found.append(_due(title, row["noted"], board, by, on, _("核实后才能公开")))
    if row["verified"] and row["verified_first"]:
        title = ngettext("%(n)d 个心愿待发布", "%(n)d 个心愿待发布", row["verified"])
        by = clock.local_date(row["verified_first"])
        found.append(_due(title, row["verified"], board, by, on, ""))
    if row["delivered"] and row["delivered_first"]:
        by = clock.local_date(row["delivered_first"]) + timedelta(days=limits.confirm_days)
        title = ngettext(
            "%(n)d 个心愿已送达，待确认", "%(n)d 个心愿已送达，待确认", row["delivered"]
        )
        found.append(_due(title, row["delivered"], board, by, on, _("居民没有回应的，由社区确认")))
    late = Claim.objects.filter(
        state=ClaimState.LIVE, wish__in=desk.values("pk"), due_at__lt=now, delivered_at=None
    ).count()
    if late:
        title = ngettext("%(n)d 个心愿超期未办", "%(n)d 个心愿超期未办", late)
        found.append(_due(title, late, board, on, on, _("请联系认领人，或释放给别人")))
    return found


def _notes(actor: Actor, on: date) -> list[_Due]:
    rows = ServiceNote.objects.visible_to(actor).filter(state=NoteState.SUBMITTED)
    row = rows.aggregate(n=Count("pk"), first=Min("submitted_at"))
    if not row["n"]:
        return []
    scheme = scheme_for(on)
    by = add_working_days(clock.local_date(row["first"]), 5, calendar_around(on, scheme))
    title = ngettext("%(n)d 条写实待确认", "%(n)d 条写实待确认", row["n"])
    return [_due(title, row["n"], reverse("activities:notes"), by, on, "")]


def _attendance(actor: Actor, on: date, now: datetime) -> list[_Due]:
    """Activities that are over and whose attendance is not yet entered."""
    rows = Activity.objects.on_desk_of(actor).awaiting_attendance(now).order_by("ends_at")[:5]
    return [
        _Due(
            Task(
                _("活动“%(title)s”待登记出勤") % {"title": activity.title},
                reverse("activities:attendance", args=[activity.code]),
                _("%(day)s · %(n)d 人报名")
                % {"day": f"{clock.local(activity.starts_at):%m-%d}", "n": activity.taken},
                due_phrase(clock.local_date(activity.ends_at) + timedelta(days=7), on),
                "warn",
            ),
            clock.local_date(activity.ends_at) + timedelta(days=7),
        )
        for activity in rows
    ]


def _due(title: str, count: int, url: str, by: date, on: date, meta: str) -> _Due:
    late = by <= on
    return _Due(
        Task(
            title % {"n": count}, url, meta, due_phrase(by, on), "danger" if late else "warn", late
        ),
        by,
    )


def _numbers(actor: Actor, on: date) -> list[Number]:
    """The reporting rate of this desk's own people."""
    if not actor.holds(*COUNTY_ROLES, *UNIT_ROLES, *COMMUNITY_ROLES, Role.TEAM_LEADER):
        return []
    rate = county_rate(on, actor=actor)
    return [
        Number(_("应报到"), f"{rate.expected:,}", _("人")),
        Number(_("已报到"), f"{rate.numerator:,}", _("人")),
        Number(_("免报"), f"{rate.excused:,}", _("人")),
        Number(_("未报到"), f"{rate.missing:,}", _("人")),
    ]
