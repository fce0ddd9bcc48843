"""What the desk's lists show; exports hold the same columns."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.activities.choices import NoteState
from allhours.activities.queries.activities import state_of
from allhours.kernel import clock
from allhours.ui.tables import NUMBER, Column, PillColumn, SelectColumn, Table

NOTE_TONES: dict[str, str] = {
    NoteState.SUBMITTED: "warn",
    NoteState.CONFIRMED: "ok",
    NoteState.RETURNED: "danger",
    NoteState.WITHDRAWN: "neutral",
}


def when(instant: Any) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}"


class ActivityTable(Table):
    title = Column(linkify=("activities:manage", {"code": A("code")}))
    starts_at = Column(verbose_name=_("时间"))
    place = Column(orderable=False)
    organizer = Column(
        accessor="organizer__label", order_by="organizer__code", verbose_name=_("组织者")
    )
    taken = Column(verbose_name=_("报名"), attrs=NUMBER)
    served = Column(verbose_name=_("受益人次"), attrs=NUMBER)
    state = Column(verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("title", "starts_at", "place", "organizer", "taken", "served", "state")
        order_by = "-starts_at"
        caption = _("活动")

    def render_starts_at(self, value: Any) -> str:
        return when(value)

    def render_taken(self, value: int, record: Any) -> str:
        return f"{value} / {record.places}"

    def render_state(self, record: Any) -> SafeString:
        word, tone = state_of(record, clock.now())
        return format_html('<span class="pill pill-{}">{}</span>', tone, word)

    def value_state(self, record: Any) -> str:
        return state_of(record, clock.now())[0]


class TickColumn(SelectColumn):
    """Ticks of a form that stands above the list, whose own filter is a form."""

    def render(self, value: Any, bound_column: Any, record: Any) -> SafeString:
        label = _("选择 %(name)s") % {"name": record.member.name}
        return format_html(
            '<input type="checkbox" form="confirm-many" name="{}" value="{}" aria-label="{}">',
            bound_column.name,
            value,
            label,
        )


class NoteTable(Table):
    tick = TickColumn(label_accessor="text")
    member_no = Column(accessor="member__member_no", verbose_name=_("编号"))
    name = Column(
        accessor="member__name",
        verbose_name=_("姓名"),
        linkify=("activities:note_desk", {"pk": A("pk")}),
    )
    unit = Column(
        accessor="member__unit__label", order_by="member__unit__code", verbose_name=_("单位")
    )
    started_at = Column(verbose_name=_("服务时间"))
    minutes = Column(verbose_name=_("分钟"), attrs=NUMBER)
    text = Column(orderable=False)
    state = PillColumn(kinds=NOTE_TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("tick", "name", "unit", "started_at", "minutes", "text", "state", "member_no")
        caption = _("写实")

    def render_started_at(self, value: Any) -> str:
        return when(value)
