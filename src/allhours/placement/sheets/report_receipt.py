"""在职党员进社区报到回执 (S2 附2; domain.md §1.4): half a page, community to unit or branch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from allhours.placement.choices import EndReason
from allhours.placement.models import Placement
from allhours.placement.sheets.held import (
    BLANK_DAY,
    Held,
    day,
    joins,
    local_day,
    made_line,
    own_title,
    receipt_goes_to,
)
from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Block, Page


def title(scheme: Scheme) -> str:
    return own_title(scheme, "report_receipt", "receipt")


def draw(held: Sequence[Held], scheme: Scheme, on: date) -> list[Page]:
    return [
        Page(each.number, _blocks(each, scheme, on), half=True)
        for each in held
        if each.placement.reported_on is not None or _returned(each.placement)
    ]


def _blocks(each: Held, scheme: Scheme, on: date) -> tuple[Block, ...]:
    placement, community = each.placement, each.placement.community
    return (
        ui.heading(title(scheme)),
        ui.right(each.number),
        ui.text(_("%s：") % receipt_goes_to(placement)),
        receipt_fields(each),
        ui.seals(
            (
                _("社区党组织意见"),
                opinion(placement),
                _("%(who)s（盖章）　%(day)s")
                % {"who": community.name, "day": day(placement.reported_on) or BLANK_DAY},
            ),
            (
                _("收件方签收"),
                "",
                _("签收人：＿＿＿＿　%s") % (local_day(placement.acknowledged_at) or BLANK_DAY),
            ),
        ),
        ui.small(made_line(each.number, community.name, on)),
    )


def receipt_fields(each: Held) -> Block:
    placement, community = each.placement, each.placement.community
    return ui.fields(
        (_("党员姓名"), each.member.name, _("所在单位"), placement.unit.name),
        (_("报到日期"), day(placement.reported_on), _("报到社区"), community.name),
        (_("编入"), joins(placement)),
        (
            _("社区联系"),
            _("　").join(part for part in (community.name, community.phone) if part),
        ),
    )


def opinion(placement: Placement) -> str:
    if _returned(placement):
        return _("退回。原因：%s") % placement.returned_reason
    return _("同意接收。") if placement.reported_on else ""


def _returned(placement: Placement) -> bool:
    return placement.end_reason == EndReason.RETURNED
