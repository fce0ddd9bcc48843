from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.ledger.choices import EntryKind
from allhours.ui.widgets import DateInput

NONE = "-"  # stands for “no community” in an address


class EntryFilter(django_filters.FilterSet):
    """By person, kind, unit, community and days; the address of a total carries these."""

    who = django_filters.CharFilter(label=_("姓名或编号"), method="by_person")
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=EntryKind.choices)
    unit = django_filters.CharFilter(label=_("单位编码"), field_name="unit_code")
    community = django_filters.CharFilter(label=_("社区编码"), method="by_community")
    since = django_filters.DateFilter(
        label=_("从"), field_name="on", lookup_expr="gte", widget=DateInput
    )
    until = django_filters.DateFilter(
        label=_("到"), field_name="on", lookup_expr="lte", widget=DateInput
    )
    known = django_filters.DateFilter(label=_("登记截至"), method="by_known", widget=DateInput)

    def by_person(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # type: ignore[type-arg]
        return ledger.of_person(rows, value)

    def by_community(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # type: ignore[type-arg]
        return rows.filter(community_code="" if value == NONE else value)

    def by_known(self, rows: QuerySet, name: str, value: object) -> QuerySet:  # type: ignore[type-arg]
        return rows.filter(recorded_at__lt=clock.end_of(value))  # type: ignore[arg-type]
