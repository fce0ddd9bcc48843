from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from allhours.needs.choices import PostState
from allhours.needs.models import Post


class PostFilter(FilterSet):
    words = CharFilter(label=_("岗位名称"), field_name="title", lookup_expr="contains")
    community = CharFilter(label=_("社区"), method="of_community")
    state = ChoiceFilter(label=_("状态"), choices=PostState.choices, empty_label=_("全部"))

    class Meta:
        model = Post
        fields: list[str] = []

    def of_community(self, rows: QuerySet[Post], name: str, value: str) -> QuerySet[Post]:
        return rows.filter(community__name__contains=value)
