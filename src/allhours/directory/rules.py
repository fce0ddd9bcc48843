"""What a place in the tree, an appointment or a correction must satisfy."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import ADMIN_ROLES, COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Organization
from allhours.kernel import paths
from allhours.kernel.errors import Refusal

CODE_TAKEN = Refusal("organization.code_taken", _("编码已被其他组织使用，请换一个编码。"))
WRONG_PARENT = Refusal("organization.wrong_parent", _("“%(kind)s”不能设在“%(parent)s”之下。"))
PARENT_NEEDED = Refusal("organization.parent_needed", _("“%(kind)s”须有上级组织。"))
PARENT_CLOSED = Refusal("organization.parent_closed", _("上级组织已撤销，不能在其下新设组织。"))
ROOT_EXISTS = Refusal("organization.root_exists", _("“%(kind)s”已经设立，一个县只有一个。"))
LOOP = Refusal("organization.loop", _("一个组织不能设在自己或自己的下级之下。"))
MIN_ABOVE_MAX = Refusal("organization.min_above_max", _("最少编入人数不能大于最多编入人数。"))
NOT_A_COMMUNITY = Refusal("organization.not_a_community", _("“%(name)s”不是社区，请选择社区。"))
STILL_USED = Refusal("organization.still_used", _("该组织还有未撤销的下级或在册党员，请先调整。"))

ROLE_NOT_HERE = Refusal("appointment.wrong_place", _("“%(role)s”不能在“%(organization)s”任职。"))
ADMIN_IN_BUSINESS = Refusal(
    "appointment.admin_in_business",
    _("系统、安全、审计管理员不得兼任业务职务，三员之间也不得互兼。"),
)
ALREADY_HOLDS = Refusal("appointment.already_holds", _("该同志已担任此职务。"))
ENDS_BEFORE_BEGIN = Refusal("appointment.ends_before_begin", _("任期截止不能早于任职日期。"))
ALREADY_ENDED = Refusal("appointment.already_ended", _("这项任职已经结束。"))

COUNTY_STANDS = Refusal("county.stands", _("这里已经建好一个县，不能再次初始化。"))
USERNAME_TAKEN = Refusal("account.username_taken", _("用户名已被使用，请换一个。"))
NAME_NEEDED = Refusal("account.name_needed", _("没有这个用户名；新设账号请填写姓名。"))
NOBODY_TO_ACTIVATE = Refusal("slip.nobody", _("在册党员都已设过密码，不用再签发。"))
SLIP_BY_ANOTHER = Refusal("slip.by_another", _("该同志另有职务，激活单须由县级或安全管理员签发。"))
MEMBER_LEFT = Refusal("member.left", _("该同志已不在名册，不能办理此事。"))

BRANCH_ELSEWHERE = Refusal("member.branch_elsewhere", _("所选党支部不属于该同志的单位。"))
ID_NUMBER_TAKEN = Refusal(
    "member.id_number_taken", _("这个公民身份号码已登记在另一名党员名下，请核对。")
)
PURPOSE_MISSING = Refusal("member.purpose_missing", _("请选择查看的用途。"))

# Children may stand only under these kinds; the roots stand under nothing.
PARENTS: dict[str, frozenset[OrgKind]] = {
    OrgKind.COUNTY: frozenset(),
    OrgKind.TERRITORY: frozenset(),
    OrgKind.UNIT: frozenset({OrgKind.COUNTY, OrgKind.UNIT}),
    OrgKind.PARTY_COMMITTEE: frozenset({OrgKind.UNIT}),
    OrgKind.GENERAL_BRANCH: frozenset({OrgKind.UNIT, OrgKind.PARTY_COMMITTEE}),
    OrgKind.BRANCH: frozenset({OrgKind.UNIT, OrgKind.PARTY_COMMITTEE, OrgKind.GENERAL_BRANCH}),
    OrgKind.TOWN: frozenset({OrgKind.TERRITORY}),
    OrgKind.COMMUNITY: frozenset({OrgKind.TERRITORY, OrgKind.TOWN}),
    OrgKind.GRID: frozenset({OrgKind.COMMUNITY}),
    OrgKind.ESTATE: frozenset({OrgKind.COMMUNITY, OrgKind.GRID}),
    OrgKind.BUILDING: frozenset({OrgKind.GRID, OrgKind.ESTATE}),
    OrgKind.TEMP_BRANCH: frozenset({OrgKind.COMMUNITY}),
}
ANY_PARENT = frozenset(
    {OrgKind.COUNTY, OrgKind.UNIT, OrgKind.TERRITORY, OrgKind.TOWN, OrgKind.COMMUNITY}
)
ROOTS = {OrgKind.COUNTY: Side.EMPLOYER, OrgKind.TERRITORY: Side.TERRITORY}
_EMPLOYERS = frozenset(
    {OrgKind.UNIT, OrgKind.PARTY_COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH}
)
_TERRITORY = frozenset({OrgKind.TERRITORY, OrgKind.TOWN, OrgKind.COMMUNITY})
# Where a role may be held; an administrator stands at the root and sees no business.
SEATS: dict[str, frozenset[OrgKind]] = {
    **dict.fromkeys(COUNTY_ROLES | ADMIN_ROLES, frozenset({OrgKind.COUNTY})),
    **dict.fromkeys(UNIT_ROLES, _EMPLOYERS),
    **dict.fromkeys(COMMUNITY_ROLES, _TERRITORY),
    Role.BRANCH_SECRETARY: frozenset({OrgKind.COMMUNITY, OrgKind.TEMP_BRANCH}),
    Role.GRID_WORKER: frozenset({OrgKind.COMMUNITY, OrgKind.GRID}),
    Role.TEAM_LEADER: frozenset({OrgKind.TEAM, OrgKind.YOUTH_TEAM, OrgKind.STATION}),
}


def place_refusals(kind: str, parent: Organization | None) -> list[Refusal]:
    """Why a node of this kind may not stand under `parent`."""
    label = OrgKind(kind).label
    if kind in ROOTS:
        return [] if parent is None else [WRONG_PARENT.having(kind=label, parent=parent.name)]
    if parent is None:
        return [PARENT_NEEDED.having(kind=label)]
    if parent.kind not in PARENTS.get(kind, ANY_PARENT):
        return [WRONG_PARENT.having(kind=label, parent=parent.name)]
    return [PARENT_CLOSED] if parent.closed_on else []


def move_refusals(organization: Organization, parent: Organization) -> list[Refusal]:
    if paths.covers(organization.path, parent.path):
        return [LOOP]
    return place_refusals(organization.kind, parent)


def numbers_refusals(least: int | None, most: int | None) -> list[Refusal]:
    return [MIN_ABOVE_MAX] if least is not None and most is not None and least > most else []


def appointment_refusals(
    role: str,
    organization: Organization,
    *,
    held: frozenset[str],
    is_member: bool,
    from_on: date,
    until_on: date | None,
) -> list[Refusal]:
    """Why a person holding the roles `held` may not take one more."""
    reasons: list[Refusal] = []
    if organization.kind not in SEATS[role]:
        reasons.append(ROLE_NOT_HERE.having(role=Role(role).label, organization=organization.name))
    admin = role in ADMIN_ROLES
    if (admin and (held - {role} or is_member)) or (not admin and held & ADMIN_ROLES):
        reasons.append(ADMIN_IN_BUSINESS)
    if until_on is not None and until_on < from_on:
        reasons.append(ENDS_BEFORE_BEGIN)
    return reasons
