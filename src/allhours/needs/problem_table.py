"""问题建议分类汇总 as a list and a file."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from allhours.ui.tables import NUMBER, Column, Table


class ProblemTable(Table):
    """问题建议分类汇总 (S0): how many of each kind and how far they are; each opens to its rows."""

    category = Column(verbose_name=_("类别"), orderable=False)
    problems = Column(verbose_name=_("问题"), attrs=NUMBER, orderable=False)
    suggestions = Column(verbose_name=_("建议"), attrs=NUMBER, orderable=False)
    visits = Column(verbose_name=_("其中走访收集"), attrs=NUMBER, orderable=False)
    open = Column(verbose_name=_("办理中"), attrs=NUMBER, orderable=False)
    answered = Column(verbose_name=_("已答复"), attrs=NUMBER, orderable=False)
    total = Column(verbose_name=_("合计"), attrs=NUMBER, orderable=False)

    class Meta(Table.Meta):
        sequence = (
            "category", "problems", "suggestions", "visits", "open", "answered", "total",
        )  # fmt: skip
        caption = _("问题建议分类汇总")

    def render_category(self, value: str, record: Any) -> str:
        return format_html('<a href="{}">{}</a>', record.url, value)

    def value_category(self, value: str) -> str:
        return value
