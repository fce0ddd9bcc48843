"""Who may issue an activation slip for whom, and the slips as paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.auth.hashers import is_password_usable, make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actions.slips import IssuedSlip, issue
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import ADMIN_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.accounts.models import User
from allhours.directory import rules
from allhours.directory.models import Appointment, Member, Organization
from allhours.directory.queries.members import members_to_activate_for
from allhours.jobs.actions import start_job
from allhours.jobs.models import Job
from allhours.kernel import clock, paths
from allhours.kernel.errors import Refused
from allhours.ui import paper


@dataclass(frozen=True)
class PaperSlip:
    """One person's slip with what stands beside the code."""

    name: str
    unit: str
    username: str
    code: str
    until: str


@transaction.atomic
def issue_member_slips(
    *, actor: Actor, members: Sequence[Member], now: datetime
) -> list[PaperSlip]:
    """Slips for members of the actor's units; who has no sign-in yet gets one.

    A member who also holds an appointment beyond these units is left to those above: otherwise a
    liaison could take over a county officer's account.
    """
    for path in {member.unit.path for member in members}:
        actor.require(*UNIT_ROLES, Role.COUNTY_OFFICER, over=path)
    if any(member.left_on for member in members):
        raise Refused(rules.MEMBER_LEFT)
    users = _with_users(members, now)
    _refuse_higher(actor, list(users.values()), now)
    issued = issue(actor=actor, users=[users[member.pk] for member in members], now=now)
    return [
        _paper_slip(slip, member.unit.name) for slip, member in zip(issued, members, strict=True)
    ]


@transaction.atomic
def issue_staff_slip(*, actor: Actor, user: User, now: datetime) -> PaperSlip:
    """A slip for somebody with an appointment, or for an administrator."""
    actor.require(Role.COUNTY_OFFICER, Role.SECURITY_ADMIN)
    _refuse_higher(actor, [user], now)
    place = (
        Appointment.objects.filter(user=user)
        .in_force_on(clock.local_date(now))
        .select_related("organization")
        .first()
    )
    [slip] = issue(actor=actor, users=[user], now=now)
    return _paper_slip(slip, place.organization.name if place else "")


@transaction.atomic
def start_slip_run(*, actor: Actor, unit: Organization | None, url: str, now: datetime) -> Job:
    """Have the slips of all who never set a password made as one file; `unit` None: of all units.

    The file can be taken once, by the actor; `url` is the activation page's.
    """
    if unit is None:
        actor.require(*UNIT_ROLES, Role.COUNTY_OFFICER)
    else:
        actor.require(*UNIT_ROLES, Role.COUNTY_OFFICER, over=unit.path)
    if not members_to_activate_for(actor, unit).exists():
        raise Refused(rules.NOBODY_TO_ACTIVATE)
    args = {"unit_id": unit.pk if unit else None, "url": url}
    return start_job(actor=actor, kind="directory.print_slips", args=args, now=now)


def print_slips(
    *,
    actor: Actor,
    unit: Organization | None,
    county: str,
    url: str,
    now: datetime,
    step: Callable[[int, int, str], None] = lambda done, total, message: None,
) -> tuple[bytes, int]:
    """Issue the slips and set them as one PDF; how many there are.

    Issued in one transaction and set after it: setting thousands takes seconds, in which nobody
    else could write. Work that is stopped in between is simply done again, with fresh slips.
    """
    members = list(members_to_activate_for(actor, unit))
    members = _without_higher(actor, members, now)
    if not members:
        raise Refused(rules.NOBODY_TO_ACTIVATE)
    total = len(members)
    step(0, total, _("正在签发…"))
    slips = issue_member_slips(actor=actor, members=members, now=now)
    step(total // 4, total, _("已签发，正在排版…"))
    return slips_pdf(slips, county=county, url=url), total


def _without_higher(actor: Actor, members: list[Member], now: datetime) -> list[Member]:
    """Those whose account is for others to recover get their slip from them, not in a stack."""
    beyond = _beyond(actor, [m.user for m in members if m.user is not None], now)
    return [member for member in members if member.user_id not in beyond]


def _with_users(members: Sequence[Member], now: datetime) -> dict[int, User]:
    """Member id → their user; missing ones are made with the member_no as user name."""
    found = User.objects.in_bulk([m.user_id for m in members if m.user_id is not None])
    users = {m.pk: found[m.user_id] for m in members if m.user_id is not None}
    fresh = [member for member in members if member.user_id is None]
    made = User.objects.bulk_create(
        [
            User(
                username=member.member_no,
                display_name=member.name,
                password=make_password(None),
                created_at=now,
            )
            for member in fresh
        ],
        batch_size=500,
    )
    for member, user in zip(fresh, made, strict=True):
        member.user = user
        users[member.pk] = user
    Member.objects.bulk_update(fresh, ["user"], batch_size=500)
    return users


def _refuse_higher(actor: Actor, users: Iterable[User], now: datetime) -> None:
    if _beyond(actor, users, now):
        raise Refused(rules.SLIP_BY_ANOTHER, NOT_YOURS_TO_DO)


def _beyond(actor: Actor, users: Iterable[User], now: datetime) -> set[int]:
    """Ids of the users whose accounts the actor must not be able to take over.

    Administrators', and those of county officers once in use, are the security administrator's
    to recover; a unit keeps those of its own offices.
    """
    if actor.is_system or actor.holds(Role.SECURITY_ADMIN):
        return set()
    held = (
        Appointment.objects.in_force_on(clock.local_date(now))
        .filter(user__in=list(users))
        .values_list("user_id", "role", "organization__path", "user__password")
    )
    county = actor.holds(Role.COUNTY_OFFICER)
    mine = [grant.path for grant in actor.grants_of(UNIT_ROLES)]
    beyond = set()
    for user_id, role, path, password in held:
        own = role in UNIT_ROLES and any(paths.covers(above, path) for above in mine)
        in_use = role in COUNTY_ROLES and is_password_usable(password)
        if role in ADMIN_ROLES or in_use or not (county or own):
            beyond.add(user_id)
    return beyond


def _paper_slip(slip: IssuedSlip, unit: str) -> PaperSlip:
    until = clock.local_date(slip.expires_at).isoformat()
    return PaperSlip(slip.name, unit, slip.username, slip.code, until)


def slips_pdf(slips: Sequence[PaperSlip], *, county: str, url: str) -> bytes:
    """Four slips a page, in the order given; before each unit's, if there are several, a sheet.

    `url` is the address of the activation page, "" if it is not known.
    """
    by_unit = groupby(slips, key=lambda each: each.unit)
    return paper.render(
        "directory/slips.typ",
        {
            "title": _("账号激活单"),
            "county": county,
            "url": url,
            "qr": paper.qr_svg(url) if url else "",
            "words": {
                "name": _("姓名"),
                "unit": _("单位"),
                "username": _("编号（用户名）"),
                "code": _("激活码"),
                "until": _("有效期至"),
                "scan": _("扫码打开激活页"),
                "how": _("打开激活页，填写编号和激活码，自定密码。只能用一次，请勿转交他人。"),
                "columns": [_("序号"), _("姓名"), _("编号（用户名）"), _("本人签收")],
            },
            "groups": [_group(unit, list(each)) for unit, each in by_unit],
        },
    )


def _group(unit: str, slips: list[PaperSlip]) -> dict[str, Any]:
    count = ngettext("%(count)d 张", "%(count)d 张", len(slips)) % {"count": len(slips)}
    return {"unit": unit, "count": count, "slips": [asdict(each) for each in slips]}
