"""The rows of wishes, notes and activities on the desks' home pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, TERRITORY_ROLES
from allhours.activities.choices import NoteState
from allhours.activities.models import Activity
from allhours.activities.queries.notes import notes_on_desk_of
from allhours.activities.rules import RUN_ROLES
from allhours.kernel import clock
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Wish
from allhours.needs.queries.channels import origin_title, wish_channels
from allhours.needs.queries.desk import claimer_words
from allhours.needs.queries.limits import wish_limits
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import add_working_days
from allhours.ui.awaiting import Awaiting, Counted, Waiting, day_text

SHEETS = 21  # activities whose attendance is missing: one more than a page shows
FOLD = 5  # more of one kind than this become one row
ENTER_WITHIN = timedelta(days=7)  # attendance after an activity


def wishes(actor: Actor, now: datetime) -> Waiting:
    """To verify, to publish, to confirm, and what is past its time; one query."""
    if not actor.holds(*TERRITORY_ROLES):
        return []
    on = clock.local_date(now)
    live = Q(claims__state=ClaimState.LIVE)
    late = live & Q(claims__delivered_at=None, claims__due_at__lt=now)
    waiting = (WishState.NOTED, WishState.VERIFIED, WishState.DELIVERED)
    overdue = Wish.objects.filter(late).values("pk")
    rows = (
        Wish.objects.on_desk_of(actor)
        .filter(Q(state__in=waiting) | Q(pk__in=overdue))
        .exclude(state=WishState.NOTED, checked_at__isnull=False)  # the review's to pass
        .annotate(claimer=Max(claimer_words(), filter=live))
        .annotate(due=Min("claims__due_at", filter=late))
        .order_by("noted_at")
    )
    by_state: dict[str, list[Wish]] = {}
    for wish in rows:
        overdue_here = wish.state not in waiting
        by_state.setdefault("late" if overdue_here else wish.state, []).append(wish)
    found: list[Awaiting] = []
    for kind, group in by_state.items():
        each = [_wish(kind, wish, on) for wish in group]
        found += each if len(each) <= FOLD else [_folded(kind, each, on)]
    return found


def _wish(kind: str, wish: Wish, on: date) -> Awaiting:
    title, meta = _wish_words(kind, wish)
    return Awaiting(
        title,
        reverse("needs:desk-wish", args=[wish.code]),
        due_on=_wish_due(kind, wish, on),
        since=clock.local_date(wish.noted_at),
        kind="info" if kind == WishState.NOTED else "warn",
        meta=meta,
    )


def _wish_words(kind: str, wish: Wish) -> tuple[str, str]:
    """What it is about, never in the resident's own words, and a line beneath."""
    title = {"title": wish.title}
    claimer = getattr(wish, "claimer", None) or ""
    if kind == WishState.NOTED:
        came = _("%(day)s收到") % {"day": day_text(clock.local_date(wish.noted_at))}
        about = _("新心愿待核实：%(title)s") % title if wish.title else _("新心愿待核实")
        return about, " · ".join((wish.get_wisher_kind_display(), _came_by(wish), came))
    if kind == WishState.VERIFIED:
        return _("心愿“%(title)s”待发布") % title, _("核实通过，可以发布或定时发布")
    if kind == WishState.DELIVERED:
        day = day_text(clock.local_date(wish.delivered_at or wish.noted_at))
        meta = _("认领人 %(name)s · %(day)s送达") % {"name": claimer, "day": day}
        return _("心愿“%(title)s”已送达，待确认") % title, meta
    return _("心愿“%(title)s”超期未办结") % title, _("认领人 %(name)s，请联系或延期") % {
        "name": claimer
    }


def _came_by(wish: Wish) -> str:
    return origin_title(wish.origin, wish_channels(wish.noted_at))


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


def _folded(kind: str, each: Sequence[Awaiting], on: date) -> Awaiting:
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
    days = [row.due_on for row in each if row.due_on]
    past = sum(day < on for day in days)
    meta = ngettext("其中 %(n)d 个已超期", "其中 %(n)d 个已超期", past) % {"n": past}
    return Awaiting(
        titles[kind] % {"n": count},
        url,
        due_on=min(days, default=None),
        since=min((row.since for row in each if row.since), default=None),
        count=count,
        kind="warn",
        meta=meta if past else "",
    )


def notes(actor: Actor, now: datetime) -> Waiting:
    """Members' own notes that wait to be confirmed."""
    if not actor.holds(*COMMUNITY_ROLES):
        return []
    on = clock.local_date(now)
    scheme = scheme_for(on)
    days, most = calendar_around(on, scheme), scheme.activities.note_confirm_working_days
    return [
        Counted(
            notes_on_desk_of(actor).filter(state=NoteState.SUBMITTED),
            lambda n: ngettext("%(n)d 条写实待确认", "%(n)d 条写实待确认", n) % {"n": n},
            reverse("activities:notes"),
            oldest="submitted_at",
            due=lambda day: add_working_days(day, most, days),
            kind="neutral",
            meta=_("可以一次全部确认"),
        )
    ]


def attendance(actor: Actor, now: datetime) -> Waiting:
    """Activities that are over and whose attendance is not yet entered."""
    if not actor.holds(*RUN_ROLES):
        return []
    rows = Activity.objects.on_desk_of(actor).awaiting_attendance(now).order_by("ends_at")
    return [_sheet(activity) for activity in rows[:SHEETS]]


def _sheet(activity: Activity) -> Awaiting:
    day = clock.local_date(activity.ends_at)
    signed_up = ngettext("%(n)d 人报名", "%(n)d 人报名", activity.taken) % {"n": activity.taken}
    return Awaiting(
        _("活动“%(title)s”待登记出勤") % {"title": activity.title},
        reverse("activities:attendance", args=[activity.code]),
        due_on=day + ENTER_WITHIN,
        since=day,
        meta=f"{day_text(day)} · {signed_up}",
    )
