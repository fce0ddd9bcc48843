"""集体报到介绍信: one sheet for those of a unit who come to a community together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from allhours.placement.models import CollectiveLetter
from allhours.placement.sheets.held import (
    BLANK_DAY,
    Held,
    category_of,
    collective_letters,
    day,
    sex_of,
)
from allhours.scheme.schema import Scheme
from allhours.ui import sheets as ui
from allhours.ui.sheets import Page

WIDTHS = (0.6, 1.2, 0.6, 1.6, 1.1, 3)


def title(scheme: Scheme) -> str:
    return _("集体报到介绍信")


def draw(held: Sequence[Held], scheme: Scheme, on: date) -> list[Page]:
    letters = collective_letters(held)
    lists: defaultdict[int, list[Held]] = defaultdict(list)
    for each in held:
        if each.placement.collective_id is not None:
            lists[each.placement.collective_id].append(each)
    return [_page(letters[pk], rows, scheme) for pk, rows in lists.items()]


def _page(letter: CollectiveLetter, rows: Sequence[Held], scheme: Scheme) -> Page:
    head = (_("序号"), _("姓名"), _("性别"), _("职务"), _("人员类别"), _("证明信编号"))
    body = [
        (
            str(n),
            each.member.name,
            sex_of(each.member),
            each.member.position,
            category_of(each.member),
            each.letter.number if each.letter else "—",
        )
        for n, each in enumerate(rows, start=1)
    ]
    words = {"n": len(rows), "community": letter.community.name}
    return Page(
        letter.number,
        (
            ui.heading(title(scheme)),
            ui.right(letter.number),
            ui.text(_("%s党组织：") % letter.community.name),
            ui.indent(_("兹介绍我单位下列 %(n)s 名在职党员到你社区集体报到，请予接洽。") % words),
            ui.table(head, body, WIDTHS),
            ui.gap(4),
            ui.foot(
                _("%s党组织（盖章）") % letter.unit.name,
                day(letter.issued_on),
                _("经办人：＿＿＿＿＿＿"),
            ),
            ui.cut(_("%s　（骑缝章）") % letter.number),
            ui.heading(_("回执")),
            ui.text(_("%s党组织：") % letter.unit.name),
            ui.indent(_("上列同志已到我社区报到，实到＿＿＿人。")),
            ui.foot(_("%s党组织（盖章）") % letter.community.name, BLANK_DAY),
        ),
    )
