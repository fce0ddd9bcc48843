"""The registers (台账) of suggestions and wishes: public facts and dates, never who asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_tables2 import A

from allhours.kernel import clock
from allhours.needs.choices import ClaimState
from allhours.needs.models import Suggestion, Wish
from allhours.needs.queries.channels import origin_title, suggestion_channels, wish_channels
from allhours.needs.queries.limits import categories
from allhours.needs.queries.suggestions import OPEN, TONES, category_titles, days_taken
from allhours.needs.queries.words import KINDS, claimer_shown
from allhours.ui.tables import NUMBER, Column, PillColumn, Table

MOST_ROWS = 20_000  # of one export; more are refused
SUGGESTION_HIDDEN = (
    "category", "origin", "accepted_at", "chain", "answered_at", "days", "in_time", "answer",
    "rating", "not_solved_at", "joined_to", "authors",
)  # fmt: skip
WISH_HIDDEN = (
    "origin", "wisher_kind", "places", "checked_at", "opened_at", "claimed_at", "delivered_at",
    "rating", "goods", "project", "consent_version", "claims",
)  # fmt: skip


def _day(value: datetime) -> str:
    return clock.local_date(value).isoformat()


class SuggestionTable(Table):
    """The register (意见建议登记表): what, where, with whom, what came of it; no names."""

    code = Column(linkify=("needs:desk-suggestion", {"code": A("code")}), verbose_name=_("编号"))
    title = Column(verbose_name=_("事由"), empty_values=())
    kind = Column(accessor="get_kind_display", order_by="kind", verbose_name=_("性质"))
    category = Column(verbose_name=_("类别"))
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    handler = Column(
        accessor="handler__label", order_by="handler__code", verbose_name=_("办理单位")
    )
    origin = Column(verbose_name=_("来源"))
    noted_at = Column(verbose_name=_("提出日期"))
    accepted_at = Column(verbose_name=_("受理日期"))
    chain = Column(empty_values=(), verbose_name=_("流转"), orderable=False)
    due_on = Column(verbose_name=_("期限"))
    state = PillColumn(kinds=TONES, verbose_name=_("状态"))
    outcome = Column(accessor="get_outcome_display", order_by="outcome", verbose_name=_("办理结果"))
    answered_at = Column(verbose_name=_("答复日期"))
    days = Column(empty_values=(), verbose_name=_("用时（工作日）"), orderable=False, attrs=NUMBER)
    in_time = Column(empty_values=(), verbose_name=_("按期"), orderable=False)
    answer = Column(verbose_name=_("答复"), orderable=False)
    rating = Column(accessor="get_rating_display", order_by="rating", verbose_name=_("评价"))
    not_solved_at = Column(verbose_name=_("反映未解决"))
    joined_to = Column(
        accessor="joined_to__code", order_by="joined_to__code", verbose_name=_("并入")
    )
    authors = Column(verbose_name=_("提出人数"), attrs=NUMBER)

    class Meta(Table.Meta):
        sequence = (
            "code", "title", "kind", "category", "community", "origin", "noted_at", "accepted_at",
            "chain", "handler", "due_on", "state", "outcome", "answered_at", "days", "in_time",
            "answer", "rating", "not_solved_at", "joined_to", "authors",
        )  # fmt: skip
        caption = _("意见建议")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.categories = category_titles(clock.now())
        self.channels = suggestion_channels(clock.now())

    def render_title(self, value: str) -> str:
        return value or str(_("（待受理）"))

    def render_category(self, value: str) -> str:
        return self.categories.get(value, value)

    def render_origin(self, record: Suggestion) -> str:
        return origin_title(record.origin, self.channels)

    def render_noted_at(self, value: datetime) -> str:
        return _day(value)

    render_accepted_at = render_answered_at = render_not_solved_at = render_noted_at

    def render_chain(self, record: Suggestion) -> str:
        """From the community it came up in, through whoever it was handed to."""
        names = [record.community.label, *(step.handler.label for step in record.steps.all())]
        kept = [name for at, name in enumerate(names) if at == 0 or name != names[at - 1]]
        return " → ".join(kept)

    def render_days(self, record: Suggestion) -> int | str:
        return "—" if record.answered_at is None else days_taken(record)

    def value_days(self, record: Suggestion) -> int | str:
        return "" if record.answered_at is None else days_taken(record)

    def render_in_time(self, record: Suggestion) -> str:
        if record.answered_at is None or record.due_on is None:
            return ""
        late = clock.local_date(record.answered_at) > record.due_on
        return str(_("逾期") if late else _("按期"))

    def render_due_on(self, value: date, record: Suggestion) -> str:
        """The day; an open one past it says in red by how much."""
        late = (clock.local_date(clock.now()) - value).days
        if late <= 0 or record.state not in OPEN:
            return value.isoformat()
        words = ngettext("超期 %(n)d 天", "超期 %(n)d 天", late) % {"n": late}
        return format_html('{} <span class="pill pill-danger">{}</span>', value.isoformat(), words)

    def value_due_on(self, value: date) -> str:
        return value.isoformat()


class WishRegister(Table):
    """微心愿登记表, without who asked: where, what in public, since when, what came of it."""

    code = Column(
        linkify=lambda record: reverse("needs:desk-wish", args=[record.code]),
        verbose_name=_("编号"),
    )
    title = Column(verbose_name=_("公开内容"), empty_values=())
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    category = Column(verbose_name=_("类别"))
    origin = Column(verbose_name=_("来源"))
    wisher_kind = Column(
        accessor="get_wisher_kind_display", order_by="wisher_kind", verbose_name=_("心愿人类别")
    )
    places = Column(verbose_name=_("名额"), attrs=NUMBER)
    state = PillColumn(kinds=KINDS, verbose_name=_("状态"))
    noted_at = Column(verbose_name=_("收到日期"))
    checked_at = Column(verbose_name=_("核实日期"))
    opened_at = Column(verbose_name=_("发布日期"))
    claimed_at = Column(verbose_name=_("认领日期"))
    delivered_at = Column(verbose_name=_("办理完成"))
    confirmed_at = Column(verbose_name=_("办结日期"))
    rating = Column(accessor="get_rating_display", order_by="rating", verbose_name=_("评价"))
    goods = Column(verbose_name=_("捐物价值（元）"), attrs=NUMBER)
    project = Column(accessor="project__name", orderable=False, verbose_name=_("特色项目"))
    consent_version = Column(verbose_name=_("同意书版本"))
    claims = Column(empty_values=(), orderable=False, verbose_name=_("认领人编号"))

    class Meta(Table.Meta):
        sequence = (
            "code", "title", "community", "category", "origin", "wisher_kind", "places", "state",
            "noted_at", "checked_at", "opened_at", "claimed_at", "delivered_at", "confirmed_at",
            "rating", "goods", "project", "consent_version", "claims",
        )  # fmt: skip
        caption = _("微心愿登记表")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        now = clock.now()
        self.categories, self.channels = categories(now), wish_channels(now)

    def render_title(self, value: str) -> str:
        return value or str(_("（待核实的心愿）"))

    def render_category(self, value: str) -> str:
        return self.categories.get(value, value)

    def render_origin(self, value: str, record: Wish) -> str:
        return origin_title(record.origin, self.channels)

    def render_noted_at(self, value: datetime) -> str:
        return _day(value)

    render_checked_at = render_opened_at = render_claimed_at = render_noted_at
    render_delivered_at = render_confirmed_at = render_noted_at

    def render_goods(self, value: int) -> str:
        return f"{value / 100:.2f}"

    def value_goods(self, value: int) -> float:
        return value / 100

    def render_claims(self, record: Wish) -> str:
        held = (ClaimState.LIVE, ClaimState.FULFILLED)
        return "、".join(
            claimer_shown(claim, claim.member.member_no)
            for claim in record.claims.all()
            if claim.state in held
        )
