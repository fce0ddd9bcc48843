"""在职党员进社区报到证明信 (S2 附1; domain.md §1.2): stub, letter, receipt on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from allhours.placement.sheets.held import (
    BLANK_DAY,
    Held,
    category_of,
    day,
    month,
    own_title,
    sex_of,
)
from allhours.scheme.schema import Scheme
from allhours.scheme.words import word
from allhours.ui import sheets as ui
from allhours.ui.sheets import Block, Page


def title(scheme: Scheme) -> str:
    return own_title(scheme, "report_letter", "letter")


def draw(held: Sequence[Held], scheme: Scheme, on: date) -> list[Page]:
    return [Page(each.number, _blocks(each, scheme)) for each in held]


def _blocks(each: Held, scheme: Scheme) -> tuple[Block, ...]:
    letter, seam = each.letter, _("%s　（骑缝章）") % each.number
    assert letter is not None  # noqa: S101 - only letters are drawn
    return (
        ui.heading(_("%s（存根）") % title(scheme)),
        ui.right(each.number),
        *_stub(each),
        ui.cut(seam),
        ui.heading(title(scheme)),
        ui.right(each.number),
        *_letter(each),
        ui.cut(seam),
        *receipt_part(each, scheme),
    )


def _stub(each: Held) -> list[Block]:
    member, placement, letter = each.member, each.placement, each.letter
    assert letter is not None  # noqa: S101 - as above
    found = [
        ui.fields(
            (_("姓名"), member.name, _("性别"), sex_of(member), _("人员类别"), category_of(member)),
            (_("开往"), _("%s党组织") % placement.community.name, _("有效期"), _days(each)),
            (_("开具日期"), day(letter.issued_on), _("经办人"), ""),
        )
    ]
    if letter.replaces is not None:
        found.append(ui.small(_("接替：%s（已作废或已过期）") % letter.replaces.number))
    return found


def _letter(each: Held) -> list[Block]:
    member, placement, letter = each.member, each.placement, each.letter
    assert letter is not None  # noqa: S101 - as above
    unit = placement.unit.name
    return [
        ui.text(_("%s党组织：") % placement.community.name),
        ui.indent(
            _("兹有我单位在职党员%(name)s同志，%(lives)s现前来报到，请予接洽。")
            % {"name": member.name, "lives": _("居住在你社区，") if _lives_there(each) else ""}
        ),
        ui.fields(
            (_("姓名"), member.name, _("性别"), sex_of(member), _("民族"), member.nation_name),
            (
                _("出生年月"), month(member.birth_date),
                _("身份证号"), member.id_number_masked,
            ),
            (_("单位职务"), _("　").join(part for part in (unit, member.position) if part)),
            (
                _("入党时间"), day(member.joined_party_on),
                _("人员类别"), category_of(member),
            ),
            (
                _("所在支部"), member.branch.name if member.branch else "",
                _("联系电话"), member.phone_masked,
            ),
            (_("现居住地"), member.address),
            (_("有效期"), _days(each)),
        ),
        ui.foot(
            _("%s党组织（盖章）") % unit,
            day(letter.issued_on),
            _("经办人：＿＿＿＿＿＿"),
            svg=each.svg,
            code=letter.code,
        ),
    ]  # fmt: skip


def receipt_part(each: Held, scheme: Scheme) -> list[Block]:
    """The lowest third, torn off by the community; what is known already is printed."""
    placement = each.placement
    return [
        ui.heading(word(scheme.vocabulary, "receipt")),
        ui.right(each.number),
        ui.text(_("%s党组织：") % placement.unit.name),
        ui.indent(
            _("%(name)s同志已于%(day)s到我社区报到，编入%(joins)s。")
            % {
                "name": each.member.name,
                "day": day(placement.reported_on) or BLANK_DAY,
                "joins": placement.branch.name if placement.branch else "＿＿＿＿＿＿＿＿",
            }
        ),
        ui.foot(
            _("%s党组织（盖章）") % placement.community.name,
            day(placement.reported_on) or BLANK_DAY,
        ),
    ]


def _days(each: Held) -> str:
    letter = each.letter
    assert letter is not None  # noqa: S101 - as above
    return _("%(days)s 天，至 %(until)s") % {
        "days": (letter.valid_until - letter.issued_on).days,
        "until": day(letter.valid_until),
    }


def _lives_there(each: Held) -> bool:
    return each.member.residence_id == each.placement.community_id
