"""What the desk's lists show; exports hold the same columns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.kernel import clock
from allhours.needs.choices import PledgeState, PostState
from allhours.needs.models import Pledge
from allhours.needs.queries.limits import free_times, menu
from allhours.needs.queries.pledge_checks import progress_label
from allhours.needs.queries.posts import times_of
from allhours.ui.tables import NUMBER, Column, DateColumn, PillColumn, SelectColumn, Table

POST_TONES: dict[str, str] = {PostState.OPEN: "info", PostState.CLOSED: "neutral"}


class PostTable(Table):
    title = Column(linkify=("needs:desk-post", {"code": A("code")}))
    community = Column(
        accessor="community__label", order_by="community__code", verbose_name=_("社区")
    )
    item = Column(verbose_name=_("服务项目"))
    times = Column(verbose_name=_("时间"), orderable=False, empty_values=())
    taken = Column(verbose_name=_("在岗 / 需要"), attrs=NUMBER)
    left = Column(accessor="places_left", verbose_name=_("还缺"), attrs=NUMBER, orderable=False)
    waiting = Column(verbose_name=_("待确认"), attrs=NUMBER)
    oldest = DateColumn(verbose_name=_("最早申请"), format="Y-m-d")
    state = PillColumn(kinds=POST_TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = (
            "title", "community", "item", "times", "taken", "left", "waiting", "oldest", "state",
        )  # fmt: skip
        caption = _("岗位")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.menu, self.slots = menu(clock.now()), free_times(clock.now())

    def render_item(self, value: str) -> str:
        return self.menu.title_of(value) or value

    def render_times(self, record: Any) -> str:
        return times_of(record, self.slots) or "—"

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
