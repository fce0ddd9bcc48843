"""Of one post: the list to sign in on, and a notice for the board with its QR code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allhours.needs.models import Claim, Post
from allhours.ui import sheets as ui
from allhours.ui.paper import qr_svg
from allhours.ui.sheets import Page

BLANK_ROWS = 5
WIDTHS = (0.5, 1.2, 2.2, 1.4, 1.2, 1.2)


def sign_in(post: Post, takers: Iterable[Claim], words: Mapping[str, str], on: date) -> Page:
    """Those on the post and a few empty lines, to be taken along."""
    head = (_("序号"), _("姓名"), _("单位"), _("签到"), _("到"), _("离"))
    people = [(each.member.name, each.member.unit.label, "", "", "") for each in takers]
    people += [("", "", "", "", "")] * BLANK_ROWS
    rows = [(str(n), *row) for n, row in enumerate(people, 1)]
    return Page(
        post.title,
        (
            ui.heading(_("岗位服务签到表")),
            ui.fields(
                (_("岗位"), post.title, _("社区"), post.community.label),
                (
                    _("时间"),
                    words["times"] or _("＿＿＿＿＿＿"),
                    _("服务日期"),
                    _("＿＿年＿＿月＿＿日"),
                ),
            ),
            ui.table(head, rows, WIDTHS),
            ui.foot(_("负责人签字：＿＿＿＿＿＿"), date_format(on, _("Y年n月j日")) + _("打印")),
        ),
    )


def poster(post: Post, item: str, words: Mapping[str, str], url: str) -> Page:
    """For the notice board: what, where, when, how many; a phone opens it and takes it up."""
    facts = [
        (_("服务项目"), item), (_("地点"), post.place), (_("时间"), words["times"]),
        (_("服务期"), words["term"]), (_("所需特长"), words["skills"]),
        (_("人数"), _("%(n)s 人") % {"n": post.places}),
    ]  # fmt: skip
    said = [ui.indent(post.text)] if post.text else []
    return Page(
        post.title,
        (
            ui.heading(post.title),
            ui.text(_("%s招募党员志愿者") % post.community.label),
            *said,
            ui.fields(*(pair for pair in facts if pair[1])),
            ui.gap(6),
            ui.foot(_("扫码查看并认领"), url, svg=qr_svg(url), code=post.code),
        ),
    )
