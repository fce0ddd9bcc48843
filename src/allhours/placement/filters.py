"""Filters of the lists: by unit, community, reason, state."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Member, Organization
from allhours.placement.choices import PlacementState
from allhours.placement.models import Placement, Proposal
from allhours.placement.reasons import LABELS


def _units(request: Any) -> QuerySet[Organization]:
    return Organization.objects.units().visible_to(request.actor).order_by("code")


def _communities(request: Any) -> QuerySet[Organization]:
    return Organization.objects.communities().filter(closed_on=None).order_by("code")


def _own_communities(request: Any) -> QuerySet[Organization]:
    return Organization.objects.communities().visible_to(request.actor).order_by("code")


class ProposalFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(method="by_name", label=_("姓名或编号"))
    unit = django_filters.ModelChoiceFilter(
        field_name="member__unit", queryset=_units, label=_("单位")
    )
    community = django_filters.ModelChoiceFilter(queryset=_communities, label=_("社区"))
    reason = django_filters.ChoiceFilter(choices=list(LABELS.items()), label=_("理由"))
    mark = django_filters.ChoiceFilter(
        choices=[("contested", _("有异议")), ("locked", _("已锁定")), ("unplaced", _("未编入"))],
        method="by_mark",
        label=_("标记"),
    )

    class Meta:
        model = Proposal
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        return rows.filter(Q(member__name__startswith=value) | Q(member__member_no=value))

    def by_mark(self, rows: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        marks = {
            "contested": Q(contested_at__isnull=False),
            "locked": Q(locked=True),
            "unplaced": Q(community=None),
        }
        return rows.filter(marks[value])


class _PlacementFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(method="by_name", label=_("姓名或编号"))
    unit = django_filters.ModelChoiceFilter(queryset=_units, label=_("单位"))

    class Meta:
        model = Placement
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Placement], _name: str, value: str) -> QuerySet[Placement]:
        return rows.filter(Q(member__name__startswith=value) | Q(member__member_no=value))


class UnitSideFilter(_PlacementFilter):
    community = django_filters.ModelChoiceFilter(queryset=_communities, label=_("社区"))


class CommunitySideFilter(_PlacementFilter):
    unit = None
    community = django_filters.ModelChoiceFilter(queryset=_own_communities, label=_("社区"))
    state = django_filters.ChoiceFilter(
        choices=[choice for choice in PlacementState.choices if choice[0] != "ended"],
        label=_("状态"),
    )


class SheetFilter(_PlacementFilter):
    """Which sheets to print: of one unit, one community, one placement, one collective letter."""

    community = django_filters.ModelChoiceFilter(queryset=_communities, label=_("社区"))
    only = django_filters.NumberFilter(field_name="pk", label=_("一人"))
    collective = django_filters.NumberFilter(field_name="collective", label=_("集体介绍信"))


class MemberFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(method="by_name", label=_("姓名或编号"))
    unit = django_filters.ModelChoiceFilter(queryset=_units, label=_("单位"))

    class Meta:
        model = Member
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Member], _name: str, value: str) -> QuerySet[Member]:
        return rows.filter(Q(name__startswith=value) | Q(member_no=value))
