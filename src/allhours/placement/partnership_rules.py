"""What stands against a unit's report-in, a pairing, a contact point, or a visit."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, Organization
from allhours.kernel.errors import Refusal
from allhours.placement.choices import MatterState, PairingState, UnitReportState
from allhours.placement.models import ContactPoint, Matter, Pairing, UnitReport

NO_PAIRING_HERE = Refusal("pairing.off", _("本县工作方案没有开展单位与社区结对。"))
NO_CONTACT_POINTS_HERE = Refusal("contact.off", _("本县工作方案没有设领导干部联系点。"))
NOT_A_UNIT = Refusal("partnership.not_a_unit", _("请选择一个在册的单位。"))
NOT_A_COMMUNITY = Refusal("partnership.not_a_community", _("请选择一个社区。"))
REPORTED_ALREADY = Refusal("unit_report.exists", _("该单位已向这个社区报到，不用重复。"))
NOT_WAITING = Refusal("unit_report.not_waiting", _("这次报到不在待接收状态，页面已更新。"))
NOT_LIVE = Refusal("unit_report.not_live", _("这次报到已经结束或被退回。"))
REASON_MISSING = Refusal("partnership.reason_missing", _("请写明原因。"))
PAIRED_ALREADY = Refusal("pairing.exists", _("该单位已有结对社区，请先结束原来的结对。"))
PROPOSED_ALREADY = Refusal("pairing.proposed", _("已有同样的结对在等对方确认。"))
PAIRING_NOT_ASKED = Refusal("pairing.not_asked", _("这项结对不在待确认状态，页面已更新。"))
PAIRING_NOT_LIVE = Refusal("pairing.not_live", _("这项结对已经结束。"))
NOT_YOUR_ANSWER = Refusal("pairing.own", _("由对方确认，请等对方办理。"))
NOT_ON_ROSTER = Refusal("contact.not_on_roster", _("该同志已不在花名册上。"))
POSITION_MISSING = Refusal("contact.position", _("请写明职务。"))
CONTACT_EXISTS = Refusal("contact.exists", _("该同志已联系这个社区，不用重复。"))
CONTACT_ENDED = Refusal("contact.ended", _("这个联系点已经结束。"))
VISIT_FUTURE = Refusal("visit.future", _("走访日期不能晚于今天。"))
VISIT_EARLY = Refusal("visit.early", _("走访日期不能早于结对或联系的开始日期。"))
VISIT_EMPTY = Refusal("visit.empty", _("请写明参加人和交流的主要内容。"))
MATTER_HANDLED = Refusal("matter.handled", _("这件事已经办理。"))
OUTCOME_MISSING = Refusal("matter.outcome", _("请写明办理结果。"))


def sides_refusals(unit: Organization, community: Organization) -> list[Refusal]:
    is_unit = unit.side == Side.EMPLOYER and unit.kind in (OrgKind.UNIT, OrgKind.TOWN)
    is_community = community.kind == OrgKind.COMMUNITY and community.closed_on is None
    return [
        reason
        for unmet, reason in (
            (not is_unit or unit.closed_on is not None, NOT_A_UNIT),
            (not is_community, NOT_A_COMMUNITY),
        )
        if unmet
    ]


def receive_refusals(report: UnitReport) -> list[Refusal]:
    return [] if report.state == UnitReportState.PRESENTED else [NOT_WAITING]


def end_report_refusals(report: UnitReport, reason: str) -> list[Refusal]:
    live = (UnitReportState.PRESENTED, UnitReportState.RECEIVED)
    if report.state not in live:
        return [NOT_LIVE]
    return [] if reason.strip() else [REASON_MISSING]


def answer_refusals(pairing: Pairing) -> list[Refusal]:
    return [] if pairing.state == PairingState.PROPOSED else [PAIRING_NOT_ASKED]


def contact_refusals(leader: Member, community: Organization, position: str) -> list[Refusal]:
    is_community = community.kind == OrgKind.COMMUNITY and community.closed_on is None
    return [
        reason
        for unmet, reason in (
            (leader.left_on is not None, NOT_ON_ROSTER),
            (not is_community, NOT_A_COMMUNITY),
            (not position.strip(), POSITION_MISSING),
        )
        if unmet
    ]


def visit_refusals(
    of: Pairing | ContactPoint, *, held_on: date, today: date, people: str, discussed: str
) -> list[Refusal]:
    ended: Refusal | None = None
    if isinstance(of, Pairing) and of.state != PairingState.LIVE:
        ended = PAIRING_NOT_LIVE
    if isinstance(of, ContactPoint) and of.until is not None and of.until < held_on:
        ended = CONTACT_ENDED
    found = [
        reason
        for unmet, reason in (
            (held_on > today, VISIT_FUTURE),
            (of.since is not None and held_on < of.since, VISIT_EARLY),
            (not people.strip() or not discussed.strip(), VISIT_EMPTY),
        )
        if unmet
    ]
    return [ended, *found] if ended else found


def handle_refusals(matter: Matter, outcome: str) -> list[Refusal]:
    if matter.state == MatterState.HANDLED:
        return [MATTER_HANDLED]
    return [] if outcome.strip() else [OUTCOME_MISSING]
