from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.ui.tables import Column, Table


class JournalTable(Table):
    at = Column(verbose_name=_("时间"), order_by=("at", "pk"))
    username = Column(verbose_name=_("用户名"), empty_values=())
    role = Column(verbose_name=_("职务"))
    did = Column(verbose_name=_("事项"))
    subject = Column(verbose_name=_("对象"))
    subject_id = Column(verbose_name=_("对象编号"))
    facts = Column(verbose_name=_("内容"), orderable=False)

    class Meta(Table.Meta):
        order_by = "-at"
        caption = _("操作记录")

    def render_at(self, value: Any) -> str:
        return f"{clock.local(value):%Y-%m-%d %H:%M:%S}"

    def render_username(self, value: Any, record: JournalEntry) -> str:
        """A job or command by its label."""
        return str(value or record.label or "—")

    def render_role(self, value: str) -> str:
        return str(Role(value).label) if value in Role.values else value

    def render_facts(self, value: Any) -> str:
        """`role=liaison; organization=U1`: what a person reads more easily than JSON."""
        return "; ".join(f"{name}={_plain(fact)}" for name, fact in value.items()) or "—"


def _plain(fact: Any) -> str:
    return fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
