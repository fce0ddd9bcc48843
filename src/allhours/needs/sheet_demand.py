"""志愿服务需求表: what a community needs, by category, with heads and skills; signed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Page

CODE = "demand_sheet"
WIDTHS = (0.5, 1.4, 3, 0.7, 1.6, 1.4)


def title(scheme: Scheme) -> str:
    """As the county's set of forms calls it."""
    sheet = scheme.sheets.sheet(CODE)
    return sheet.title if sheet else _("志愿服务需求表")


def draw(rows: Mapping[str, Sequence[tuple[str, ...]]], title: str, on: date) -> list[Page]:
    """A page for each community; `rows`: number, category, words, heads, skills, times."""
    head = (_("序号"), _("类别"), _("需求内容"), _("人数"), _("所需特长"), _("时间"))
    return [
        Page(
            community,
            (
                ui.heading(title),
                ui.text(_("社区（村）：%s") % community),
                ui.table(head, lines, WIDTHS),
                ui.text(_("共需 %(n)s 人") % {"n": sum(int(line[3]) for line in lines)}),
                ui.foot(
                    _("%s党组织（盖章）") % community,
                    _("负责人签字：＿＿＿＿＿＿"),
                    date_format(on, _("Y年n月j日")),
                ),
            ),
        )
        for community, lines in rows.items()
    ]
