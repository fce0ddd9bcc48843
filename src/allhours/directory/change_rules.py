"""What stands against a change in a member's service life. Loaded objects only, no queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import LEAVE_CHOICES, ChangeKind, LeaveReason, OrgKind
from allhours.directory.consequences import (
    Departure,
    Event,
    ResidenceChange,
    Retirement,
    UnitChange,
)
from allhours.directory.models import Member, Organization
from allhours.kernel.errors import Refusal

FURTHEST = timedelta(days=366)  # into the future, and into the past

OWN_CHANGE = Refusal("change.own_record", _("不能办理本人的变动，请由其他同志办理。"))
NUMBER_GONE = Refusal("change.number_gone", _("该编号已并入另一编号，请在现在的编号下办理。"))
HAS_LEFT = Refusal("change.has_left", _("该同志已不在名册。如要恢复，请办理“恢复在册”。"))
IS_THERE = Refusal("change.is_there", _("该同志在册在职，不用恢复。"))
RETIRED_ALREADY = Refusal("change.retired", _("该同志已登记为离退休。"))
TOO_FAR = Refusal("change.too_far", _("生效日期最多提前一年登记，请核对。"))
TOO_LONG_AGO = Refusal("change.too_long_ago", _("一年以前的变动不能在这里补记，请联系县级办理。"))
BEFORE_JOINED = Refusal("change.before_joined", _("日期应在入册日期（%(day)s）之后，请核对。"))
BEFORE_LEFT = Refusal("change.before_left", _("日期不能早于离开名册的日期（%(day)s）。"))
IN_FUTURE = Refusal("change.in_future", _("日期不能晚于今天。"))
REASON_NEEDED = Refusal("change.reason", _("请选择离开名册的原因。"))
UNIT_NEEDED = Refusal("change.unit_needed", _("请选择调入的单位。"))
SAME_UNIT = Refusal("change.same_unit", _("该同志已在这个单位。"))
UNIT_CLOSED = Refusal("change.unit_closed", _("调入单位已撤销，请选择其他单位。"))
NOT_A_COMMUNITY = Refusal("change.not_a_community", _("请选择一个社区。"))
SAME_PLACE = Refusal("change.same_place", _("居住社区没有变化，不用办理迁居。"))
MAY_NOT_STAY = Refusal("change.may_not_stay", _("按本县方案，迁居后编入新的居住社区。"))
OPEN_ALREADY = Refusal("change.open", _("该同志已有一项同样的变动待办，请先处理那一项。"))
NOT_OPEN = Refusal("change.not_open", _("这项变动已经办结或撤回，页面已更新。"))
MOVED_ON = Refusal("change.moved_on", _("该同志的情况刚刚有变，请核对后再办。"))
ANSWER_NEEDED = Refusal("change.answer", _("请写明不同意的原因，对方会看到。"))
NOT_PAUSED = Refusal("change.not_paused", _("您没有登记暂不参加，不用恢复。"))
PAUSED_ALREADY = Refusal("change.paused", _("您已登记暂不参加。"))
NOT_ON_ROSTER = Refusal("change.not_on_roster", _("您不在花名册上，不能办理。"))


@dataclass(frozen=True)
class Change:
    """What shall be so from the day `on`. `stays`: goes on serving where they serve now.

    `to_community` None with MOVE: out of the county, or not known yet.
    """

    kind: str
    on: date
    reason: str = ""
    to_unit: Organization | None = None
    to_community: Organization | None = None
    address: str = ""
    position: str = ""
    stays: bool = False


def event_of(member: Member, change: Change) -> Event | None:
    """What the rooms above are told; None where nothing follows (somebody comes back)."""
    who, on = (member.pk,), change.on
    if change.kind == ChangeKind.MOVE:
        place = change.to_community.pk if change.to_community else None
        return ResidenceChange(who, on, community_id=place, stays=change.stays)
    if change.kind == ChangeKind.RETIRE:
        return Retirement(who, on, stays=change.stays)
    if change.kind == ChangeKind.TRANSFER and change.to_unit is not None:
        return UnitChange(who, on, units={member.pk: (member.unit_id, change.to_unit.pk)})
    if change.kind == ChangeKind.LEAVE:
        return Departure(who, on, reason=LeaveReason(change.reason or LeaveReason.OTHER))
    if change.kind == ChangeKind.DEATH:
        return Departure(who, on, reason=LeaveReason.DECEASED)
    return None


def change_refusals(
    member: Member, change: Change, *, today: date, may_stay: bool = True
) -> list[Refusal]:
    """Every reason at once, the day's first."""
    if member.merged_into_id is not None:
        return [NUMBER_GONE]
    standing = _standing_refusals(member, change)
    if standing:
        return standing
    return [
        *_day_refusals(member, change, today),
        *_place_refusals(member, change, may_stay=may_stay),
    ]


def _standing_refusals(member: Member, change: Change) -> list[Refusal]:
    if change.kind == ChangeKind.RETURN:
        away = member.left_on is not None or member.is_retired
        return [] if away else [IS_THERE]
    if member.left_on is not None:
        return [HAS_LEFT]
    if change.kind == ChangeKind.RETIRE and member.is_retired:
        return [RETIRED_ALREADY]
    return []


def _day_refusals(member: Member, change: Change, today: date) -> list[Refusal]:
    unmet: list[Refusal] = []
    if change.on > today and change.kind == ChangeKind.DEATH:
        unmet.append(IN_FUTURE)
    elif change.on > today + FURTHEST:
        unmet.append(TOO_FAR)
    elif change.on < today - FURTHEST:
        unmet.append(TOO_LONG_AGO)
    elif change.on <= member.registered_on and change.kind != ChangeKind.RETURN:
        unmet.append(BEFORE_JOINED.having(day=member.registered_on.isoformat()))
    if change.kind == ChangeKind.RETURN and member.left_on and change.on < member.left_on:
        unmet.append(BEFORE_LEFT.having(day=member.left_on.isoformat()))
    return unmet


def _place_refusals(member: Member, change: Change, *, may_stay: bool) -> list[Refusal]:
    if change.kind == ChangeKind.LEAVE:
        return [] if change.reason in LEAVE_CHOICES else [REASON_NEEDED]
    if change.kind == ChangeKind.TRANSFER:
        return _unit_refusals(member, change.to_unit)
    if change.kind == ChangeKind.MOVE:
        return _residence_refusals(member, change, may_stay=may_stay)
    return []


def _unit_refusals(member: Member, unit: Organization | None) -> list[Refusal]:
    if unit is None:
        return [UNIT_NEEDED]
    if unit.pk == member.unit_id:
        return [SAME_UNIT]
    return [UNIT_CLOSED] if unit.closed_on else []


def _residence_refusals(member: Member, change: Change, *, may_stay: bool) -> list[Refusal]:
    place = change.to_community
    if place is not None and place.kind != OrgKind.COMMUNITY:
        return [NOT_A_COMMUNITY]
    same = member.residence_id == (place.pk if place else None)
    if same and member.residence_confirmed and change.address in ("", member.address):
        return [SAME_PLACE]
    return [MAY_NOT_STAY] if change.stays and not may_stay else []
