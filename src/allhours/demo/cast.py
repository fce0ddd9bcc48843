"""Who acts in the fictional county: offices and members, each as the actor they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import ActivationSlip, User
from allhours.directory.actions.accounts import open_account
from allhours.directory.actions.appointments import appoint, approve, propose
from allhours.directory.actions.slips import issue_member_slips
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Organization
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock

SYSTEM = Actor.system("demo")
PASSWORD = "AllHours-demo-2026"  # noqa: S105 - a demo installation only; refused elsewhere


@dataclass(frozen=True)
class SignIn:
    username: str
    password: str
    role: str
    member_no: str = ""


@dataclass
class Community:
    """A community with its people in office and, as they report, its members."""

    organization: Organization
    secretary: Actor
    branch: Organization | None
    branch_secretary: Actor
    grid_worker: Actor
    grid: Organization | None
    serving: list[Actor] = field(default_factory=list)


@dataclass
class Cast:
    committee: Organization
    officer: Actor
    communities: list[Community]
    liaisons: dict[int, Actor]  # by unit id
    units: dict[int, Organization]
    members: dict[int, Actor]  # by member id
    signins: list[SignIn]


@dataclass
class Offices:
    """Gives offices as people do: one proposes, another approves; the first are the
    installation's own."""

    now: datetime
    signins: list[SignIn]
    proposer: Actor = field(default_factory=lambda: SYSTEM)
    approver: Actor = field(default_factory=lambda: SYSTEM)

    def __call__(
        self,
        username: str,
        name: str,
        role: Role,
        organization: Organization,
        proposer: Actor | None = None,
    ) -> Actor:
        on, by = clock.local_date(self.now), proposer or self.proposer
        user = open_account(actor=SYSTEM, username=username, display_name=name, now=self.now)
        if by.is_system:
            appoint(
                actor=by, user=user, role=role, organization=organization, from_on=on, now=self.now
            )
        else:
            number = f"县直工委〔{on.year}〕{len(self.signins)}号"
            made = propose(
                actor=by, user=user, role=role, organization=organization, from_on=on,
                decision_no=number, now=self.now,
            )  # fmt: skip
            approve(actor=self.approver, appointment=made, now=self.now)
        self.signins.append(SignIn(username, PASSWORD, str(role)))
        return actor_of(user, on=on)


def gather(committee: Organization, *, now: datetime) -> Cast:
    """Open and fill every office, give every member a sign-in; all with the demo's password."""
    signins: list[SignIn] = []
    office = Offices(now, signins)
    officer = office("officer", "工委干部", Role.COUNTY_OFFICER, committee)
    office("sysadmin", "系统管理员", Role.SYSTEM_ADMIN, committee)
    security = office("secadmin", "安全管理员", Role.SECURITY_ADMIN, committee)
    office("auditor", "审计管理员", Role.AUDIT_ADMIN, committee)
    office.proposer, office.approver = officer, security
    deputy = office("officer2", "工委干部（二）", Role.COUNTY_OFFICER, committee)
    office.approver = deputy
    office("inspector", "督查员", Role.INSPECTOR, committee)
    units = {unit.pk: unit for unit in Organization.objects.units().order_by("code")}
    liaisons = {}
    for unit in units.values():
        code = unit.code.lower()
        secretary = office(f"{code}-sj", f"{unit.label}书记", Role.UNIT_SECRETARY, unit)
        liaisons[unit.pk] = office(
            f"{code}-lly", f"{unit.label}联络员", Role.LIAISON, unit, secretary
        )
    communities = [
        _community(place, office) for place in Organization.objects.communities().order_by("code")
    ]
    members = _members(now, signins)
    _set_passwords(now)
    return Cast(committee, officer, communities, liaisons, units, members, signins)


def _community(place: Organization, office: Offices) -> Community:
    code, label = place.code.lower(), place.label
    below = {org.kind: org for org in Organization.objects.filter(parent=place).order_by("-code")}
    branch, grid = below.get(OrgKind.TEMP_BRANCH), below.get(OrgKind.GRID)
    secretary = office(f"{code}-sj", f"{label}书记", Role.COMMUNITY_SECRETARY, place)
    office(f"{code}-zg", f"{label}专干", Role.COMMUNITY_STAFF, place, secretary)
    return Community(
        organization=place,
        secretary=secretary,
        branch=branch,
        branch_secretary=office(
            f"{code}-zb", f"{label}临时党支部书记", Role.BRANCH_SECRETARY, branch or place
        ),
        grid_worker=office(
            f"{code}-wg", f"{label}网格员", Role.GRID_WORKER, grid or place, secretary
        ),
        grid=grid,
    )


def _members(now: datetime, signins: list[SignIn]) -> dict[int, Actor]:
    members = list(Member.objects.on_roster().select_related("unit").order_by("member_no"))
    issue_member_slips(actor=SYSTEM, members=members, now=now)
    found = Member.objects.on_roster().order_by("member_no")
    actors: dict[int, Actor] = {}
    for pk, number, user_id in found.values_list("pk", "member_no", "user_id"):
        actors[pk] = Actor(user_id=user_id, member_id=pk)
        signins.append(SignIn(number, PASSWORD, "member", number))
    return actors


@transaction.atomic
def _set_passwords(now: datetime) -> None:
    """One password, hashed once, for every invented person: what a demo alone may do."""
    User.objects.update(password=make_password(PASSWORD), must_change_password=False)
    ActivationSlip.objects.filter(used_at=None, revoked_at=None).update(used_at=now)


def one_per_role(signins: Iterable[SignIn]) -> list[SignIn]:
    """The first sign-in of each role, in the order of the offices."""
    found: dict[str, SignIn] = {}
    for each in signins:
        found.setdefault(each.role, each)
    return list(found.values())
