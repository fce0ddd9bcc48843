"""Tables as shown on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.ui.tables import NUMBER, Column, DateColumn, Table


class EntryTable(Table):
    on = DateColumn(verbose_name=_("服务日期"), format="Y-m-d")
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
