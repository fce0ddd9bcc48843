from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet
from django_tables2 import A

from allhours.projects.choices import ProjectState, Span
from allhours.projects.models import Project
from allhours.ui.tables import Column, PillColumn, Table

TONES: dict[str, str] = {ProjectState.RUNNING: "info", ProjectState.ENDED: "neutral"}


class ProjectTable(Table):
    name = Column(linkify=("portal:project", {"code": A("code")}))
    owner = Column(accessor="owner__label", order_by="owner__code", verbose_name=_("主办"))
    community = Column(
        accessor="community__label",
        order_by="community__code",
        verbose_name=_("服务对象"),
        empty_values=(),
    )
    span = Column(accessor="get_span_display", order_by="span", verbose_name=_("期限"))
    from_on = Column(verbose_name=_("开始日期"))
    until_on = Column(verbose_name=_("结束日期"))
    state = PillColumn(kinds=TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("name", "owner", "community", "span", "from_on", "until_on", "state")
        caption = _("特色项目")

    def render_community(self, value: Any) -> str:
        return value or str(_("全县"))


class ProjectFilter(FilterSet):
    name = CharFilter(label=_("项目名称"), lookup_expr="contains")
    span = ChoiceFilter(label=_("期限"), choices=Span.choices, empty_label=_("全部"))
    state = ChoiceFilter(label=_("状态"), choices=ProjectState.choices, empty_label=_("全部"))

    class Meta:
        model = Project
        fields: list[str] = []
