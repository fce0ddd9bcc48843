"""单位党组织到社区报到: the unit presents itself, the community receives or returns it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import partnership_rules as rules
from allhours.placement import tellings
from allhours.placement.choices import UnitReportState
from allhours.placement.models import UnitReport
from allhours.placement.notices import after_commit
from allhours.placement.queries import figures

PRESENTERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)
LIVE = (UnitReportState.PRESENTED, UnitReportState.RECEIVED)


def present_unit(
    *,
    actor: Actor,
    unit: Organization,
    community: Organization,
    contact: str = "",
    contact_phone: str = "",
    offers: str = "",
    now: datetime,
) -> UnitReport:
    """The unit reports to a community; how many members it brings is counted, not asked."""
    actor.require(*PRESENTERS, over=unit.path)
    refuse_if(rules.sides_refusals(unit, community))
    on = clock.local_date(now)
    try:
        with transaction.atomic():
            report = UnitReport.objects.create(
                unit=unit,
                community=community,
                people=figures.rate_over(on, unit).expected,
                contact=contact.strip(),
                contact_phone=contact_phone.strip(),
                offers=offers.strip(),
                presented_on=on,
                presented_at=now,
                presented_by_plain=actor.user_id,
            )
            _note(actor, "unit_report.presented", report, now)
    except IntegrityError:
        raise Refused(rules.REPORTED_ALREADY) from None
    return report


@transaction.atomic
def receive_unit(*, actor: Actor, report: UnitReport, now: datetime) -> None:
    actor.require(*COMMUNITY_ROLES, over=report.community.path)
    refuse_if(rules.receive_refusals(report))
    won = UnitReport.objects.filter(pk=report.pk, state=UnitReportState.PRESENTED).update(
        state=UnitReportState.RECEIVED,
        received_on=clock.local_date(now),
        received_at=now,
        received_by_plain=actor.user_id,
    )
    if not won:
        raise Refused(rules.NOT_WAITING)
    _note(actor, "unit_report.received", report, now)


@transaction.atomic
def return_unit(*, actor: Actor, report: UnitReport, reason: str, now: datetime) -> None:
    """The community cannot take it; the unit sees why and may report elsewhere."""
    actor.require(*COMMUNITY_ROLES, over=report.community.path)
    refuse_if(rules.receive_refusals(report))
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    won = UnitReport.objects.filter(pk=report.pk, state=UnitReportState.PRESENTED).update(
        state=UnitReportState.RETURNED,
        reason=reason.strip()[:200],
        ended_on=clock.local_date(now),
    )
    if not won:
        raise Refused(rules.NOT_WAITING)
    _note(actor, "unit_report.returned", report, now)


@transaction.atomic
def end_unit_report(*, actor: Actor, report: UnitReport, reason: str, now: datetime) -> None:
    """The unit or the county ends it: moved away, merged, wound up."""
    actor.require(*PRESENTERS, over=report.unit.path)
    refuse_if(rules.end_report_refusals(report, reason))
    won = UnitReport.objects.filter(pk=report.pk, state__in=LIVE).update(
        state=UnitReportState.ENDED,
        reason=reason.strip()[:200],
        ended_on=clock.local_date(now),
    )
    if not won:
        raise Refused(rules.NOT_LIVE)
    _note(actor, "unit_report.ended", report, now, tell=False)


def _note(actor: Actor, did: str, report: UnitReport, now: datetime, *, tell: bool = True) -> None:
    journal.note(
        actor=actor,
        did=did,
        to=report,
        now=now,
        unit=report.unit_id,
        community=report.community_id,
    )
    if tell:
        after_commit(tellings.unit_report, report.pk, now=now)
