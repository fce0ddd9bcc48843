from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allhours.accounts.browsers import browser_name
from allhours.accounts.models import JournalEntry, SignInRecord
from allhours.accounts.queries_journal import journal_rows
from allhours.kernel import clock
from allhours.ui.tables import Column, PillColumn, Table

BATCH = 500


def journal_header() -> list[str]:
    return [
        gettext("编号"), gettext("时间"), gettext("用户名"), gettext("职务"), gettext("代谁办理"),
        gettext("任命"), gettext("事项"), gettext("事项代码"), gettext("对象"), gettext("对象编号"),
        gettext("内容"),
    ]  # fmt: skip


def journal_values(entries: Iterable[JournalEntry]) -> Iterator[list[Any]]:
    """The lines of an export, worked out batch by batch."""
    batch: list[JournalEntry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield from _values(batch)
            batch = []
    yield from _values(batch)


def _values(batch: list[JournalEntry]) -> Iterator[list[Any]]:
    for line in journal_rows(batch):
        row = line.entry
        yield [
            row.pk, f"{clock.local(row.at):%Y-%m-%d %H:%M:%S}", line.who, line.role, line.for_whom,
            row.appointment_id_plain or "", line.deed, row.did, line.subject, row.subject_id,
            line.facts,
        ]  # fmt: skip


class SignInTable(Table):
    at = Column(verbose_name=_("时间"), order_by=("at", "pk"))
    username = Column(verbose_name=_("用户名"), accessor="user__username")
    succeeded = PillColumn(kinds={"True": "ok", "False": "warn"}, verbose_name=_("结果"))
    method = Column(verbose_name=_("方式"))
    address = Column(verbose_name=_("网络地址"))
    browser = Column(verbose_name=_("设备"), orderable=False)

    class Meta(Table.Meta):
        order_by = "-at"
        caption = _("登录记录")

    def render_at(self, value: Any) -> str:
        return f"{clock.local(value):%Y-%m-%d %H:%M:%S}"

    def value_at(self, value: Any) -> str:
        return self.render_at(value)

    def render_method(self, record: SignInRecord) -> str:
        return str(record.get_method_display())

    def render_browser(self, value: str) -> str:
        return browser_name(value)
