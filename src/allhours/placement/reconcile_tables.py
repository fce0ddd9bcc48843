"""Lists of reconciliation: runs, differences, who has not reported, rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.placement.choices import DifferenceKind, DifferenceState, Responsible
from allhours.placement.models import Difference
from allhours.placement.queries.differences import detail_words
from allhours.placement.tables import MissingTable
from allhours.ui.tables import NUMBER, Column, DateColumn, PillColumn, SelectColumn, Table

DIFFERENCE_KINDS = {"open": "warn", "closed": "ok"}


class RunTable(Table):
    on = DateColumn(verbose_name=_("截至"), format="Y-m-d", linkify=("placement:run", (A("pk"),)))
    organization = Column(accessor="organization__label", verbose_name=_("范围"), orderable=False)
    source = Column(accessor="get_source_display", verbose_name=_("核对"), orderable=False)
    found = Column(accessor="counts__differences", verbose_name=_("差异"), attrs=NUMBER,
                   orderable=False)  # fmt: skip
    gone = Column(
        accessor="counts__gone", verbose_name=_("比上次消除"), attrs=NUMBER, orderable=False
    )
    made_at = DateColumn(verbose_name=_("时间"), format="Y-m-d H:i")

    class Meta(Table.Meta):
        sequence = ("on", "organization", "source", "found", "gone", "made_at")
        caption = _("反查批次")


class DifferenceTable(Table):
    kind = Column(
        accessor="get_kind_display",
        verbose_name=_("差异"),
        order_by="kind",
        linkify=("placement:difference", (A("pk"),)),
    )
    who = Column(empty_values=(), verbose_name=_("姓名"), orderable=False)
    member_no = Column(accessor="member__member_no", verbose_name=_("编号"))
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="community__label", verbose_name=_("社区"), order_by="community__code"
    )
    detail = Column(empty_values=(), verbose_name=_("情况"), orderable=False)
    responsible = Column(
        accessor="get_responsible_display", verbose_name=_("由谁处理"), order_by="responsible"
    )
    state = PillColumn(kinds=DIFFERENCE_KINDS, verbose_name=_("状态"))
    reason = Column(accessor="get_reason_display", verbose_name=_("结果"), orderable=False)

    class Meta(Table.Meta):
        sequence = (
            "kind", "who", "member_no", "unit", "community", "detail", "responsible", "state",
            "reason",
        )  # fmt: skip
        caption = _("差异")

    def render_who(self, record: Difference) -> str:
        return str(record.ours.get("name") or record.theirs.get("name") or "—")

    def render_detail(self, record: Difference) -> str:
        return detail_words(record) or "—"


class DifferenceFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(method="by_name", label=_("姓名或编号"))
    kind = django_filters.ChoiceFilter(choices=DifferenceKind.choices, label=_("差异"))
    state = django_filters.ChoiceFilter(choices=DifferenceState.choices, label=_("状态"))
    responsible = django_filters.ChoiceFilter(choices=Responsible.choices, label=_("由谁处理"))

    class Meta:
        model = Difference
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Difference], _name: str, value: str) -> QuerySet[Difference]:
        return rows.filter(
            Q(member__name__startswith=value)
            | Q(member__member_no=value)
            | Q(theirs__name__startswith=value)
        )


class UnreportedTable(MissingTable):
    """The same, ticked to be reminded; when each was last reminded."""

    chosen = SelectColumn(label_accessor="name")
    reminded_on = DateColumn(verbose_name=_("最近提醒"), format="Y-m-d", orderable=False)

    class Meta(Table.Meta):
        sequence = (
            "chosen", "member_no", "name", "unit", "community", "stage", "reminded_on", "action",
        )  # fmt: skip
        caption = _("未报到")


class RateRowTable(Table):
    """The people behind a number of the reporting rate."""

    member_no = Column(verbose_name=_("编号"))
    name = Column(verbose_name=_("姓名"))
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="serving_community__label",
        verbose_name=_("编入社区"),
        order_by="serving_community__code",
    )
    state = Column(empty_values=(), verbose_name=_("报到"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("member_no", "name", "unit", "community", "state")
        caption = _("人员")

    def render_state(self, record: Any) -> str:
        if record.is_reported:
            return str(_("已报到"))
        return str(_("免报") if record.is_excused else _("未报到"))


class RateLineTable(Table):
    """One line a unit or community; each number opens its rows."""

    code = Column(verbose_name=_("编码"))
    label = Column(verbose_name=_("名称"))
    expected = Column(verbose_name=_("应报到"), attrs=NUMBER)
    excused = Column(verbose_name=_("其中免报"), attrs=NUMBER)
    numerator = Column(verbose_name=_("已报到"), attrs=NUMBER)
    missing = Column(verbose_name=_("未报到"), attrs=NUMBER)
    percent = Column(verbose_name=_("报到率（%）"), attrs=NUMBER, empty_values=(None,))

    class Meta(Table.Meta):
        sequence = ("code", "label", "expected", "excused", "numerator", "missing", "percent")
        caption = _("报到率")

    def __init__(self, *args: Any, address: Callable[[str, Any], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def render_percent(self, value: float) -> str:
        return f"{value:.2f}"

    def value_percent(self, value: float) -> float:
        return value

    def _opened(self, measure: str, value: int, record: Any) -> Any:
        url = self.address(measure, record) if value else ""
        return format_html('<a href="{}">{}</a>', url, value) if url else value

    def render_expected(self, value: int, record: Any) -> Any:
        return self._opened("expected", value, record)

    def render_excused(self, value: int, record: Any) -> Any:
        return self._opened("excused", value, record)

    def render_numerator(self, value: int, record: Any) -> Any:
        return self._opened("reported", value, record)

    def render_missing(self, value: int, record: Any) -> Any:
        return self._opened("missing", value, record)
