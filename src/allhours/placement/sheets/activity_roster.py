"""在职党员进社区活动人员名单 (S3; domain.md §1.11): unit → temporary branch → community.

One list for each unit and community. The address stays out: the receiver needs to know who comes,
not where they live; why somebody is excused is nobody's business here either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from allhours.placement.choices import LIVE
from allhours.placement.sheets.held import Held, made_line, own_title, sex_of
from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Page

WIDTHS = (0.6, 1.1, 0.6, 2.4, 1.6, 1.6, 2, 1, 1.6)


def title(scheme: Scheme) -> str:
    return own_title(scheme, "activity_roster", "activity_roster")


def draw(held: Sequence[Held], scheme: Scheme, on: date) -> list[Page]:
    lists: defaultdict[tuple[int, int], list[Held]] = defaultdict(list)
    for each in held:
        if each.placement.state in LIVE:
            lists[each.placement.unit_id, each.placement.community_id].append(each)
    return [_page(rows, scheme, on) for rows in lists.values()]


def _page(rows: Sequence[Held], scheme: Scheme, on: date) -> Page:
    unit, community = rows[0].placement.unit, rows[0].placement.community
    head = (
        _("序号"), _("姓名"), _("性别"), _("单位"), _("职务"), _("电话"),
        _("所属临时党支部"), _("已报到"), _("备注"),
    )  # fmt: skip
    body = [
        (
            str(n),
            each.member.name,
            sex_of(each.member),
            unit.label,
            each.member.position,
            each.member.phone_masked,
            each.placement.branch.label if each.placement.branch else "",
            f"{each.placement.reported_on:%m-%d}" if each.placement.reported_on else "",
            "",
        )
        for n, each in enumerate(rows, start=1)
    ]
    words = {"unit": unit.name, "community": community.name, "n": len(rows)}
    return Page(
        f"{unit.label} → {community.label}",
        (
            ui.heading(title(scheme)),
            ui.text(_("%(unit)s　应到：%(community)s　共 %(n)s 人") % words),
            ui.table(head, body, WIDTHS),
            ui.small(
                _("单位党组织（盖章）　　　　　联络员：＿＿＿＿　　　　　社区经办人：＿＿＿＿")
            ),
            ui.small(made_line("", unit.name, on)),
        ),
        landscape=True,
    )
