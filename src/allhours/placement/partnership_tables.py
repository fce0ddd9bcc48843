"""Lists of what units have with communities."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.ui.tables import NUMBER, ActionColumn, Column, DateColumn, PillColumn, Table

REPORT_KINDS = {"presented": "warn", "received": "ok", "returned": "danger", "ended": "neutral"}
PAIRING_KINDS = {"proposed": "warn", "live": "ok", "declined": "neutral", "ended": "neutral"}


class _SidesTable(Table):
    unit = Column(accessor="unit__label", verbose_name=_("单位"), order_by="unit__code")
    community = Column(
        accessor="community__label", verbose_name=_("社区"), order_by="community__code"
    )


class UnitReportTable(_SidesTable):
    presented_on = DateColumn(verbose_name=_("报到日期"), format="Y-m-d")
    received_on = DateColumn(verbose_name=_("接收日期"), format="Y-m-d")
    people = Column(verbose_name=_("在职党员（名）"), attrs=NUMBER)
    contact = Column(verbose_name=_("联系人"), orderable=False)
    contact_phone = Column(verbose_name=_("联系电话"), orderable=False)
    offers = Column(verbose_name=_("可提供的服务和资源"), orderable=False)
    state = PillColumn(kinds=REPORT_KINDS, verbose_name=_("状态"))
    action = ActionColumn(
        '<a href="{% url "placement:unit-report" record.pk %}">'
        '{% load i18n %}{% translate "查看" %}</a>'
    )

    class Meta(Table.Meta):
        sequence = (
            "unit", "community", "presented_on", "received_on", "people", "contact",
            "contact_phone", "offers", "state", "action",
        )  # fmt: skip
        caption = _("单位党组织到社区报到登记册")


class PairingTable(_SidesTable):
    unit = Column(
        accessor="unit__label",
        verbose_name=_("单位"),
        order_by="unit__code",
        linkify=("placement:pairing", (A("pk"),)),
    )
    since = DateColumn(verbose_name=_("结对日期"), format="Y-m-d")
    until = DateColumn(verbose_name=_("结束日期"), format="Y-m-d")
    visits_now = Column(verbose_name=_("本季度走访"), attrs=NUMBER)
    state = PillColumn(kinds=PAIRING_KINDS, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("unit", "community", "since", "until", "visits_now", "state")
        caption = _("结对共建")


class ContactPointTable(_SidesTable):
    leader = Column(
        accessor="leader__name",
        verbose_name=_("领导干部"),
        linkify=("placement:contact-point", (A("pk"),)),
    )
    position = Column(verbose_name=_("职务"), orderable=False)
    since = DateColumn(verbose_name=_("自"), format="Y-m-d")
    until = DateColumn(verbose_name=_("至"), format="Y-m-d")
    visits_now = Column(verbose_name=_("本季度走访"), attrs=NUMBER)

    class Meta(Table.Meta):
        sequence = ("leader", "position", "unit", "community", "since", "until", "visits_now")
        caption = _("领导干部联系点")


class VisitTable(_SidesTable):
    held_on = DateColumn(verbose_name=_("日期"), format="Y-m-d")
    of = Column(empty_values=(), verbose_name=_("事由"), orderable=False)
    people = Column(verbose_name=_("参加人"), orderable=False)
    discussed = Column(verbose_name=_("交流内容"), orderable=False)
    raised = Column(verbose_name=_("提出事项"), attrs=NUMBER)
    open_matters = Column(verbose_name=_("待办理"), attrs=NUMBER)
    action = ActionColumn(
        "{% load i18n %}{% if record.pairing_id %}"
        '<a href="{% url "placement:pairing" record.pairing_id %}">{% translate "查看" %}</a>'
        '{% else %}<a href="{% url "placement:contact-point" record.contact_point_id %}">'
        '{% translate "查看" %}</a>{% endif %}'
    )

    class Meta(Table.Meta):
        sequence = (
            "held_on", "of", "unit", "community", "people", "discussed", "raised", "open_matters",
            "action",
        )  # fmt: skip
        caption = _("走访记录")

    def render_of(self, record: Any) -> str:
        return str(_("结对共建") if record.pairing_id else _("联系点"))
