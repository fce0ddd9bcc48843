from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.ledger import queries as ledger
from allhours.ledger.choices import EntryKind
from allhours.ui.widgets import DateInput


class EntryFilter(django_filters.FilterSet):
    """By person, kind, unit, community and days; the address of a total carries these."""

    who = django_filters.CharFilter(label=_("姓名或编号"), method="by_person")
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=EntryKind.choices)
    unit = django_filters.CharFilter(label=_("单位编码"), field_name="unit_code")
    community = django_filters.CharFilter(label=_("社区编码"), field_name="community_code")
    since = django_filters.DateFilter(
        label=_("从"), field_name="on", lookup_expr="gte", widget=DateInput
    )
    until = django_filters.DateFilter(
        label=_("到"), field_name="on", lookup_expr="lte", widget=DateInput
    )

    def by_person(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # type: ignore[type-arg]
        return ledger.of_person(rows, value)
