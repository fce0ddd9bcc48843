"""The member's “today”: what awaits them, their duties as rings, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.activities.choices import SignUpState
from allhours.activities.models import Activity
from allhours.activities.queries.activities import signups_of
from allhours.appraisal.duties import Progress
from allhours.appraisal.facts import facts_of
from allhours.appraisal.queries import entries_of_year, progress_of
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.ledger.choices import EntryKind
from allhours.needs.queries.festivals import Shown, banners
from allhours.needs.queries.limits import scheme_now
from allhours.needs.queries.menu import fitting_for
from allhours.needs.queries.mine import InHand, claims_of, in_hand
from allhours.needs.queries.posts import OPEN, PostCard
from allhours.placement.models import Placement
from allhours.placement.queries.desk import placement_of
from allhours.portal import member_rows
from allhours.portal.awaiting import MEMBER, awaiting
from allhours.portal.words import hours_text
from allhours.ui.awaiting import Awaiting, as_task
from allhours.ui.parts import Kind, Task

if TYPE_CHECKING:
    from allhours.ledger.models import Entry
    from allhours.needs.models import Claim


@dataclass(frozen=True)
class Ring:
    label: str
    done: float
    of: float
    text: str
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
    waiting: bool  # on the waiting list of that activity
    wishes: tuple[InHand, ...]
    posts: tuple[Claim, ...]  # held this year, or applied for
    fitting: tuple[PostCard, ...]  # where none is held
    festivals: tuple[Shown, ...]


def today_of(actor: Actor, now: datetime) -> Today:
    """Everything the member's home shows."""
    if actor.member_id is None:
        raise ValueError("not a member")
    on = clock.local_date(now)
    member = Member.objects.select_related("unit").get(pk=actor.member_id)
    placement = placement_of(member.pk)
    held = _held(actor)
    wishes = [
        in_hand(claim, now) for claim in held if claim.wish is not None and claim.state == "live"
    ]
    progresses = progress_of(member.pk, on=on)
    short = sum(not progress.met for progress in progresses)
    posts = tuple(claim for claim in held if claim.post is not None)
    coming = [each for each in signups_of(member) if each.activity.ends_at > now][:1]
    return Today(
        greeting=_greeting(member.name, clock.local(now).hour),
        place=_place(member, placement),
        tasks=tuple(as_task(each, on) for each in _awaiting(actor, placement, wishes, now)),
        rings=tuple(ring_of(progress) for progress in progresses),
        rings_note=ngettext("还差 %(n)d 项", "还差 %(n)d 项", short) % {"n": short}
        if short
        else _("都已达到"),
        activity=coming[0].activity if coming else None,
        waiting=bool(coming) and coming[0].state == SignUpState.WAITING,
        wishes=tuple(wishes),
        posts=posts,
        fitting=() if posts else tuple(fitting_for(member, now, limit=2)),
        festivals=tuple(banners(actor, now)),
    )


def _held(actor: Actor) -> list[Claim]:
    """Wishes and posts, applications for these too, what is due first."""
    rows = claims_of(actor).named().select_related("wish__community", "post__community", "unit")
    return list(rows.filter(state__in=OPEN).order_by("due_at", "pk"))


def _awaiting(
    actor: Actor, placement: Placement | None, wishes: list[InHand], now: datetime
) -> list[Awaiting]:
    """By deadline, then age; new messages always last."""
    on = clock.local_date(now)
    own = [member_rows.reporting(actor, placement, on)]
    own += [member_rows.wish(each, on) for each in wishes]
    rows = awaiting(MEMBER, actor, now, also=[each for each in own if each])
    return [*rows, *member_rows.messages(actor)]


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


def ring_of(progress: Progress) -> Ring:
    """A duty as a ring: “1次” or “3.5时”, whichever is nearer the target, and what is short."""
    part = ([p for p in progress.parts if p.begun] or [progress.parts[0]])[-1]
    text = _("%(n)d次") % {"n": part.times}
    if progress.kind == "hours" or (progress.short_minutes and part.minutes >= 60):
        text = _("%(h)s时") % {"h": hours_text(part.minutes)}
    return Ring(
        label=progress.duty.title,
        done=progress.share,
        of=1,
        text=text,
        note=short_phrase(progress),
        url=reverse("portal:duty", args=[progress.duty.code]),
    )


def short_phrase(progress: Progress) -> str:
    """“还差 1 次或 3.5 小时”."""
    if not progress.short_times and not progress.short_minutes:
        return _("已达到")
    times = _("%(n)d 次") % {"n": progress.short_times}
    if progress.short_minutes is None:
        return _("还差 %(times)s") % {"times": times}
    hours = hours_text(progress.short_minutes)
    if not progress.short_times:
        return _("还差 %(hours)s 小时") % {"hours": hours}
    return _("还差 %(times)s或 %(hours)s 小时") % {"times": times, "hours": hours}


@dataclass(frozen=True)
class Group:
    title: str
    lines: tuple[Task, ...]
    none: str


@dataclass(frozen=True)
class DutyPage:
    title: str
    text: str
    kind: Kind
    verdict: str
    explained: str
    ring: Ring
    groups: tuple[Group, ...]


def duty_of(actor: Actor, code: str, on: date) -> DutyPage | None:
    """One duty with what counted and what did not; None if the scheme has no such duty."""
    if actor.member_id is None:
        return None
    found = [p for p in progress_of(actor.member_id, on=on) if p.duty.code == code]
    if not found:
        return None
    progress = found[0]
    entries = entries_of_year(actor.member_id, on=on)
    counted = [_line(entries[ref], "") for ref in progress.counted if ref in entries]
    others = [_line(entries[ref], _why(why)) for ref, why in progress.passed_over if ref in entries]
    reversed_ = [
        _line(entry, _("已冲销")) for entry in entries.values() if hasattr(entry, "reversed_by")
    ]
    return DutyPage(
        title=progress.duty.title,
        text=progress.duty.text,
        kind="ok" if progress.met else "info",
        verdict=_("已达到") if progress.met else short_phrase(progress),
        explained=_("本年度已记 %(times)d 次、%(hours)s 小时。")
        % {"times": progress.times, "hours": hours_text(progress.minutes)}
        + _kinds_text(progress),
        ring=ring_of(progress),
        groups=(
            Group(_("已计入"), tuple(counted), _("还没有。")),
            Group(_("没有计入"), tuple(others + reversed_), _("没有。")),
        ),
    )


def _kinds_text(progress: Progress) -> str:
    """Which services count: who served in other ways sees nought and must learn why."""
    fact = getattr(progress.duty, "fact", "")
    labels = [str(kind.label) for kind in EntryKind if fact in facts_of(kind.value)]
    return _("计入这一项的是：%(kinds)s。") % {"kinds": _("、").join(labels)} if labels else ""


def _why(code: str) -> str:
    return {
        "other_kind": _("不是这一项要求的服务"),
        "other_period": _("不在本年度"),
        "reversed": _("已冲销"),
    }[code]


def _line(entry: Entry, note: str) -> Task:
    text = _("%(day)s %(kind)s %(hours)s 小时") % {
        "day": f"{entry.on:%Y-%m-%d}",
        "kind": entry.get_kind_display(),
        "hours": hours_text(entry.minutes),
    }
    return Task(
        text, reverse("activities:entry", args=[entry.pk]), note, kind="neutral" if note else "ok"
    )


def links_of(actor: Actor) -> list[Task]:
    """我: the pages a member needs now and then."""
    rows = [
        (_("信息卡"), "directory:card", _("特长、服务意愿、可服务时间")),
        (_("报到"), "placement:mine", _("编入的社区、证明信和编码")),
        (_("暂不参加"), "directory:pause", _("自愿退出编入或恢复参加，不用说明原因")),
        (_("我的心愿"), "needs:my-wishes", _("手上的、候补的和办结的")),
        (_("我的岗位"), "needs:my-posts", _("选岗位、退岗位")),
        (_("意见建议"), "needs:my-suggestions", _("向社区提意见、看答复")),
        (_("我的承诺"), "needs:my-pledge", _("起草、登记进展、看评诺")),
        (_("写实"), "activities:my_notes", _("自己做的服务，由社区确认")),
        (_("消息"), "notifications:inbox", _("报到、认领和活动的通知")),
        (_("我的职务"), "directory:my-offices", _("任期、委托代理")),
        (_("谁看过我的信息"), "directory:openings", _("身份号码和手机号码的查看记录")),
        (_("我的数据"), "rights:mine", _("存了什么、取一份、更正、同意事项")),
        (_("通知设置"), "notifications:settings", _("邮件提醒、免打扰")),
        (_("账号与密码"), "accounts:account", _("登录记录、修改密码")),
        (_("怎么用"), "portal:help", ""),
    ]
    return [Task(label, reverse(view), note) for label, view, note in rows if _offered(view)]


def _offered(view: str) -> bool:
    """Whether the scheme has what the page is for."""
    scheme = scheme_now(clock.now())
    return {
        "needs:my-suggestions": scheme.suggestions.enabled,
        "needs:my-pledge": scheme.pledges.enabled,
    }.get(view, True)
