"""待办 of the desks: the rows of every room in one list, the soonest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, TERRITORY_ROLES, UNIT_ROLES
from allhours.activities.choices import NoteState
from allhours.activities.models import Activity
from allhours.activities.queries.notes import notes_on_desk_of
from allhours.activities.rules import RUN_ROLES
from allhours.kernel import clock
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Wish
from allhours.needs.queries.limits import wish_limits
from allhours.placement.models import Placement
from allhours.placement.queries.desk import inbox_items as placement_items
from allhours.placement.queries.desk import letter_of, to_receive
from allhours.placement.queries.figures import county_rate
from allhours.placement.queries.person import steps
from allhours.placement.rules import receive_refusals
from allhours.portal.words import day_text, due_phrase
from allhours.reports.openings import figure_address
from allhours.reports.scope import READERS
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import add_working_days
from allhours.ui.parts import Fact, Kind, NavItem, Step, Task

SHOWN = 20  # rows of the list; the rest is one line
FOLD = 5  # more of one kind than this become one row
ENTER_WITHIN = timedelta(days=7)  # attendance after an activity
CONFIRM_WORKING_DAYS = 5  # a member's note


@dataclass(frozen=True)
class Receiving:
    """A member who stands at the community's desk."""

    placement: Placement
    steps: Sequence[Step]
    facts: Sequence[Fact]
    may_receive: bool


@dataclass(frozen=True)
class DeskHome:
    tasks: tuple[Task, ...]
    count: int
    more: int  # rows that did not fit
    receiving: Receiving | None  # who waits longest at the desk
    actions: tuple[NavItem, ...]
    figures: tuple[Fact, ...]


@dataclass(frozen=True)
class Due:
    """A task with the day by which it should be done."""

    task: Task
    day: date


def desk_home(actor: Actor, now: datetime) -> DeskHome:
    """What waits, what is most often begun here, and a few figures of this desk."""
    on = clock.local_date(now)
    due = [Due(task, on) for task in placement_items(actor, on)]
    if actor.holds(*TERRITORY_ROLES):
        due += _wishes(actor, on, now)
    if actor.holds(*COMMUNITY_ROLES):
        due += _notes(actor, on)
    due += _attendance(actor, on, now)
    due.sort(key=lambda each: (each.day, each.task.title))
    return DeskHome(
        tasks=tuple(each.task for each in due[:SHOWN]),
        count=len(due),
        more=max(len(due) - SHOWN, 0),
        receiving=_receiving(actor, on),
        actions=_actions(actor),
        figures=tuple(_figures(actor, on)),
    )


def _receiving(actor: Actor, on: date) -> Receiving | None:
    placement = to_receive(actor).first() if actor.holds(*COMMUNITY_ROLES) else None
    if placement is None:
        return None
    member, letter = placement.member, letter_of(placement)
    titles = {choice.code: choice.title for choice in scheme_for(on).roster.skills}
    skills = _("、").join(titles.get(code, code) for code in member.skills)
    facts = [
        Fact(_("证明信"), letter.number if letter else "—"),
        Fact(_("单位"), placement.unit.label),
        Fact(_("现居住地"), member.address or "—"),
        Fact(_("特长"), skills or member.skills_text or "—"),
    ]
    may = not receive_refusals(placement, actor)
    return Receiving(placement, steps(placement), facts, may)


def _actions(actor: Actor) -> tuple[NavItem, ...]:
    found: list[NavItem] = []
    if actor.holds(*COMMUNITY_ROLES):
        found.append(NavItem(_("登记出勤"), reverse("activities:desk")))
    if actor.holds(*TERRITORY_ROLES):
        found.append(NavItem(_("登记心愿"), reverse("needs:desk-note")))
    if actor.holds(*UNIT_ROLES):
        found.append(NavItem(_("开证明信"), reverse("placement:letters")))
        found.append(NavItem(_("导入花名册"), reverse("directory:roster")))
    return tuple(found)


# ---- wishes ----------------------------------------------------------------------------------


def _wishes(actor: Actor, on: date, now: datetime) -> list[Due]:
    """To verify, to publish, to confirm, and what is past its time; one query."""
    live = Q(claims__state=ClaimState.LIVE)
    late = live & Q(claims__delivered_at=None, claims__due_at__lt=now)
    waiting = (WishState.NOTED, WishState.VERIFIED, WishState.DELIVERED)
    overdue = Wish.objects.filter(late).values("pk")
    rows = (
        Wish.objects.on_desk_of(actor)
        .filter(Q(state__in=waiting) | Q(pk__in=overdue))
        .annotate(claimer=Max("claims__member__name", filter=live))
        .annotate(due=Min("claims__due_at", filter=late))
        .order_by("noted_at")
    )
    by_state: dict[str, list[Wish]] = {}
    for wish in rows:
        overdue_here = wish.state not in waiting
        by_state.setdefault("late" if overdue_here else wish.state, []).append(wish)
    found: list[Due] = []
    for kind, wishes in by_state.items():
        each = [_wish(kind, wish, on) for wish in wishes]
        found += each if len(each) <= FOLD else [_folded(kind, each, on)]
    return found


def _wish(kind: str, wish: Wish, on: date) -> Due:
    by = _wish_due(kind, wish, on)
    title, meta = _wish_words(kind, wish)
    url = reverse("needs:desk-wish", args=[wish.code])
    return Due(_task(title, url, by, on, meta, "info" if kind == WishState.NOTED else "warn"), by)


def _wish_words(kind: str, wish: Wish) -> tuple[str, str]:
    """What it is about, never in the resident's own words, and a line beneath."""
    title = {"title": wish.title}
    claimer = getattr(wish, "claimer", None) or ""
    if kind == WishState.NOTED:
        came = _("%(day)s收到") % {"day": day_text(clock.local_date(wish.noted_at))}
        about = _("新心愿待核实：%(title)s") % title if wish.title else _("新心愿待核实")
        return about, " · ".join((wish.get_wisher_kind_display(), wish.get_origin_display(), came))
    if kind == WishState.VERIFIED:
        return _("心愿“%(title)s”待发布") % title, _("核实通过，可以发布或定时发布")
    if kind == WishState.DELIVERED:
        day = day_text(clock.local_date(wish.delivered_at or wish.noted_at))
        meta = _("认领人 %(name)s · %(day)s送达") % {"name": claimer, "day": day}
        return _("心愿“%(title)s”已送达，待确认") % title, meta
    return _("心愿“%(title)s”超期未办结") % title, _("认领人 %(name)s，请联系或延期") % {
        "name": claimer
    }


def _wish_due(kind: str, wish: Wish, on: date) -> date:
    limits = wish_limits(clock.at(on))
    if kind == WishState.NOTED:
        days = calendar_around(on, scheme_for(on))
        return add_working_days(clock.local_date(wish.noted_at), limits.verify_working_days, days)
    if kind == WishState.VERIFIED:
        return clock.local_date(wish.verified_at or wish.noted_at)
    if kind == WishState.DELIVERED:
        delivered = clock.local_date(wish.delivered_at or wish.noted_at)
        return delivered + timedelta(days=limits.confirm_days)
    due: datetime | None = getattr(wish, "due", None)
    return clock.local_date(due) if due else on


def _folded(kind: str, each: Sequence[Due], on: date) -> Due:
    """Many of one kind: one row with the first day among them."""
    count = len(each)
    titles = {
        WishState.NOTED: ngettext("%(n)d 个新心愿待核实", "%(n)d 个新心愿待核实", count),
        WishState.VERIFIED: ngettext("%(n)d 个心愿待发布", "%(n)d 个心愿待发布", count),
        WishState.DELIVERED: ngettext(
            "%(n)d 个心愿已送达，待确认", "%(n)d 个心愿已送达，待确认", count
        ),
        "late": ngettext("%(n)d 个心愿超期未办结", "%(n)d 个心愿超期未办结", count),
    }
    columns: dict[str, str] = {"late": "claimed"}
    url = reverse("needs:desk-list", args=[columns.get(kind, kind)])
    by = min(due.day for due in each)
    past = sum(due.day < on for due in each)
    meta = (
        ngettext("其中 %(n)d 个已超期", "其中 %(n)d 个已超期", past) % {"n": past} if past else ""
    )
    return Due(_task(titles[kind] % {"n": count}, url, by, on, meta if past else "", "warn"), by)


# ---- notes and activities --------------------------------------------------------------------


def _notes(actor: Actor, on: date) -> list[Due]:
    rows = notes_on_desk_of(actor).filter(state=NoteState.SUBMITTED)
    row = rows.order_by().aggregate(n=Count("pk"), first=Min("submitted_at"))
    if not row["n"]:
        return []
    days = calendar_around(on, scheme_for(on))
    by = add_working_days(clock.local_date(row["first"]), CONFIRM_WORKING_DAYS, days)
    title = ngettext("%(n)d 条写实待确认", "%(n)d 条写实待确认", row["n"]) % {"n": row["n"]}
    url = reverse("activities:notes")
    return [Due(_task(title, url, by, on, _("可以一次全部确认"), "neutral"), by)]


def _attendance(actor: Actor, on: date, now: datetime) -> list[Due]:
    """Activities that are over and whose attendance is not yet entered."""
    if not actor.holds(*RUN_ROLES):
        return []
    rows = Activity.objects.on_desk_of(actor).awaiting_attendance(now).order_by("ends_at")
    return [_sheet(activity, on) for activity in rows[: SHOWN + 1]]


def _sheet(activity: Activity, on: date) -> Due:
    day = clock.local_date(activity.ends_at)
    signed_up = ngettext("%(n)d 人报名", "%(n)d 人报名", activity.taken) % {"n": activity.taken}
    url = reverse("activities:attendance", args=[activity.code])
    title = _("活动“%(title)s”待登记出勤") % {"title": activity.title}
    by = day + ENTER_WITHIN
    return Due(_task(title, url, by, on, f"{day_text(day)} · {signed_up}", "info"), by)


def _task(title: str, url: str, by: date, on: date, meta: str, kind: Kind) -> Task:
    late = by < on
    return Task(title, url, meta, due_phrase(by, on), "danger" if late else kind, late)


def _figures(actor: Actor, on: date) -> Iterable[Fact]:
    """Reporting-in of this desk's own people; each number opens to them."""
    if not actor.holds(*READERS):
        return
    rate = county_rate(on, actor=actor)
    for label, value, measure in (
        (_("应报到"), rate.expected, "expected"),
        (_("已报到"), rate.numerator, "reported"),
        (_("免报"), rate.excused, "excused"),
        (_("未报到"), rate.missing, "missing"),
    ):
        url = figure_address(measure, on) if value else ""
        yield Fact(label, _("%(n)s 人") % {"n": f"{value:,}"}, url)
