"""What people hear of appointments; the directory stands below and knows nothing of notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from allhours.directory.tidings import told
from allhours.notifications import texts
from allhours.notifications.actions import tell_many

TEXTS = {
    "appointment.given": _("您在%(organization)s的任职已批准，权限自任职日期起生效。"),
    "appointment.approved": _("您提请的%(organization)s任命已批准。"),
    "appointment.declined": _("您提请的%(organization)s任命未予批准，请查看原因。"),
    "appointment.ended": _("您在%(organization)s的任职已结束，相应权限已收回。"),
    "appointment.delegated": _("%(organization)s有一项职务委托他人代理，请知悉。"),
    "appointment.term_ending": _("您在%(organization)s的任期将于 %(until)s 届满。"),
}
ACTION_TEXTS = {
    "appointment.proposed": _("%(organization)s有一项任命待批准。"),
    "appointment.term_to_renew": _(
        "%(organization)s有一项任职将于 %(until)s 届满，请续任或任命接任者。"
    ),
}
texts.register(TEXTS, title=_("任职"))
texts.register(ACTION_TEXTS, category=texts.ACTION, title=_("任职"))


@told
def appointment_tiding(
    user_ids: Iterable[int], key: str, *, now: datetime, url: str = "", **params: Any
) -> None:
    tell_many(user_ids, key, now=now, url=url, **params)
