from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from allhours.accounts.actor import Actor
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.needs.choices import (
    PledgeResult,
    PledgeState,
    PostState,
    SuggestionKind,
    SuggestionOutcome,
    SuggestionState,
    WishState,
)
from allhours.needs.models import Claim, Pledge, Post, Suggestion, Wish
from allhours.needs.queries.limits import categories, item_titles
from allhours.needs.queries.problems import NOT_YET
from allhours.needs.queries.suggestions import OPEN, category_titles
from allhours.ui.widgets import DateInput


def _items() -> list[tuple[str, str]]:
    return list(item_titles(clock.now()).items())


Suggestions = QuerySet[Suggestion]


class PostFilter(FilterSet):
    words = CharFilter(label=_("岗位名称"), field_name="title", lookup_expr="contains")
    community = CharFilter(label=_("社区"), method="of_community")
    item = ChoiceFilter(label=_("服务项目"), choices=_items, empty_label=_("全部"))
    state = ChoiceFilter(label=_("状态"), choices=PostState.choices, empty_label=_("全部"))
    waiting = ChoiceFilter(
        label=_("待确认的申请"),
        choices=[("yes", _("有"))],
        method="with_applications",
        empty_label=_("全部"),
    )

    class Meta:
        model = Post
        fields: list[str] = []

    def of_community(self, rows: QuerySet[Post], name: str, value: str) -> QuerySet[Post]:
        return rows.filter(community__name__contains=value)

    def with_applications(self, rows: QuerySet[Post], name: str, value: str) -> QuerySet[Post]:
        return rows.filter(pk__in=Claim.objects.filter(state="waiting").values("post"))


def _communities(request: HttpRequest) -> QuerySet[Organization]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return Organization.objects.communities().open().visible_to(actor).order_by("code")


def _units(request: HttpRequest) -> QuerySet[Organization]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return Organization.objects.units().visible_to(actor).order_by("code")


class WithoutPostFilter(FilterSet):
    words = CharFilter(label=_("姓名或编号"), method="of_member")
    unit = ModelChoiceFilter(label=_("单位"), queryset=_units)
    serving_community = ModelChoiceFilter(label=_("服务社区"), queryset=_communities)

    class Meta:
        model = Member
        fields: list[str] = []

    def of_member(self, rows: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        return rows.filter(Q(name__contains=value) | Q(member_no=value))


class PledgeFilter(FilterSet):
    words = CharFilter(label=_("姓名或编号"), method="of_member")
    unit = CharFilter(label=_("单位"), field_name="unit__name", lookup_expr="contains")
    community = CharFilter(label=_("社区"), field_name="community__name", lookup_expr="contains")
    state = ChoiceFilter(
        label=_("状态"),
        choices=[each for each in PledgeState.choices if each[0] != PledgeState.DRAFT],
        empty_label=_("全部"),
    )
    progress = ChoiceFilter(
        label=_("本期进展"),
        choices=[("yes", _("已登记")), ("no", _("未登记"))],
        method="of_progress",
        empty_label=_("全部"),
    )
    result = ChoiceFilter(label=_("评诺结果"), choices=PledgeResult.choices, empty_label=_("全部"))

    class Meta:
        model = Pledge
        fields: list[str] = []

    def of_member(self, rows: QuerySet[Pledge], name: str, value: str) -> QuerySet[Pledge]:
        return rows.filter(Q(member__name__contains=value) | Q(member__member_no=value))

    def of_progress(self, rows: QuerySet[Pledge], name: str, value: str) -> QuerySet[Pledge]:
        """By `silent` of `with_check`, among those being kept."""
        said = {"silent": value == "no"}
        return rows.filter(state=PledgeState.IN_HAND, **said)


class SuggestionFilter(FilterSet):
    words = CharFilter(label=_("事由或编号"), method="of_words")
    community = CharFilter(label=_("社区"), field_name="community__name", lookup_expr="contains")
    kind = ChoiceFilter(label=_("性质"), choices=SuggestionKind.choices, empty_label=_("全部"))
    state = ChoiceFilter(label=_("状态"), choices=SuggestionState.choices, empty_label=_("全部"))
    outcome = ChoiceFilter(
        label=_("办理结果"), choices=SuggestionOutcome.choices, empty_label=_("全部")
    )

    category = ChoiceFilter(
        label=_("类别"),
        choices=lambda: [*category_titles(clock.now()).items(), (NOT_YET, _("（待受理）"))],
        method="of_category",
        empty_label=_("全部"),
    )
    since = DateFilter(label=_("提出日期从"), method="noted_since", widget=DateInput)
    late = ChoiceFilter(
        label=_("期限"),
        choices=[("yes", _("已超期"))],
        method="past_due",
        empty_label=_("全部"),
    )

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def of_category(self, rows: Suggestions, name: str, value: str) -> Suggestions:
        return rows.filter(category="" if value == NOT_YET else value)

    def noted_since(self, rows: Suggestions, name: str, value: date) -> Suggestions:
        return rows.filter(noted_at__gte=clock.at(value))

    def past_due(self, rows: Suggestions, name: str, value: str) -> Suggestions:
        return rows.filter(state__in=OPEN, due_on__lt=clock.local_date(clock.now()))

    def of_words(self, rows: QuerySet[Suggestion], name: str, value: str) -> QuerySet[Suggestion]:
        return rows.filter(Q(title__contains=value) | Q(code=value.upper()))


class WishFilter(FilterSet):
    words = CharFilter(label=_("公开内容或编号"), method="of_words")
    community = CharFilter(label=_("社区"), field_name="community__name", lookup_expr="contains")
    category = ChoiceFilter(label=_("类别"), empty_label=_("全部"))
    state = ChoiceFilter(label=_("状态"), choices=WishState.choices, empty_label=_("全部"))
    since = DateFilter(
        label=_("收到日期从"), field_name="noted_at", lookup_expr="date__gte", widget=DateInput()
    )
    until = DateFilter(
        label=_("收到日期到"), field_name="noted_at", lookup_expr="date__lte", widget=DateInput()
    )

    class Meta:
        model = Wish
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["category"].extra["choices"] = list(categories(clock.now()).items())

    def of_words(self, rows: QuerySet[Wish], name: str, value: str) -> QuerySet[Wish]:
        return rows.filter(Q(title__contains=value) | Q(code=value.upper()))
