"""What the lists show. Cells are plain; exports hold the same columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.kernel import clock
from allhours.placement import reasons
from allhours.placement.choices import PlacementState
from allhours.ui.tables import (
    ActionColumn,
    Column,
    DateColumn,
    PillColumn,
    SelectColumn,
    Table,
)

STATE_KINDS = {
    "assigned": "neutral",
    "letter_issued": "info",
    "presented": "warn",
    "reported": "ok",
    "ended": "neutral",
}


class ProposalTable(Table):
    member_no = Column(accessor="member__member_no", verbose_name=_("编号"))
    name = Column(accessor="member__name", verbose_name=_("姓名"))
    unit = Column(
        accessor="member__unit__label", verbose_name=_("单位"), order_by="member__unit__code"
    )
    community = Column(
        accessor="community__label", verbose_name=_("编入社区"), order_by="community__code"
    )
    why = Column(accessor="pk", verbose_name=_("理由"), orderable=False)
    mark = Column(accessor="pk", verbose_name=_("标记"), orderable=False)
    action = ActionColumn(
        '<a href="{% url "placement:proposal" record.pk %}">'
        '{% load i18n %}{% translate "查看、调整" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = ("member_no", "name", "unit", "community", "why", "mark", "action")
        caption = _("编入建议")

    def render_why(self, record: Any) -> str:
        return reasons.sentence(record.reason, record.params)

    def render_mark(self, record: Any) -> str:
        marks = []
        if record.contested_at:
            marks.append(str(_("有异议")))
        if record.locked:
            marks.append(str(_("已锁定")))
        return str(_("、")).join(marks)


class _PlacementTable(Table):
    member_no = Column(accessor="member__member_no", verbose_name=_("编号"))
    name = Column(accessor="member__name", verbose_name=_("姓名"))
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="community__label", verbose_name=_("社区"), order_by="community__code"
    )


class LettersTable(_PlacementTable):
    """Members without a letter."""

    action = ActionColumn(
        '{% load i18n %}<form method="post" action="{% url "placement:issue" record.pk %}">'
        '{% csrf_token %}<button class="button">{% translate "开具" %}</button></form>'
    )

    class Meta(Table.Meta):
        sequence = ("member_no", "name", "unit", "community", "action")
        caption = _("待开证明信")


class OnTheWayTable(_PlacementTable):
    """Members with a letter in hand; ticked to be brought to the community together."""

    chosen = SelectColumn(label_accessor="member.name")
    state = PillColumn(kinds=STATE_KINDS, verbose_name=_("状态"))
    action = ActionColumn(
        '{% load i18n %}<a href="{% url "placement:placement" record.pk %}">'
        '{% translate "查看、办理" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = ("chosen", "member_no", "name", "unit", "community", "state", "action")
        caption = _("已开证明信")


class ReceiptTable(_PlacementTable):
    branch = Column(accessor="branch__label", verbose_name=_("临时党支部"))
    reported_on = DateColumn(verbose_name=_("报到日期"), format="Y-m-d")
    acknowledged = Column(verbose_name=_("签收"), empty_values=(), order_by="acknowledged_at")
    action = ActionColumn(
        '{% load i18n %}<a href="{% url "placement:placement" record.pk %}">'
        '{% translate "查看" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = (
            "member_no", "name", "unit", "community", "branch", "reported_on", "acknowledged",
            "action",
        )  # fmt: skip
        caption = _("报到回执")

    def render_acknowledged(self, record: Any) -> str:
        if record.acknowledged_at is None:
            return str(_("待签收"))
        return f"{clock.local_date(record.acknowledged_at):%m-%d}"


class StackTable(Table):
    """Members who stand at the community, to be received singly or as a stack."""

    chosen = SelectColumn(label_accessor="member.name")
    name = Column(
        accessor="member__name",
        verbose_name=_("姓名"),
        linkify=("placement:placement", (A("pk"),)),
    )
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="community__label", verbose_name=_("社区"), order_by="community__code"
    )
    presented_at = Column(verbose_name=_("到社区时间"))
    way = Column(accessor="get_presented_by_display", verbose_name=_("方式"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("chosen", "name", "unit", "community", "presented_at", "way")
        caption = _("待接收")

    def render_presented_at(self, value: datetime) -> str:
        return f"{clock.local(value):%m-%d %H:%M}"


class HereTable(_PlacementTable):
    """Everybody placed in the actor's communities."""

    name = Column(
        accessor="member__name",
        verbose_name=_("姓名"),
        linkify=("placement:placement", (A("pk"),)),
    )
    branch = Column(accessor="branch__label", verbose_name=_("临时党支部"))
    state = PillColumn(kinds=STATE_KINDS, verbose_name=_("状态"))
    reported_on = DateColumn(verbose_name=_("报到日期"), format="Y-m-d")

    class Meta(Table.Meta):
        sequence = ("member_no", "name", "unit", "community", "branch", "state", "reported_on")
        caption = _("本社区党员")


class MissingTable(Table):
    """Expected, not excused, not reported. For the unit and the county only."""

    member_no = Column(verbose_name=_("编号"))
    name = Column(verbose_name=_("姓名"))
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="serving_community__label",
        verbose_name=_("应报到社区"),
        order_by="serving_community__code",
    )
    stage = Column(verbose_name=_("进度"), empty_values=(), orderable=False)
    action = ActionColumn(
        '{% load i18n %}<a href="{% url "placement:excuse" record.pk %}">{% translate "免报" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = ("member_no", "name", "unit", "community", "stage", "action")
        caption = _("未报到")

    def render_stage(self, record: Any) -> str:
        return str(PlacementState(record.stage).label) if record.stage else str(_("未编入社区"))


class UnplacedTable(Table):
    member_no = Column(verbose_name=_("编号"))
    name = Column(verbose_name=_("姓名"))
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    residence = Column(accessor="residence__label", verbose_name=_("居住社区"))
    wanted = Column(verbose_name=_("单位报请编入"))
    action = ActionColumn(
        '{% load i18n %}<a href="{% url "placement:place" record.pk %}">'
        '{% translate "指定社区" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = ("member_no", "name", "unit", "residence", "wanted", "action")
        caption = _("未编入")


class ExcusalTable(Table):
    name = Column(accessor="member__name", verbose_name=_("姓名"))
    unit = Column(
        accessor="member__unit__label", verbose_name=_("单位"), order_by="member__unit__code"
    )
    klass = Column(accessor="get_klass_display", verbose_name=_("类别"), orderable=False)
    from_on = DateColumn(verbose_name=_("自"), format="Y-m-d")
    until_on = DateColumn(verbose_name=_("至"), format="Y-m-d")
    action = ActionColumn(
        '{% load i18n %}<a class="button" href="{% url "placement:excusal" record.pk %}">'
        '{% translate "延长或结束" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = ("name", "unit", "klass", "from_on", "until_on", "action")
        caption = _("免报")
