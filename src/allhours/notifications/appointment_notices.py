"""What people hear of appointments; the directory stands below and knows nothing of notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment
from allhours.directory.tidings import told
from allhours.kernel import clock
from allhours.notifications import texts
from allhours.notifications.actions import tell_many
from allhours.notifications.settling import when_settled

NEWS_FOR = timedelta(days=14)  # an approval, to the one who asked for it

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


def _without(codes: Collection[str], **waiting: Any) -> Collection[str]:
    """The appointments that no longer are as said."""
    open_ = Appointment.objects.filter(pk__in=[c for c in codes if c.isdecimal()], **waiting)
    return set(codes) - {str(pk) for pk in open_.values_list("pk", flat=True)}


@when_settled("appointment.proposed")
def decided(codes: Collection[str]) -> Collection[str]:
    """By whichever of those asked, or withdrawn."""
    return _without(codes, state=AppointmentState.PROPOSED)


@when_settled("appointment.delegated", "appointment.term_to_renew")
def over(codes: Collection[str]) -> Collection[str]:
    return _without(codes, state=AppointmentState.IN_FORCE)


@when_settled("appointment.approved")
def no_news(codes: Collection[str]) -> Collection[str]:
    """Nothing is left to do: it is news for a while, and none once the office is over."""
    since = clock.now() - NEWS_FOR
    return _without(codes, state=AppointmentState.IN_FORCE, decided_at__gt=since)
