from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.ui.tables import NUMBER, Column, Table


class ProjectRowTable(Table):
    """One row for each thing that a project gathered; the columns add up to its totals."""

    kind_title = Column(verbose_name=_("种类"))
    code = Column(verbose_name=_("编号"))
    title = Column(verbose_name=_("名称"), linkify=lambda record: record.url or None)
    community = Column(verbose_name=_("社区"))
    on = Column(verbose_name=_("日期"))
    state = Column(verbose_name=_("状态"))
    people = Column(verbose_name=_("党员人次"), attrs=NUMBER)
    served = Column(verbose_name=_("受益人次"), attrs=NUMBER)
    hours = Column(verbose_name=_("服务时长（小时）"), order_by="minutes", attrs=NUMBER)
    goods_yuan = Column(verbose_name=_("物品折合（元）"), order_by="goods_fen", attrs=NUMBER)

    class Meta(Table.Meta):
        caption = _("项目明细")
