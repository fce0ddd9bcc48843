"""Lists of changes and mergers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import MergeState
from allhours.directory.models import MemberChange, MemberMerge
from allhours.directory.shown_changes import CHANGE_KINDS, change_sentence
from allhours.ui.tables import Column, PillColumn, Table

MERGE_KINDS: dict[str, str] = {
    MergeState.PROPOSED: "warn",
    MergeState.DONE: "ok",
    MergeState.DECLINED: "neutral",
    MergeState.WITHDRAWN: "neutral",
    MergeState.UNDONE: "neutral",
}


def _link(view: str, pk: int, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(view, args=[pk]), text)


class ChangeTable(Table):
    member = Column(verbose_name=_("姓名"), order_by=("member__member_no", "pk"))
    kind = Column(verbose_name=_("变动"))
    what = Column(verbose_name=_("内容"), accessor="on", orderable=False)
    state = PillColumn(kinds=CHANGE_KINDS, verbose_name=_("状态"))
    on = Column(verbose_name=_("生效日期"), order_by=("on", "pk"))
    asked_at = Column(verbose_name=_("登记时间"))

    class Meta(Table.Meta):
        order_by = "-asked_at"
        caption = _("人员变动")

    def render_member(self, record: MemberChange) -> SafeString:
        return _link("directory:change", record.pk, record.member.name)

    def value_member(self, record: MemberChange) -> str:
        return record.member.name

    def render_what(self, record: MemberChange) -> str:
        return change_sentence(record)

    def render_on(self, value: Any) -> str:
        return str(value)


class MergeTable(Table):
    kept = Column(verbose_name=_("保留的编号"), order_by=("kept__member_no", "pk"))
    gone = Column(verbose_name=_("并入的编号"), order_by=("gone__member_no", "pk"))
    unit = Column(verbose_name=_("单位"), accessor="kept__unit__label", orderable=False)
    state = PillColumn(kinds=MERGE_KINDS, verbose_name=_("状态"))
    proposed_at = Column(verbose_name=_("提出时间"))

    class Meta(Table.Meta):
        order_by = "-proposed_at"
        caption = _("编号合并")

    def render_kept(self, record: MemberMerge) -> SafeString:
        return _link("directory:merge", record.pk, str(record.kept))

    def value_kept(self, record: MemberMerge) -> str:
        return str(record.kept)
