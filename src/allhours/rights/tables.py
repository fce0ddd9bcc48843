from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.rights.facts import FACTS
from allhours.rights.models import Correction, Erasure
from allhours.rights.pages import CORRECTION_PILLS, ERASURE_PILLS
from allhours.ui.tables import Column, PillColumn, Table


class CorrectionTable(Table):
    fact = Column(verbose_name=_("事项"))
    member = Column(verbose_name=_("申请人"), order_by=("member__member_no",))
    unit = Column(verbose_name=_("单位"), accessor="member__unit", orderable=False)
    state = PillColumn(kinds=CORRECTION_PILLS, verbose_name=_("状态"))
    asked_at = Column(verbose_name=_("提出日期"))
    due_on = Column(verbose_name=_("办理期限"))

    class Meta(Table.Meta):
        order_by = "-asked_at"
        caption = _("更正申请")

    def render_fact(self, value: str, record: Correction) -> SafeString:
        url = reverse("rights:correction", args=[record.code])
        return format_html('<a href="{}">{}</a>', url, self.value_fact(value))

    def value_fact(self, value: str) -> str:
        return str(FACTS[value].title) if value in FACTS else value

    def render_member(self, record: Correction) -> str:
        return str(record.member)

    def render_asked_at(self, value: Any) -> str:
        return clock.local_date(value).isoformat()

    def render_due_on(self, value: Any) -> str:
        return str(value)


class ErasureTable(Table):
    subject_code = Column(verbose_name=_("编号"))
    subject = Column(verbose_name=_("类别"))
    reason = Column(verbose_name=_("原因"))
    state = PillColumn(kinds=ERASURE_PILLS, verbose_name=_("状态"))
    asked_at = Column(verbose_name=_("提出日期"))
    due_at = Column(verbose_name=_("执行日期"))

    class Meta(Table.Meta):
        order_by = "-asked_at"
        caption = _("删除")

    def render_subject_code(self, value: str, record: Erasure) -> SafeString:
        url = reverse("rights:erasure", args=[record.code])
        return format_html('<a href="{}">{}</a>', url, value)

    def value_subject_code(self, value: str) -> str:
        return value

    def render_asked_at(self, value: Any) -> str:
        return clock.local_date(value).isoformat()

    def render_due_at(self, value: Any) -> str:
        return clock.local_date(value).isoformat()


class ConsentTable(Table):
    subject = Column(verbose_name=_("编号"))
    kind = Column(verbose_name=_("事项"))
    version = Column(verbose_name=_("版本"))
    how = Column(verbose_name=_("方式"))
    noted_by = Column(verbose_name=_("记录人"), orderable=False)
    given_at = Column(verbose_name=_("同意时间"))
    withdrawn_at = Column(verbose_name=_("撤回时间"))
    in_force = Column(verbose_name=_("有效"))

    class Meta(Table.Meta):
        order_by = "-given_at"
        caption = _("同意登记")

    def render_given_at(self, value: Any) -> str:
        return f"{clock.local(value):%Y-%m-%d %H:%M}"

    def render_withdrawn_at(self, value: Any) -> str:
        return f"{clock.local(value):%Y-%m-%d %H:%M}"

    def render_in_force(self, value: bool) -> str:
        return str(_("有效")) if value else str(_("已撤回"))
