"""Who may issue an activation slip for whom, and the slips as paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from allhours.accounts.actions.slips import IssuedSlip, issue
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import ADMIN_ROLES, UNIT_ROLES, Role
from allhours.accounts.models import User
from allhours.directory import rules
from allhours.directory.models import Appointment, Member
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
    if actor.is_system or actor.holds(Role.SECURITY_ADMIN):
        return
    held = (
        Appointment.objects.in_force_on(clock.local_date(now))
        .filter(user__in=list(users))
        .values_list("role", "organization__path")
    )
    county = actor.holds(Role.COUNTY_OFFICER)
    mine = [grant.path for grant in actor.grants_of(UNIT_ROLES)]
    for role, path in held:
        own = role in UNIT_ROLES and any(paths.covers(above, path) for above in mine)
        if role in ADMIN_ROLES or not (county or own):
            raise Refused(rules.SLIP_BY_ANOTHER, NOT_YOURS_TO_DO)


def _paper_slip(slip: IssuedSlip, unit: str) -> PaperSlip:
    until = clock.local_date(slip.expires_at).isoformat()
    return PaperSlip(slip.name, unit, slip.username, slip.code, until)


def slips_pdf(slips: Sequence[PaperSlip], *, county: str, url: str) -> bytes:
    """Four slips a page; `url` is the address of the activation page, "" if it is not known."""
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
            },
            "slips": [
                {"name": s.name, "unit": s.unit, "username": s.username, "code": s.code,
                 "until": s.until}
                for s in slips
            ],
        },
    )  # fmt: skip
