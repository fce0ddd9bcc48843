from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from allhours.activities.choices import NoteState
from allhours.activities.models import Activity, ServiceNote
from allhours.activities.queries.activities import with_state
from allhours.kernel import clock
from allhours.ui.widgets import DateInput

STATES = [
    ("upcoming", _("报名和进行中")),
    ("awaiting", _("待登记出勤")),
    ("closed", _("已完成")),
    ("draft", _("草稿")),
    ("cancelled", _("已取消")),
]


class ActivityFilter(FilterSet):
    state = ChoiceFilter(label=_("状态"), choices=STATES, empty_label=_("全部"), method="in_state")
    words = CharFilter(label=_("名称或地点"), method="about")
    first = DateFilter(label=_("从"), widget=DateInput(), method="from_day")
    last = DateFilter(label=_("到"), widget=DateInput(), method="until_day")

    class Meta:
        model = Activity
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        return with_state(rows, value, clock.now())

    def about(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        return rows.filter(Q(title__contains=value) | Q(place__contains=value))

    def from_day(self, rows: QuerySet[Activity], name: str, value: Any) -> QuerySet[Activity]:
        return rows.filter(starts_at__gte=clock.at(value))

    def until_day(self, rows: QuerySet[Activity], name: str, value: Any) -> QuerySet[Activity]:
        return rows.filter(starts_at__lt=clock.end_of(value))


class NoteFilter(FilterSet):
    """Waiting ones unless asked otherwise."""

    state = ChoiceFilter(label=_("状态"), choices=NoteState.choices[:3], empty_label=_("全部"))
    words = CharFilter(label=_("姓名或编号"), method="about")

    class Meta:
        model = ServiceNote
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if not data or "state" not in data:
            data = data.copy() if data else {}
            data["state"] = NoteState.SUBMITTED
        super().__init__(data, *args, **kwargs)

    def about(self, rows: QuerySet[ServiceNote], name: str, value: str) -> QuerySet[ServiceNote]:
        return rows.filter(Q(member__name__contains=value) | Q(member__member_no__iexact=value))
