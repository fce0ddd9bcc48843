"""微心愿卡 and 意见建议单: blank for the box, with a stub for the codes, or filled.

A filled sheet carries no name, telephone, address or own words: those are opened one at a time with
a purpose, and what is printed leaves no line of who read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Page

WISH_CARD, SUGGESTION_SLIP = "wish_card", "suggestion_slip"
TALL, TALLER = "\n\n", "\n\n\n"  # room to write in


def title(scheme: Scheme, code: str) -> str:
    """As the county's set of forms calls it."""
    sheet = scheme.sheets.sheet(code)
    usual = _("微心愿卡") if code == WISH_CARD else _("意见建议单")
    return sheet.title if sheet else usual


@dataclass(frozen=True)
class Blank:
    """For whose box: the community's name, and where the query code is typed."""

    community: str
    svg: str = ""
    url: str = ""


def blank_wish(blank: Blank, scheme: Scheme) -> Page:
    rules, name = scheme.wishes, title(scheme, WISH_CARD)
    return Page(
        name,
        (
            ui.right(
                _("%(community)s　同意书版本 %(version)s")
                % {"community": blank.community, "version": rules.consent_version}
            ),
            ui.heading(name),
            ui.fields(
                (_("我的心愿"), TALL),
                (_("姓名"), "", _("联系电话"), ""),
                (_("住址"), ""),
                (_("监护人"), "", _("与孩子关系"), ""),
            ),
            ui.small("□ " + rules.consent_text),
            ui.small(
                _("□ 孩子的心愿（不满 %(age)s 周岁），由监护人签字：%(text)s")
                % {"age": rules.guardian_under_age, "text": rules.guardian_text}
            ),
            ui.right(_("签字：＿＿＿＿＿＿　　＿＿年＿＿月＿＿日")),
            *_stub(blank, _("心愿人留存，凭查询码看进度、确认办结、作评价")),
        ),
        half=True,
    )


def blank_slip(blank: Blank, scheme: Scheme) -> Page:
    name = title(scheme, SUGGESTION_SLIP)
    days = scheme.suggestions.answer_working_days
    return Page(
        name,
        (
            ui.right(blank.community),
            ui.heading(name),
            ui.fields(
                (_("性质"), _("□ 建议　　□ 反映问题")),
                (_("哪里、什么事、希望怎么办"), TALLER),
                (_("姓名"), "", _("联系电话"), ""),
            ),
            ui.small(
                _("姓名、电话可以不填，只有办理的同志看得到。受理后 %(n)s 个工作日内答复。")
                % {"n": days}
            ),
            *_stub(blank, _("提出人留存，凭查询码看答复、作评价")),
        ),
        half=True,
    )


def _stub(blank: Blank, words: str) -> tuple[ui.Block, ...]:
    return (
        ui.cut(words),
        ui.fields((_("公开编号"), "", _("查询码"), "")),
        ui.foot(
            _("登记人：＿＿＿＿＿＿　　＿＿年＿＿月＿＿日"), blank.url, svg=blank.svg,
            code=_("扫码查进度") if blank.svg else "",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """The rows of a filled sheet: label, value, label, value …"""

    community: str
    rows: Sequence[Sequence[str]]
    texts: Sequence[tuple[str, str]]


def filled_wish(filled: Filled, scheme: Scheme) -> Page:
    seals = (
        (_("认领人"), "", _("签字、日期")),
        (_("心愿人（监护人）确认"), _("□ 已办成　□ 满意　□ 基本满意　□ 不满意"), _("签字、日期")),
        (_("社区党组织"), "", _("盖章、日期")),
    )
    return _filled(filled, title(scheme, WISH_CARD), seals)


def filled_slip(filled: Filled, scheme: Scheme) -> Page:
    seals = (
        (_("办理单位"), "", _("盖章、日期")),
        (_("提出人意见"), _("□ 满意　□ 基本满意　□ 不满意"), _("签字、日期")),
        (_("社区党组织"), "", _("盖章、日期")),
    )
    return _filled(filled, title(scheme, SUGGESTION_SLIP), seals)


def _filled(filled: Filled, name: str, seals: Sequence[tuple[str, str, str]]) -> Page:
    texts = [ui.fields((label, value or TALL)) for label, value in filled.texts]
    return Page(
        name,
        (
            ui.heading(name),
            ui.text(_("社区（村）：%s") % filled.community),
            ui.fields(*filled.rows),
            *texts,
            ui.seals(*seals),
            ui.small(
                _("本单不含姓名、电话、住址和原话；确需时在系统中按用途查看，系统会留下记录。")
            ),
        ),
    )
