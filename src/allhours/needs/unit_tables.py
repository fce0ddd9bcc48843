"""The list of wishes that a unit claimed, and what narrows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet
from django_tables2 import A

from allhours.kernel import clock
from allhours.needs.models import Claim
from allhours.needs.models.claim import ClaimQuerySet
from allhours.needs.queries.unit_claims import STANDINGS, TONES
from allhours.ui.tables import NUMBER, Column, PillColumn, Table


class StandingColumn(PillColumn):
    def value(self, **values: Any) -> str:
        return str(STANDINGS[values["record"].standing])


class UnitClaimTable(Table):
    title = Column(
        accessor="wish__title",
        linkify=("needs:desk-unit-wish", {"pk": A("pk")}),
        verbose_name=_("心愿"),
    )
    code = Column(accessor="wish__code", verbose_name=_("编号"))
    unit = Column(accessor="unit__label", order_by="unit__code", verbose_name=_("单位"))
    member = Column(accessor="member__name", verbose_name=_("负责人"))
    helping = Column(verbose_name=_("一同参加"), attrs=NUMBER)
    community = Column(
        accessor="wish__public_place__label", orderable=False, verbose_name=_("社区")
    )
    claimed_at = Column(verbose_name=_("认领日期"))
    due_at = Column(verbose_name=_("办理期限"))
    standing = StandingColumn(kinds=TONES, order_by="urgency", verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = (
            "title", "code", "unit", "member", "helping", "community", "claimed_at", "due_at",
            "standing",
        )  # fmt: skip
        caption = _("单位认领的心愿")

    def render_member(self, value: str, record: Claim) -> str:
        return str(_("待另派")) if record.is_unnamed else value

    def value_member(self, value: str, record: Claim) -> str:
        return self.render_member(value, record)

    def render_claimed_at(self, value: datetime) -> str:
        return clock.local_date(value).isoformat()

    def render_due_at(self, value: datetime) -> str:
        return clock.local_date(value).isoformat()


class UnitClaimFilter(FilterSet):
    words = CharFilter(label=_("心愿或编号"), method="of_wish")
    member = CharFilter(label=_("负责人"), field_name="member__name", lookup_expr="contains")
    unit = CharFilter(label=_("单位"), field_name="unit__name", lookup_expr="contains")
    standing = ChoiceFilter(label=_("状态"), choices=list(STANDINGS.items()), empty_label=_("全部"))

    class Meta:
        model = Claim
        fields: list[str] = []

    def of_wish(self, rows: ClaimQuerySet, name: str, value: str) -> Any:
        return rows.filter(Q(wish__title__contains=value) | Q(wish__code=value.upper()))
