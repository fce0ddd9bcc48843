"""The member's “today”: what awaits them, their duties as rings, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.activities.choices import ActivityState, NoteState, SignUpState
from allhours.activities.models import Activity, ServiceNote
from allhours.appraisal.duties import Progress
from allhours.appraisal.queries import progress_of, year_of
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.needs.models import Claim, Wish
from allhours.notifications.queries import unread_count
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement
from allhours.placement.queries.desk import placement_of
from allhours.ui.parts import Kind, Task


@dataclass(frozen=True)
class Ring:
    label: str
    done: float
    of: float
    text: str
    note: str
    url: str


@dataclass(frozen=True)
class ClaimRow:
    wish: Wish | None
    note: str
    url: str


@dataclass(frozen=True)
class Today:
    greeting: str
    place: str
    tasks: tuple[Task, ...]
    rings: tuple[Ring, ...]
    rings_note: str
    activity: Activity | None
    claims: tuple[ClaimRow, ...]


def today_of(actor: Actor, on: date) -> Today:
    """Everything the member's home shows."""
    assert actor.member_id is not None  # noqa: S101 - the view asked
    member = Member.objects.select_related("unit").get(pk=actor.member_id)
    placement = placement_of(member.pk)
    claims = _claims_in_hand(member.pk)
    progresses = progress_of(member.pk, on=on)
    short = sum(not progress.met for progress in progresses)
    return Today(
        greeting=_greeting(member.name, clock.local(clock.now()).hour),
        place=_place(member, placement),
        tasks=tuple(_tasks(actor, placement, claims, on)),
        rings=tuple(ring_of(progress) for progress in progresses),
        rings_note=ngettext("还差 %(n)d 项", "还差 %(n)d 项", short) % {"n": short}
        if short
        else _("都已达到"),
        activity=_next_activity(member.pk, on),
        claims=tuple(ClaimRow(c.wish, _claim_note(c), _claim_url(c)) for c in claims),
    )


def _greeting(name: str, hour: int) -> str:
    if hour < 11:
        return _("%(name)s同志，上午好") % {"name": name}
    if hour < 14:
        return _("%(name)s同志，中午好") % {"name": name}
    if hour < 18:
        return _("%(name)s同志，下午好") % {"name": name}
    return _("%(name)s同志，晚上好") % {"name": name}


def _place(member: Member, placement: Placement | None) -> str:
    if placement is None:
        return member.unit.label
    parts = [placement.community.label]
    if placement.branch is not None:
        parts.append(placement.branch.label)
    return " · ".join(parts)


def _tasks(actor: Actor, placement: Placement | None, claims: list[Claim], on: date) -> list[Task]:
    tasks = [task for task in (_reporting_task(placement),) if task]
    tasks += [_claim_task(claim, on) for claim in claims if claim.due_at is not None]
    tasks += _returned_notes(actor)
    unread = unread_count(actor)
    if unread:
        title = ngettext("%(n)d 条新消息", "%(n)d 条新消息", unread) % {"n": unread}
        tasks.append(Task(title, reverse("notifications:inbox"), kind="info"))
    return tasks


def _reporting_task(placement: Placement | None) -> Task | None:
    if placement is None or placement.state == PlacementState.REPORTED:
        return None
    community = placement.community.label
    url = reverse("placement:mine")
    if placement.state == PlacementState.PRESENTED:
        return Task(_("已到%(c)s，等社区接收") % {"c": community}, url, kind="info")
    if placement.state == PlacementState.ASSIGNED:
        return Task(_("已编入%(c)s，等单位开证明信") % {"c": community}, url, kind="neutral")
    return Task(
        _("请到%(c)s报到") % {"c": community},
        url,
        _("带上证明信，或出示编码"),
        kind="danger",
        urgent=True,
        action_label=_("报到"),
        action_url=url,
    )


def _claims_in_hand(member_id: int) -> list[Claim]:
    return list(
        Claim.objects.live()
        .filter(member_id=member_id, wish__isnull=False)
        .select_related("wish__community")
        .order_by("due_at", "pk")
    )


def _claim_url(claim: Claim) -> str:
    return reverse("needs:claim", args=[claim.pk])


def _claim_note(claim: Claim) -> str:
    if claim.delivered_at:
        return _("已送达，待确认")
    if claim.contacted_at:
        return _("已联系")
    return _("还没有联系")


def _claim_task(claim: Claim, on: date) -> Task:
    assert claim.due_at is not None and claim.wish is not None  # noqa: S101, PT018
    due = clock.local_date(claim.due_at)
    if claim.delivered_at is not None:
        kind: Kind = "info"
    else:
        kind = "danger" if due < on else "warn"
    return Task(
        claim.wish.title,
        _claim_url(claim),
        _claim_note(claim),
        due_phrase(due, on),
        kind,
        urgent=due <= on + timedelta(days=2) and claim.delivered_at is None,
    )


def due_phrase(due: date, on: date) -> str:
    """“今天”, “还有 2 天”, “超期 3 天”, or the date."""
    days = (due - on).days
    if days == 0:
        return _("今天")
    if days < 0:
        return ngettext("超期 %(n)d 天", "超期 %(n)d 天", -days) % {"n": -days}
    if days <= 14:
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", days) % {"n": days}
    return _("%(m)d月%(d)d日") % {"m": due.month, "d": due.day}


def _returned_notes(actor: Actor) -> list[Task]:
    count = ServiceNote.objects.filter(
        member_id=actor.member_id or 0, state=NoteState.RETURNED
    ).count()
    if not count:
        return []
    title = ngettext("%(n)d 条写实被退回", "%(n)d 条写实被退回", count) % {"n": count}
    return [Task(title, reverse("activities:my_notes"), _("请补充后再提交"), kind="warn")]


def _next_activity(member_id: int, on: date) -> Activity | None:
    return (
        Activity.objects.filter(
            Q(signups__member_id=member_id, signups__state=SignUpState.LIVE),
            state=ActivityState.PUBLISHED,
            ends_at__gte=clock.at(on),
        )
        .select_related("community")
        .order_by("starts_at")
        .first()
    )


def ring_of(progress: Progress) -> Ring:
    """A duty as a ring: “2 次”, and what is still short."""
    part = [p for p in progress.parts if p.begun][-1:] or [progress.parts[0]]
    text = _("%(n)d次") % {"n": part[0].times}
    hours = part[0].minutes / 60
    if progress.short_minutes is not None and hours >= 1:
        text = _("%(h)s时") % {"h": f"{hours:.1f}".rstrip("0").rstrip(".")}
    return Ring(
        label=progress.duty.title,
        done=progress.share,
        of=1,
        text=text,
        note=short_phrase(progress),
        url=reverse("portal:duty", args=[progress.duty.code]),
    )


def short_phrase(progress: Progress) -> str:
    if not progress.short_times and not progress.short_minutes:
        return _("已达到")
    times = _("%(n)d 次") % {"n": progress.short_times}
    if progress.short_minutes is None:
        return _("还差 %(times)s") % {"times": times}
    hours = f"{progress.short_minutes / 60:.1f}".rstrip("0").rstrip(".")
    if not progress.short_times:
        return _("还差 %(hours)s 小时") % {"hours": hours}
    return _("还差 %(times)s或 %(hours)s 小时") % {"times": times, "hours": hours}


@dataclass(frozen=True)
class Line:
    text: str
    why: str


@dataclass(frozen=True)
class Group:
    title: str
    lines: tuple[Line, ...]
    none: str


@dataclass(frozen=True)
class DutyPage:
    title: str
    text: str
    kind: Kind
    verdict: str
    explained: str
    groups: tuple[Group, ...]


def duty_of(actor: Actor, code: str, on: date) -> DutyPage | None:
    """One duty with what counted and what did not; None if the scheme has no such duty."""
    if actor.member_id is None:
        return None
    found = [p for p in progress_of(actor.member_id, on=on) if p.duty.code == code]
    if not found:
        return None
    progress = found[0]
    entries = {
        entry.pk: entry
        for entry in ledger.live(ledger.in_period(year_of(on))).filter(member_id=actor.member_id)
    }
    words = {
        "other_kind": _("不是这一项要求的服务"),
        "other_period": _("不在本年度"),
        "reversed": _("已冲销"),
    }
    counted = tuple(Line(_entry_text(entries[ref]), "") for ref in progress.counted)
    others = tuple(
        Line(_entry_text(entries[ref]), words[why])
        for ref, why in progress.passed_over
        if ref in entries
    )
    return DutyPage(
        title=progress.duty.title,
        text=progress.duty.text,
        kind="ok" if progress.met else "info",
        verdict=_("已达到") if progress.met else short_phrase(progress),
        explained=_("本年度已记 %(times)d 次、%(hours)s 小时。")
        % {"times": progress.times, "hours": round(progress.minutes / 60, 1)},
        groups=(
            Group(_("已计入"), counted, _("还没有。")),
            Group(_("没有计入"), others, _("没有。")),
        ),
    )


def _entry_text(entry: Any) -> str:
    return _("%(day)s %(kind)s %(hours)s 小时") % {
        "day": f"{entry.on:%Y-%m-%d}",
        "kind": entry.get_kind_display(),
        "hours": f"{entry.minutes / 60:.1f}",
    }


def links_of(actor: Actor) -> list[Task]:
    """我: the pages a member needs now and then."""
    rows = [
        (_("信息卡"), "directory:card", _("特长、服务意愿、可服务时间")),
        (_("报到"), "placement:mine", _("编入的社区、证明信和编码")),
        (_("我的岗位"), "needs:my_posts", _("选岗位、退岗位")),
        (_("写一条写实"), "activities:my_notes", _("自己做的服务，由社区确认")),
        (_("消息"), "notifications:inbox", ""),
        (_("账号与密码"), "accounts:account", _("登录记录、修改密码")),
        (_("怎么用"), "portal:help", ""),
    ]
    return [Task(label, reverse(view), note) for label, view, note in rows]
