"""在职党员基本情况信息卡 (S2 附1; domain.md §1.3), printed from what the roster and the member say.

Native place and family, which the paper form has room for, are not kept and not printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from allhours.placement.sheets.held import (
    BLANK_DAY,
    STAMP,
    Held,
    category_of,
    day,
    made_line,
    month,
    own_title,
    services_of,
    sex_of,
    skills_of,
    times_of,
)
from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Block, Page


def title(scheme: Scheme) -> str:
    return own_title(scheme, "member_card", "member_card")


def draw(held: Sequence[Held], scheme: Scheme, on: date) -> list[Page]:
    return [Page(each.member.name, _blocks(each, scheme, on)) for each in held]


def _blocks(each: Held, scheme: Scheme, on: date) -> tuple[Block, ...]:
    member, placement = each.member, each.placement
    stamped = f"{STAMP}　{BLANK_DAY}"
    return (
        ui.heading(title(scheme)),
        ui.right(_("编号：%s") % member.member_no),
        ui.fields(
            (_("姓名"), member.name, _("性别"), sex_of(member), _("民族"), member.nation_name),
            (_("出生年月"), month(member.birth_date), _("学历"), member.get_education_display(),
             _("人员类别"), category_of(member)),
            (_("入党时间"), day(member.joined_party_on),
             _("转正时间"), day(member.full_member_on)),
            (_("身份证号"), member.id_number_masked, _("手机"), member.phone_masked),
            (_("工作单位"), placement.unit.name, _("职务"), member.position),
            (_("所在支部"), member.branch.name if member.branch else "",
             _("单位电话"), placement.unit.phone),
            (_("家庭住址"), member.address),
            (_("报到社区"), placement.community.name),
            (_("特长"), skills_of(member, scheme)),
            (_("服务意愿"), services_of(member, scheme)),
            (_("其他岗位"), member.own_post),
            (_("可服务时间"), times_of(member, scheme)),
        ),
        ui.gap(3),
        ui.seals(
            (_("党员签字"), "", BLANK_DAY),
            (_("单位党组织意见"), "", stamped),
            (_("社区党组织意见"), "", stamped),
        ),
        ui.small(made_line(member.member_no, placement.unit.name, on)),
    )  # fmt: skip
