"""Who is told of reconciliations and of what units have with communities. After commit only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES
from allhours.directory.models import Appointment
from allhours.kernel import clock
from allhours.notifications.actions import tell, tell_many
from allhours.placement.choices import PairingState, Responsible, UnitReportState
from allhours.placement.models import ContactPoint, Difference, Pairing, UnitReport


def differences_found(run_id: int, /, *, now: datetime) -> None:
    """Each desk how many are its own to deal with; the county opens the run itself."""
    rows = Difference.objects.open().filter(findings__run=run_id)
    sides = (
        (Responsible.UNIT, "unit_id", UNIT_ROLES),
        (Responsible.COMMUNITY, "community_id", COMMUNITY_ROLES),
    )
    url = reverse("placement:differences")
    for responsible, field, roles in sides:
        numbers = Counter(rows.filter(responsible=responsible).values_list(field, flat=True))
        numbers.pop(None, None)
        for organization_id, users in _holders(numbers, roles, now).items():
            tell_many(
                users, "placement.differences", now=now, url=url, count=numbers[organization_id]
            )


def unit_report(report_id: int, /, *, now: datetime) -> None:
    """The side whose turn it is, or which waited for the answer."""
    report = UnitReport.objects.select_related("unit", "community").get(pk=report_id)
    url = reverse("placement:unit-reports")
    if report.state == UnitReportState.PRESENTED:
        users = _of(report.community_id, COMMUNITY_ROLES, now)
        tell_many(users, "placement.unit_presented", now=now, url=url, unit=report.unit.label)
        return
    received = report.state == UnitReportState.RECEIVED
    key = "placement.unit_received" if received else "placement.unit_returned"
    users = _of(report.unit_id, UNIT_ROLES, now)
    tell_many(users, key, now=now, url=url, community=report.community.label)


def pairing(pairing_id: int, /, *, now: datetime) -> None:
    row = Pairing.objects.select_related("unit", "community").get(pk=pairing_id)
    asked = row.state == PairingState.PROPOSED
    to_community = asked != row.proposed_by_community
    users = (
        _of(row.community_id, COMMUNITY_ROLES, now)
        if to_community
        else _of(row.unit_id, UNIT_ROLES, now)
    )
    tell_many(
        users,
        "placement.pairing_proposed" if asked else "placement.pairing_answered",
        now=now,
        url=reverse("placement:pairing", args=[row.pk]),
        unit=row.unit.label,
        community=row.community.label,
    )


def contact_point(point_id: int, /, *, now: datetime) -> None:
    point = ContactPoint.objects.select_related("community", "leader").get(pk=point_id)
    tell(
        point.leader.user_id,
        "placement.contact_point",
        now=now,
        url=reverse("placement:contact-point", args=[point.pk]),
        community=point.community.label,
    )


def _of(organization_id: int, roles: Iterable[str], now: datetime) -> list[int]:
    return _holders([organization_id], roles, now).get(organization_id, [])


def _holders(
    organizations: Iterable[int], roles: Iterable[str], now: datetime
) -> dict[int, list[int]]:
    """Users by organisation who hold one of the roles there today."""
    found: dict[int, list[int]] = {}
    rows = Appointment.objects.in_force_on(clock.local_date(now)).filter(
        role__in=[str(role) for role in roles], organization__in=list(organizations)
    )
    for organization_id, user_id in rows.values_list("organization_id", "user_id"):
        found.setdefault(organization_id, []).append(user_id)
    return found
