"""A small county: organisations, members and the people who act in it."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Appointment, Member, Organization
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock, crypto

_numbers = itertools.count(1)
SPRING = date(2026, 1, 1)
TODAY = date(2026, 6, 10)
_SIDES = {
    OrgKind.COUNTY: Side.EMPLOYER,
    OrgKind.UNIT: Side.EMPLOYER,
    OrgKind.BRANCH: Side.EMPLOYER,
    OrgKind.PARTY_COMMITTEE: Side.EMPLOYER,
    OrgKind.GENERAL_BRANCH: Side.EMPLOYER,
}


def make_org(
    kind: str = OrgKind.UNIT, parent: Organization | None = None, **over: Any
) -> Organization:
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"{kind[:2].upper()}{number:04d}",
        "name": f"{kind} {number}",
        "kind": kind,
        "side": _SIDES.get(OrgKind(kind), Side.TERRITORY),
        "parent": parent,
        "opened_on": SPRING,
    } | over
    org = Organization.objects.create(**values)
    org.path = f"{parent.path if parent else '/'}{org.pk}/"
    org.save(update_fields=["path"])
    return org


def make_county() -> Organization:
    """The committee: root of the employers' side."""
    return Organization.objects.filter(kind=OrgKind.COUNTY).first() or make_org(
        OrgKind.COUNTY, name="测试县直机关工委"
    )


def make_unit(**over: Any) -> Organization:
    return make_org(OrgKind.UNIT, parent=over.pop("parent", None) or make_county(), **over)


def make_community(**over: Any) -> Organization:
    parent = over.pop("parent", None)
    if parent is None:
        root = Organization.objects.filter(kind=OrgKind.TERRITORY).first() or make_org(
            OrgKind.TERRITORY
        )
        parent = Organization.objects.filter(kind=OrgKind.TOWN).first() or make_org(
            OrgKind.TOWN, parent=root
        )
    return make_org(OrgKind.COMMUNITY, parent=parent, **over)


def make_user(**over: Any) -> User:
    values = {
        "username": f"user{next(_numbers)}",
        "created_at": clock.at(SPRING),
        "password": "!",
    } | over
    return User.objects.create(**values)


def make_member(unit: Organization | None = None, **over: Any) -> Member:
    """A full member in service; `id_number="…"` and `phone="…"` are sealed."""
    number = next(_numbers)
    plain_id, plain_phone = over.pop("id_number", ""), over.pop("phone", "")
    values: dict[str, Any] = {
        "member_no": f"T{number:06d}",
        "name": f"测试{number}",
        "unit": unit or make_unit(),
        "registered_on": SPRING,
        "id_number_sealed": crypto.seal(plain_id, "member.id_number"),
        "id_number_hash": crypto.lookup_hash(plain_id, "member.id_number"),
        "phone_sealed": crypto.seal(plain_phone, "member.phone"),
        "phone_hash": crypto.lookup_hash(plain_phone, "member.phone"),
    } | over
    return Member.objects.create(**values)


def member_actor(member: Member, *, on: date = TODAY) -> Actor:
    """The member as an actor; gives them a sign-in if they have none."""
    if member.user is None:
        member.user = make_user(username=member.member_no)
        member.save(update_fields=["user"])
    return actor_of(member.user, on=on)


def staff_user(role: str, organization: Organization, **over: Any) -> User:
    user = make_user(**over)
    Appointment.objects.create(user=user, role=role, organization=organization, from_on=SPRING)
    return user


def staff_actor(role: str, organization: Organization, *, on: date = TODAY) -> Actor:
    return actor_of(staff_user(role, organization), on=on)


def county_officer() -> Actor:
    return staff_actor(Role.COUNTY_OFFICER, make_county())
