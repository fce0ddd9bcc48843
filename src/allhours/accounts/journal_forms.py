"""Searching the journal and the sign-ins, and taking lines out for a purpose."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, FilterSet

from allhours.accounts import deeds, objects
from allhours.accounts.models import JournalEntry, SignInRecord, User
from allhours.kernel import clock
from allhours.ui.widgets import DateInput, SegmentedRadio

PURPOSES = [
    ("routine", _("例行审计")),
    ("complaint", _("核查投诉举报")),
    ("incident", _("处置安全事件")),
    ("authority", _("依法配合调查")),
]


def _deed_choices() -> list[tuple[str, str]]:
    known = deeds.all_words()[0]
    return sorted(((did, str(text)) for did, text in known.items()), key=lambda each: each[0])


def _subject_choices() -> list[tuple[str, str]]:
    return [(name, str(text)) for name, text in deeds.all_words()[1].items()]


class AnyChoiceField(ChoiceFilter.field_class):
    """Offers the words it knows and takes any: a room may have forgotten to explain one."""

    def valid_value(self, value: str) -> bool:
        return True


class WordFilter(ChoiceFilter):
    field_class = AnyChoiceField


class JournalFilter(FilterSet):
    username = CharFilter(label=_("用户名"), method="by")
    deed = WordFilter(
        label=_("事项"), field_name="did", empty_label=_("全部"), choices=_deed_choices
    )
    did = CharFilter(label=_("事项代码开头"), lookup_expr="startswith")
    subject = WordFilter(label=_("对象"), empty_label=_("全部"), choices=_subject_choices)
    subject_id = CharFilter(label=_("对象编号"))
    address = CharFilter(label=_("对象的网页地址"), method="at_address")
    first = DateFilter(label=_("从"), widget=DateInput, method="from_day")
    last = DateFilter(label=_("到"), widget=DateInput, method="to_day")

    def by(self, rows: QuerySet[JournalEntry], name: str, value: str) -> QuerySet[JournalEntry]:
        """An account by its user name, or a job or command by its label."""
        ids = User.objects.filter(username__iexact=value).values_list("pk", flat=True)
        return rows.filter(Q(user_id_plain__in=list(ids)) | Q(label=value))

    def at_address(
        self, rows: QuerySet[JournalEntry], name: str, value: str
    ) -> QuerySet[JournalEntry]:
        return rows.filter(objects.lines_about(value))

    def from_day(
        self, rows: QuerySet[JournalEntry], name: str, day: date
    ) -> QuerySet[JournalEntry]:
        return rows.filter(at__gte=clock.at(day))

    def to_day(self, rows: QuerySet[JournalEntry], name: str, day: date) -> QuerySet[JournalEntry]:
        return rows.filter(at__lt=clock.end_of(day))


class SignInFilter(FilterSet):
    username = CharFilter(label=_("用户名"), field_name="user__username", lookup_expr="iexact")
    succeeded = BooleanFilter(label=_("成功"))
    address = CharFilter(label=_("网络地址"))
    first = DateFilter(label=_("从"), widget=DateInput, method="from_day")
    last = DateFilter(label=_("到"), widget=DateInput, method="to_day")

    def from_day(self, rows: Any, name: str, day: date) -> QuerySet[SignInRecord]:
        found: QuerySet[SignInRecord] = rows.filter(at__gte=clock.at(day))
        return found

    def to_day(self, rows: Any, name: str, day: date) -> QuerySet[SignInRecord]:
        found: QuerySet[SignInRecord] = rows.filter(at__lt=clock.end_of(day))
        return found


class JournalExportForm(forms.Form):
    purpose = forms.ChoiceField(label=_("用途"), choices=[("", _("请选择")), *PURPOSES])
    kind = forms.ChoiceField(
        label=_("格式"), choices=[("xlsx", "Excel"), ("csv", "CSV")], initial="xlsx",
        widget=SegmentedRadio,
    )  # fmt: skip
