"""Tables as shown on pages: the ledger, and the rows behind each number."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.needs.scope import LOOKERS, handles
from allhours.ui.tables import NUMBER, Column, DateColumn, Table

DAY = "Y-m-d"
WHOLE = {"td": {"class": "whole"}}  # codes and dates are not broken


class EntryTable(Table):
    on = DateColumn(verbose_name=_("服务日期"), format=DAY, attrs=WHOLE)
    member_no = Column(verbose_name=_("编号"))
    name = Column(verbose_name=_("姓名"), accessor="member__name")
    kind = Column(verbose_name=_("类别"))
    minutes = Column(verbose_name=_("分钟"), attrs=NUMBER)
    minutes_off = Column(verbose_name=_("八小时外"), attrs=NUMBER)
    quantity = Column(verbose_name=_("数量"), attrs=NUMBER)
    unit_code = Column(verbose_name=_("单位"))
    community_code = Column(verbose_name=_("社区"))
    seq = Column(verbose_name=_("序号"), attrs=NUMBER)
    reverses = Column(verbose_name=_("冲销"), accessor="reverses__seq")

    class Meta(Table.Meta):
        order_by = "-on"
        caption = _("服务台账")


def _member_page(record: Any) -> str:
    return reverse("directory:member", args=[getattr(record, "member", record).member_no])


def _claimed_page(record: Any, table: Any) -> str | None:
    """The desk's page of what was claimed, for those on whose desk it stands; a unit has none."""
    claimed = record.wish or record.post
    if not handles(table.request.actor, claimed.community.path, LOOKERS):
        return None
    page = "needs:desk-wish" if record.wish is not None else "needs:desk-post"
    return reverse(page, args=[claimed.code])


class MemberRows(Table):
    member_no = Column(verbose_name=_("编号"), linkify=_member_page)
    name = Column(verbose_name=_("姓名"))
    unit = Column(verbose_name=_("单位"))
    placed_code = Column(verbose_name=_("社区编码"))

    class Meta(Table.Meta):
        order_by = "member_no"
        caption = _("党员")


class WishRows(Table):
    code = Column(
        verbose_name=_("心愿编号"),
        attrs=WHOLE,
        linkify=lambda record: reverse("needs:desk-wish", args=[record.code]),
    )
    community = Column(verbose_name=_("社区"))
    state = Column(verbose_name=_("现在状态"))
    noted_at = DateColumn(verbose_name=_("收到"), format=DAY, attrs=WHOLE)
    opened_at = DateColumn(verbose_name=_("发布"), format=DAY, attrs=WHOLE)
    confirmed_at = DateColumn(verbose_name=_("办结"), format=DAY, attrs=WHOLE)

    class Meta(Table.Meta):
        order_by = "noted_at"
        caption = _("心愿")


class ClaimRows(Table):
    what = Column(
        verbose_name=_("心愿或岗位"),
        attrs=WHOLE,
        empty_values=(),
        orderable=False,
        linkify=_claimed_page,
    )
    place = Column(verbose_name=_("社区"), empty_values=(), orderable=False)
    member_no = Column(verbose_name=_("编号"), accessor="member__member_no")
    name = Column(verbose_name=_("姓名"), accessor="member__name")
    unit = Column(verbose_name=_("单位"), accessor="member__unit__name")
    state = Column(verbose_name=_("现在状态"))
    claimed_at = DateColumn(verbose_name=_("认领"), format=DAY, attrs=WHOLE)
    ended_at = DateColumn(verbose_name=_("结束"), format=DAY, attrs=WHOLE)
    goods_value_yuan = Column(
        verbose_name=_("物资折合（元）"), attrs=NUMBER, order_by="goods_value_fen"
    )

    class Meta(Table.Meta):
        order_by = "claimed_at"
        caption = _("认领")

    def render_what(self, record: Any) -> str:
        return str(record.wish.code if record.wish is not None else record.post.title)

    def value_what(self, record: Any) -> str:
        return self.render_what(record)

    def render_place(self, record: Any) -> str:
        return str((record.wish or record.post).community.label)

    def value_place(self, record: Any) -> str:
        return self.render_place(record)


class PostRows(Table):
    title = Column(
        verbose_name=_("岗位"),
        linkify=lambda record: reverse("needs:desk-post", args=[record.code]),
    )
    community = Column(verbose_name=_("社区"))
    places = Column(verbose_name=_("人数"), attrs=NUMBER)
    created_at = DateColumn(verbose_name=_("发布"), format=DAY, attrs=WHOLE)

    class Meta(Table.Meta):
        order_by = "created_at"
        caption = _("服务岗位")


class ActivityRows(Table):
    starts_at = DateColumn(verbose_name=_("日期"), format=DAY, attrs=WHOLE)
    title = Column(
        verbose_name=_("活动"),
        linkify=lambda record: reverse("activities:show", args=[record.code]),
    )
    organizer = Column(verbose_name=_("组织者"))
    community = Column(verbose_name=_("社区"))
    served = Column(verbose_name=_("受益群众"), attrs=NUMBER)

    class Meta(Table.Meta):
        order_by = "starts_at"
        caption = _("活动")


class AttendanceRows(Table):
    day = DateColumn(
        verbose_name=_("日期"), accessor="activity__starts_at", format=DAY, attrs=WHOLE
    )
    activity = Column(verbose_name=_("活动"))
    member_no = Column(verbose_name=_("编号"), accessor="member__member_no")
    name = Column(verbose_name=_("姓名"), accessor="member__name")
    unit_code = Column(verbose_name=_("单位编码"))
    community_code = Column(verbose_name=_("社区编码"))
    minutes = Column(verbose_name=_("分钟"), attrs=NUMBER)
    credit = Column(verbose_name=_("入账"))

    class Meta(Table.Meta):
        order_by = "day"
        caption = _("参加活动")
