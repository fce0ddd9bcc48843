"""An appointment in words: its facts, and its life as lines of a timeline."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.models import User
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment
from allhours.kernel import clock
from allhours.ui.parts import Event, Fact, Kind

KINDS: dict[str, Kind] = {
    AppointmentState.PROPOSED: "warn",
    AppointmentState.IN_FORCE: "ok",
    AppointmentState.DECLINED: "danger",
}


def name_of(user: User | None) -> str:
    return (user.display_name or user.username) if user else ""


@dataclass(frozen=True)
class Office:
    """One office of a person or of a place."""

    title: str
    term: str
    state: str
    kind: Kind
    note: str
    url: str


def office_events(row: Appointment, *, person: bool = False) -> Office:
    first = f"{name_of(row.user)} · {row.office}" if person else row.office
    title = first if person else f"{first} · {row.organization.name}"
    notes = [row.decision_no, row.ended_reason or row.declined_reason, row.end_decision_no]
    return Office(
        title=title,
        term=term_text(row),
        state=str(row.get_state_display()),
        kind=KINDS.get(row.state, "neutral"),
        note=" · ".join(note for note in [_principal(row), *notes] if note),
        url=reverse("directory:appointment", args=[row.pk]),
    )


def term_text(row: Appointment) -> str:
    if row.until_on is None:
        return _("自 %(first)s 起，没有期限") % {"first": row.from_on}
    return _("%(first)s 至 %(last)s") % {"first": row.from_on, "last": row.until_on}


def _principal(row: Appointment) -> str:
    if row.acting_for is None:
        return ""
    return _("代 %(name)s 办理") % {"name": name_of(row.acting_for.user)}


def appointment_facts(row: Appointment, account: str) -> list[Fact]:
    facts = [
        Fact(_("姓名"), name_of(row.user)),
        Fact(_("用户名"), row.user.username),
        Fact(_("职务"), row.office),
        Fact(_("任职单位"), row.organization.name),
        Fact(_("状态"), row.get_state_display()),
        Fact(_("任命文号"), row.decision_no or "—"),
        Fact(_("任期"), term_text(row)),
    ]
    if row.acting_for is not None:
        url = reverse("directory:appointment", args=[row.acting_for_id])
        facts.append(Fact(_("代谁办理"), name_of(row.acting_for.user), url))
    if row.end_decision_no:
        facts.append(Fact(_("免职文号"), row.end_decision_no))
    if account:
        facts.append(Fact(_("账号"), account))
    return facts


def steps_of(row: Appointment) -> list[Event]:
    """Who proposed and who decided, newest first."""
    events: list[Event] = []
    if row.ended_at and row.state != AppointmentState.PROPOSED:
        last = _("最后一天 %(day)s") % {"day": row.until_on} if row.until_on else ""
        note = " · ".join(each for each in (last, row.ended_reason) if each)
        events.append(Event(_("任职结束"), row.ended_at, note=note))
    if row.state == AppointmentState.DECLINED:
        events.append(Event(_("未批准"), row.decided_at, kind="danger", note=row.declined_reason))
    elif row.state == AppointmentState.WITHDRAWN:
        events.append(Event(_("已撤回"), row.decided_at))
    elif row.approved_by is not None:
        events.append(Event(_("已批准"), row.decided_at, name_of(row.approved_by), "ok"))
    elif row.state != AppointmentState.PROPOSED and row.proposed_by is None:
        events.append(Event(_("系统登记"), row.decided_at or clock.at(row.from_on)))
    if row.proposed_by is not None:
        word = _("委托代理") if row.acting_for_id else _("提请任命")
        events.append(Event(word, row.proposed_at, name_of(row.proposed_by)))
    return events
