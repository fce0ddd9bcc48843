"""What the desk's lists show; exports hold the same columns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.kernel import clock
from allhours.needs.choices import PledgeState, PostState
from allhours.needs.models import Pledge, Suggestion
from allhours.needs.queries.channels import origin_title, suggestion_channels
from allhours.needs.queries.limits import menu
from allhours.needs.queries.pledge_checks import progress_label
from allhours.needs.queries.suggestions import TONES, category_titles
from allhours.ui.tables import NUMBER, Column, PillColumn, SelectColumn, Table

POST_TONES: dict[str, str] = {PostState.OPEN: "info", PostState.CLOSED: "neutral"}


class PostTable(Table):
    title = Column(linkify=("needs:desk-post", {"code": A("code")}))
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    item = Column(verbose_name=_("服务项目"))
    times = Column(verbose_name=_("时间"), orderable=False)
    taken = Column(verbose_name=_("在岗 / 需要"), attrs=NUMBER)
    state = PillColumn(kinds=POST_TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("title", "community", "item", "times", "taken", "state")
        caption = _("岗位")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.menu = menu(clock.now())

    def render_item(self, value: str) -> str:
        return self.menu.title_of(value) or value

    def render_taken(self, value: int, record: Any) -> str:
        return f"{value} / {record.places}"


class WithoutPostTable(Table):
    """Members who are expected and have no post this year, ticked to be reminded."""

    chosen = SelectColumn(label_accessor="name")
    member_no = Column(verbose_name=_("编号"))
    name = Column(verbose_name=_("姓名"))
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="serving_community__label",
        verbose_name=_("服务社区"),
        order_by="serving_community__code",
    )
    posts_held = Column(verbose_name=_("计入的岗位"), attrs=NUMBER)
    applied = Column(verbose_name=_("申请"))

    class Meta(Table.Meta):
        sequence = ("chosen", "member_no", "name", "unit", "community", "posts_held", "applied")
        caption = _("还没有岗位的党员")

    def render_applied(self, value: bool) -> str:
        return str(_("待社区确认")) if value else "—"


PLEDGE_TONES: dict[str, str] = {
    PledgeState.SUBMITTED: "warn",
    PledgeState.APPROVED: "warn",
    PledgeState.IN_HAND: "info",
    PledgeState.ASSESSED: "ok",
    PledgeState.WITHDRAWN: "neutral",
}


class PledgeTable(Table):
    member = Column(
        accessor="member__name",
        linkify=("needs:desk-pledge", {"code": A("code")}),
        verbose_name=_("姓名"),
    )
    member_no = Column(accessor="member__member_no", verbose_name=_("编号"))
    unit = Column(accessor="unit__label", order_by="unit__code", verbose_name=_("单位"))
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    year = Column(verbose_name=_("年度"), attrs=NUMBER)
    state = PillColumn(kinds=PLEDGE_TONES, verbose_name=_("状态"))
    progress = Column(empty_values=(), orderable=False, verbose_name=_("本期进展"))
    result = Column(accessor="get_result_display", order_by="result", verbose_name=_("评诺结果"))

    class Meta(Table.Meta):
        sequence = (
            "member",
            "member_no",
            "unit",
            "community",
            "year",
            "state",
            "progress",
            "result",
        )
        caption = _("服务承诺")

    def render_progress(self, record: Pledge) -> str:
        return progress_label(record)


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
    due_on = Column(verbose_name=_("期限"))
    state = PillColumn(kinds=TONES, verbose_name=_("状态"))
    outcome = Column(accessor="get_outcome_display", order_by="outcome", verbose_name=_("办理结果"))
    answer = Column(verbose_name=_("答复"), orderable=False)

    class Meta(Table.Meta):
        sequence = (
            "code", "title", "kind", "category", "community", "handler", "origin", "noted_at",
            "due_on", "state", "outcome", "answer",
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
        return clock.local_date(value).isoformat()

    def render_due_on(self, value: date) -> str:
        return value.isoformat()
