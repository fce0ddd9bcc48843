"""What stands against making a reconciliation, closing a difference, or a reminder."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Organization
from allhours.kernel.errors import Refusal
from allhours.placement.choices import CloseReason, DifferenceState, Responsible, RunSource
from allhours.placement.models import Difference

FUTURE = Refusal("reconcile.future", _("截至日期不能晚于今天。"))
NOT_A_COMMUNITY = Refusal("reconcile.not_a_community", _("登记册是社区的，请选择一个社区。"))
NOT_A_UNIT = Refusal("reconcile.not_a_unit", _("名单是单位的，请选择一个单位。"))
NOBODY_LISTED = Refusal("reconcile.nobody", _("文件中没有找到一行人员，请检查后重新上传。"))
NO_WORDS = Refusal("difference.no_words", _("选择“其他”时，请写明情况。"))
NOT_A_REASON = Refusal("difference.not_a_reason", _("请选择处理结果。"))
CLOSED_ALREADY = Refusal("difference.closed", _("这一项已经处理，页面已更新，请核对。"))
OPEN_ALREADY = Refusal("difference.open", _("这一项尚未处理，不用重新打开。"))
OWN_DIFFERENCE = Refusal("difference.own", _("涉及本人的事项，请由其他同志处理。"))
NOBODY_TO_REMIND = Refusal(
    "reminder.nobody", _("没有需要提醒的同志：都已报到、还没有拿到证明信，或近期已提醒过。")
)


def runners(over: Organization) -> tuple[str, ...]:
    """Roles that make a reconciliation over an organisation."""
    if over.kind == OrgKind.COUNTY:
        return (Role.COUNTY_OFFICER,)
    sided = UNIT_ROLES if over.side == Side.EMPLOYER else COMMUNITY_ROLES
    return (*sided, Role.COUNTY_OFFICER)


def run_refusals(over: Organization, source: RunSource, *, on: date, today: date) -> list[Refusal]:
    return [
        reason
        for unmet, reason in (
            (on > today, FUTURE),
            (source == RunSource.REGISTER and over.kind != OrgKind.COMMUNITY, NOT_A_COMMUNITY),
            (
                source == RunSource.ROSTER
                and (over.side != Side.EMPLOYER or over.kind == OrgKind.COUNTY),
                NOT_A_UNIT,
            ),
        )
        if unmet
    ]


def is_responsible(difference: Difference, actor: Actor) -> bool:
    if difference.responsible == Responsible.UNIT and difference.unit is not None:
        sided = actor.holds(*UNIT_ROLES, over=difference.unit.path)
    elif difference.responsible == Responsible.COMMUNITY and difference.community is not None:
        sided = actor.holds(*COMMUNITY_ROLES, over=difference.community.path)
    else:
        sided = False
    return sided or actor.holds(Role.COUNTY_OFFICER)


def close_refusals(
    difference: Difference, actor: Actor, *, reason: str, words: str
) -> list[Refusal]:
    own = actor.member_id is not None and actor.member_id in (
        difference.member_id,
        difference.other_id,
    )
    known = reason in CloseReason.values and reason != CloseReason.DEED
    return [
        refusal
        for unmet, refusal in (
            (own, OWN_DIFFERENCE),
            (difference.state == DifferenceState.CLOSED, CLOSED_ALREADY),
            (not known, NOT_A_REASON),
            (reason == CloseReason.OTHER and not words.strip(), NO_WORDS),
        )
        if unmet
    ]
