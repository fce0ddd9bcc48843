"""What the desk's lists of festivals show; exports hold the same columns."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tables2 import A

from allhours.kernel import clock
from allhours.needs.queries.festivals import TONES
from allhours.needs.queries.words import KINDS
from allhours.ui.tables import NUMBER, Column, PillColumn, Table


class FestivalTable(Table):
    title = Column(linkify=("needs:desk-festival", {"code": A("code")}), verbose_name=_("主题"))
    audience = Column(verbose_name=_("范围"))
    opens_at = Column(verbose_name=_("开放时间"))
    gathered = Column(verbose_name=_("心愿"), attrs=NUMBER)
    taken = Column(verbose_name=_("已认领"), attrs=NUMBER)
    phase = PillColumn(kinds=TONES, verbose_name=_("状态"))

    class Meta(Table.Meta):
        sequence = ("title", "audience", "opens_at", "gathered", "taken", "phase")
        caption = _("集中认领")

    def render_opens_at(self, value: datetime) -> str:
        return f"{clock.local(value):%Y-%m-%d %H:%M}"


class FestivalWishTable(Table):
    title = Column(
        verbose_name=_("心愿"),
        linkify=lambda record: reverse("needs:desk-wish", args=[record.code]),
    )
    code = Column(verbose_name=_("编号"))
    community = Column(verbose_name=_("社区"))
    category = Column(verbose_name=_("类别"))
    state = PillColumn(kinds=KINDS, verbose_name=_("状态"))
    within = Column(verbose_name=_("开放后多久认领"), order_by="first")
    waiting = Column(verbose_name=_("候补"), attrs=NUMBER)

    class Meta(Table.Meta):
        sequence = ("title", "code", "community", "category", "state", "within", "waiting")
        caption = _("集中认领的心愿")
