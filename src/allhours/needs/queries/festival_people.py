"""Whom a festival of wishes concerns: the desks that gather, the members who may claim."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.directory.choices import Side
from allhours.directory.models import Appointment, Member
from allhours.kernel import paths
from allhours.needs.models import Festival


def desks_of(festival: Festival, on: date) -> list[int]:
    """User ids of those who receive and verify for a community of its audience."""
    rows = Appointment.objects.in_force_on(on).filter(
        role__in=COMMUNITY_ROLES, organization__side=Side.TERRITORY, user__is_active=True
    )
    if festival.audience is not None:
        rows = rows.filter(
            Q(organization__path__startswith=festival.audience.path)
            | Q(organization_id__in=paths.ids(festival.audience.path))
        )
    return sorted(set(rows.values_list("user_id", flat=True)))


def members_of(festival: Festival) -> list[int]:
    """User ids of the members on the roster who serve or live in its audience."""
    rows = Member.objects.filter(left_on=None, user__is_active=True)
    if festival.audience is not None:
        path = festival.audience.path
        rows = rows.filter(
            Q(serving_community__path__startswith=path) | Q(residence__path__startswith=path)
        )
    return sorted(set(rows.values_list("user__pk", flat=True)))
