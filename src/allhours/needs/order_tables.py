"""The desk's lists of orders and demands, and what narrows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet
from django_tables2 import A

from allhours.kernel import clock
from allhours.needs.choices import DemandState, OrderState
from allhours.needs.models import Demand, PostOrder
from allhours.needs.queries.limits import menu, skills
from allhours.needs.queries.orders import named
from allhours.ui.tables import NUMBER, Column, PillColumn, Table

ORDER_TONES: dict[str, str] = {
    OrderState.OPEN: "warn",
    OrderState.MET: "ok",
    OrderState.DECLINED: "neutral",
    OrderState.WITHDRAWN: "neutral",
}
DEMAND_TONES: dict[str, str] = {
    DemandState.OPEN: "info",
    DemandState.MET: "ok",
    DemandState.CLOSED: "neutral",
}


class OrderTable(Table):
    title = Column(linkify=("needs:order", {"code": A("code")}), verbose_name=_("想做什么"))
    item = Column(verbose_name=_("来源"), empty_values=())
    member = Column(accessor="member__name", verbose_name=_("姓名"))
    unit = Column(
        accessor="member__unit__label", order_by="member__unit__code", verbose_name=_("单位")
    )
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    asked_at = Column(verbose_name=_("提出日期"))
    state = PillColumn(kinds=ORDER_TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("title", "item", "member", "unit", "community", "asked_at", "state")
        caption = _("点单和自荐")

    def render_item(self, value: str) -> str:
        return str(_("菜单点单") if value else _("自荐"))

    def render_asked_at(self, value: datetime) -> str:
        return clock.local_date(value).isoformat()


class DemandTable(Table):
    """志愿服务需求表."""

    text = Column(linkify=("needs:demand", {"code": A("code")}))
    item = Column()
    heads = Column(attrs=NUMBER)
    skills = Column(orderable=False)
    times = Column(orderable=False)
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    state = PillColumn(kinds=DEMAND_TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("text", "item", "heads", "skills", "times", "community", "state")
        caption = _("服务需求")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.menu, self.skills = menu(clock.now()), skills(clock.now())

    def render_item(self, value: str) -> str:
        return self.menu.title_of(value)

    def render_skills(self, value: list[str]) -> str:
        return named(value, self.skills)


class OrderFilter(FilterSet):
    words = CharFilter(label=_("想做什么"), field_name="title", lookup_expr="contains")
    community = CharFilter(label=_("社区"), field_name="community__name", lookup_expr="contains")
    state = ChoiceFilter(label=_("状态"), choices=OrderState.choices, empty_label=_("全部"))

    class Meta:
        model = PostOrder
        fields: list[str] = []


class DemandFilter(FilterSet):
    words = CharFilter(label=_("需求内容"), field_name="text", lookup_expr="contains")
    community = CharFilter(label=_("社区"), field_name="community__name", lookup_expr="contains")
    state = ChoiceFilter(label=_("状态"), choices=DemandState.choices, empty_label=_("全部"))

    class Meta:
        model = Demand
        fields: list[str] = []
