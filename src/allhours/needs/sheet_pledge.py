"""在职党员服务承诺卡 (S2 附4; domain.md §1.6): one page of A4 for each pledge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allhours.kernel import clock
from allhours.needs.models import Pledge, PledgeItem
from allhours.needs.models.pledge import PledgeQuerySet
from allhours.scheme.schema import Scheme
from allhours.scheme.words import word
from allhours.ui import sheets as ui
from allhours.ui.sheets import Block, Page

SHEET = "pledge_card"
BLANK_DAY = "　　年　　月　　日"
AT_ONCE = 500  # cards in one file


def title(scheme: Scheme) -> str:
    """As the county's set of forms calls it, else the county's word for it."""
    sheet = scheme.sheets.sheet(SHEET)
    return sheet.title if sheet else word(scheme.vocabulary, "pledge")


def gathered(rows: PledgeQuerySet) -> list[Pledge]:
    """As many as one file holds, with all that the card says."""
    found = rows.select_related("member", "unit", "community", "post").prefetch_related("items")
    return list(found[:AT_ONCE])


def draw(pledges: Iterable[Pledge], scheme: Scheme, on: date) -> list[Page]:
    head = title(scheme)
    return [Page(each.member.name, _blocks(each, head, on)) for each in pledges]


def _blocks(pledge: Pledge, head: str, on: date) -> tuple[Block, ...]:
    member, items = pledge.member, list(pledge.items.all())
    return (
        ui.heading(head),
        ui.right(_("%(year)s 年度　编号：%(code)s") % {"year": pledge.year, "code": pledge.code}),
        ui.fields(
            (_("姓名"), member.name, _("职务"), member.position, _("手机"), member.phone_masked),
            (_("工作单位"), pledge.unit.name, _("报到社区"), pledge.community.name),
            (_("认领岗位"), pledge.post.title if pledge.post else ""),
        ),
        ui.table(
            (_("序号"), _("承诺事项"), _("具体措施"), _("服务对象"), _("完成时限")),
            [_promised(item) for item in items],
            (1, 5, 5, 3, 3),
        ),
        ui.gap(3),
        ui.seals(
            (_("承诺人签字"), "", _day(pledge.submitted_at)),
            (_("单位党组织审定意见"), _("同意") if pledge.approved_at else "",
             _("（盖章）　%s") % _day(pledge.approved_at)),
            (_("社区党组织意见"), _("已接收") if pledge.received_at else "",
             _("（盖章）　%s") % _day(pledge.received_at)),
        ),
        ui.gap(3),
        ui.table(
            (_("序号"), _("践诺情况"), _("登记日期"), _("完成日期")),
            [_kept(item) for item in items],
            (1, 9, 3, 3),
        ),
        ui.fields(
            (_("公示"), _shown(pledge)),
            (_("年终评诺"), pledge.get_result_display(), _("评诺说明"), pledge.result_text),
            (_("本人说明"), pledge.reply),
        ),
        ui.small(_("%(day)s 由系统生成，内容以系统记录为准。") % {"day": on.isoformat()}),
    )  # fmt: skip


def _promised(item: PledgeItem) -> tuple[str, ...]:
    return (str(item.number), item.text, item.measures, item.for_whom, item.due_on.isoformat())


def _kept(item: PledgeItem) -> tuple[str, ...]:
    noted = clock.local_date(item.progress_at).isoformat() if item.progress_at else ""
    done = item.done_on.isoformat() if item.done_on else ""
    return (str(item.number), item.progress, noted, done)


def _shown(pledge: Pledge) -> str:
    if pledge.published_at is None:
        return _("未公示")
    return _("%(day)s 起在公开页公示") % {"day": clock.local_date(pledge.published_at).isoformat()}


def _day(at: datetime | None) -> str:
    return date_format(clock.local_date(at), _("Y年n月j日")) if at else BLANK_DAY
