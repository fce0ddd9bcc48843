"""From a sign-in to an actor."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from allhours.accounts.actor import Actor, Grant
from allhours.accounts.choices import ADMIN_ROLES
from allhours.accounts.models import User
from allhours.directory.choices import OrgKind
from allhours.directory.models import Appointment, Member
from allhours.kernel import paths


def actor_of(user: User, *, on: date) -> Actor:
    """The actor of a signed-in person: their member, and the grants in force on a day.

    Own offices come before delegated ones. An administrator is nothing else here, whatever else
    may have come into the tables: no business role and no member.
    """
    member_id = Member.objects.filter(user=user).values_list("pk", flat=True).first()
    grants = _grants(user, on)
    admin = next((grant for grant in grants if grant.role in ADMIN_ROLES), None)
    if admin is not None:
        return Actor(user_id=user.pk, grants=(admin,))
    return Actor(user_id=user.pk, member_id=member_id, grants=grants)


def _grants(user: User, on: date) -> tuple[Grant, ...]:
    rows = (
        Appointment.objects.filter(user=user)
        .in_force_on(on)
        .values_list(
            "pk",
            "role",
            "acting_for_id",
            "acting_for__user_id",
            "organization_id",
            "organization__kind",
            "organization__path",
            "organization__parent__path",
        )
        .order_by(F("acting_for").asc(nulls_first=True), "pk")
    )
    return tuple(
        Grant(
            role,
            _reach(kind, path, above),
            appointment_id=pk,
            organization_id=organization_id,
            acting_for=acting_for,
            for_user=for_user,
        )
        for pk, role, acting_for, for_user, organization_id, kind, path, above in rows
    )


def _reach(kind: str, path: str, above: str | None) -> str:
    """The subtree that an appointment at a node of this kind gives sight of.

    The county committee stands over both roots of the tree; a temporary branch's people work for
    its whole community, whose members are the branch's own (S3 临时党支部).
    """
    if kind == OrgKind.COUNTY:
        return paths.ROOT
    return above or path if kind == OrgKind.TEMP_BRANCH else path


def actor_of_id(user_id: int | None, *, on: date) -> Actor:
    """The actor for whom a job runs, with the grants in force now, not when it was asked for."""
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    return actor_of(user, on=on) if user else Actor.public()
