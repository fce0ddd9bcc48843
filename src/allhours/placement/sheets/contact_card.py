"""在职党员进社区联系卡 (S3 一单两卡; domain.md §1.11): the member's upper part, and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from allhours.placement.sheets.held import (
    BLANK_DAY,
    Held,
    day,
    joins,
    made_line,
    own_title,
    receipt_goes_to,
    services_of,
    skills_of,
    times_of,
)
from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Block, Page


def title(scheme: Scheme) -> str:
    return own_title(scheme, "contact_card", "contact_card")


def draw(held: Sequence[Held], scheme: Scheme, on: date) -> list[Page]:
    return [Page(each.number, _blocks(each, scheme, on)) for each in held]


def _blocks(each: Held, scheme: Scheme, on: date) -> tuple[Block, ...]:
    member, placement, letter = each.member, each.placement, each.letter
    assert letter is not None  # noqa: S101 - only cards with a number are drawn
    return (
        ui.heading(title(scheme)),
        ui.right(each.number),
        ui.fields(
            (_("姓名"), member.name, _("单位"), placement.unit.name),
            (_("职务"), member.position, _("联系电话"), member.phone_masked),
            (_("应到社区"), placement.community.name),
            (_("特长"), skills_of(member, scheme)),
            (scheme.menu.title, services_of(member, scheme)),
            (_("项目外岗位"), member.own_post),
            (_("可服务时间"), times_of(member, scheme)),
        ),
        ui.foot(
            _("%s党组织") % placement.unit.name,
            day(letter.issued_on),
            _("有效期至 %s") % day(letter.valid_until),
            _("本人签字：＿＿＿＿＿＿"),
            svg=each.svg,
            code=letter.code,
        ),
        *_receipt(each, scheme, on),
    )  # fmt: skip


def _receipt(each: Held, scheme: Scheme, on: date) -> tuple[Block, ...]:
    """The lower part, torn off and returned."""
    member, placement = each.member, each.placement
    return (
        ui.cut(_("%s　（骑缝章）") % each.number),
        ui.heading(_("%s（回执）") % title(scheme)),
        ui.right(each.number),
        ui.text(_("%s：") % receipt_goes_to(placement)),
        ui.fields(
            (_("姓名"), member.name, _("所在单位"), placement.unit.name),
            (_("已报到"), _("是") if placement.reported_on else _("□ 是"),
             _("报到日期"), day(placement.reported_on)),
            (_("编入"), joins(placement)),
            (_("社区联系"), _("　").join(
                part for part in (placement.community.name, placement.community.phone) if part)),
        ),
        ui.foot(
            _("%s党组织（盖章）") % placement.community.name,
            day(placement.reported_on) or BLANK_DAY,
        ),
        ui.small(made_line(each.number, placement.unit.name, on)),
    )  # fmt: skip
