"""Who may propose, approve, end and delegate which role; two pairs of eyes on every one.

Business roles are approved by a county officer, administrators by a security administrator. Where
there is no second one of them, the other of the two stands in, so that no single person ever
gives a role alone; only the installation itself does (the first accounts).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor, Grant
from allhours.accounts.choices import ADMIN_ROLES, COUNTY_ROLES, Role
from allhours.directory.choices import AppointmentState
from allhours.directory.models import Appointment, Organization
from allhours.kernel import paths
from allhours.kernel.errors import Refusal

DELEGATED_DAYS = 90  # the longest delegation
REMIND_BEFORE = timedelta(days=30)  # a term runs out

NEEDS_PROPOSAL = Refusal(
    "appointment.needs_proposal", _("任命须由一人提请、另一人批准，请先提请任命。")
)
NOT_ONESELF = Refusal("appointment.not_oneself", _("不能提请或批准对自己的任命，请由他人办理。"))
SECOND_PERSON = Refusal(
    "appointment.second_person", _("提请人不能批准自己提请的任命，请由另一人批准。")
)
FOR_THE_PROPOSER = Refusal(
    "appointment.for_the_proposer", _("您是代提请人办理，不能批准其提请的任命，请由另一人批准。")
)
ANOTHER_STANDS_FIRST = Refusal(
    "appointment.another_stands_first", _("该任命由另一名%(role)s批准，您不必代办。")
)
ALREADY_DECIDED = Refusal("appointment.already_decided", _("这项任命已经办结，不能再次办理。"))
NOT_YOUR_PROPOSAL = Refusal("appointment.not_your_proposal", _("只有提请人可以撤回提请。"))
REASON_NEEDED = Refusal("appointment.reason_needed", _("请填写不批准的原因。"))
LAST_OF_ROLE = Refusal(
    "appointment.last_of_role",
    _("这是最后一名在任的%(role)s，结束后无人办理批准，请先任命接任者。"),
)
PERSON_UNKNOWN = Refusal(
    "appointment.person_unknown", _("在您的组织内没有找到该用户名的人员，请核对。")
)
NOT_THE_HOLDER = Refusal("delegation.not_the_holder", _("只有任职者本人可以委托他人代理。"))
NOT_IN_FORCE = Refusal("delegation.not_in_force", _("该职务不在任期内，不能委托代理。"))
NO_REDELEGATION = Refusal("delegation.of_a_delegation", _("代理的职务不能再委托他人代理。"))
DELEGATED_TWICE = Refusal("delegation.twice", _("这段时间已委托他人代理，请先结束原来的代理。"))
TOO_LONG = Refusal("delegation.too_long", _("代理期限最长 %(days)d 天，请缩短期限。"))
TERM_NEEDED = Refusal("delegation.term_needed", _("代理须有截止日期，且不晚于本人任期。"))
IN_THE_PAST = Refusal("delegation.in_the_past", _("代理不能从过去的日期开始。"))

# Besides the county officer (business) and the security administrator (administration).
PROPOSERS: dict[str, frozenset[str]] = {
    Role.LIAISON: frozenset({Role.UNIT_SECRETARY}),
    Role.COMMUNITY_STAFF: frozenset({Role.COMMUNITY_SECRETARY}),
    Role.GRID_WORKER: frozenset({Role.COMMUNITY_SECRETARY}),
}
APPOINTERS = frozenset({Role.COUNTY_OFFICER, Role.SECURITY_ADMIN})
# Everyone who may propose anything at all.
PROPOSING = APPOINTERS | {Role.UNIT_SECRETARY, Role.COMMUNITY_SECRETARY}
NEVER_WITHOUT = frozenset({Role.COUNTY_OFFICER, Role.SECURITY_ADMIN})


def approver_of(role: str) -> Role:
    return Role.SECURITY_ADMIN if role in ADMIN_ROLES else Role.COUNTY_OFFICER


def stand_in_of(role: str) -> Role:
    """Who approves where the approver is alone and an own party to it."""
    return Role.COUNTY_OFFICER if role in ADMIN_ROLES else Role.SECURITY_ADMIN


def approved_by_another(role: str) -> bool:
    """Whether a delegation of the role waits for approval; the others are only seen."""
    return role in COUNTY_ROLES | ADMIN_ROLES


def may_propose(actor: Actor, role: str, organization: Organization) -> bool:
    return actor.holds(approver_of(role)) or actor.holds(
        *PROPOSERS.get(role, ()), over=organization.path
    )


def roles_to_propose(actor: Actor) -> list[Role]:
    """In the order of the programme; an actor sees only what they may propose somewhere."""
    return [
        role
        for role in Role
        if actor.holds(approver_of(role)) or actor.holds(*PROPOSERS.get(role, ()))
    ]


def proposal_refusals(
    actor: Actor, role: str, organization: Organization, user_id: int | None
) -> list[Refusal]:
    if not may_propose(actor, role, organization):
        return [NOT_YOURS_TO_DO]
    return [NOT_ONESELF] if user_id is not None and user_id == actor.user_id else []


def approval_refusals(
    actor: Actor,
    appointment: Appointment,
    *,
    approver_elsewhere: bool,
    principals: Collection[int] = (),
) -> list[Refusal]:
    """`approver_elsewhere`: somebody else may approve and is no party; `principals`: appointments
    of the proposer and of the appointee, for whom the actor may be acting."""
    if appointment.state != AppointmentState.PROPOSED:
        return [ALREADY_DECIDED]
    if actor.is_system:
        return [SECOND_PERSON]  # a person decides, not a job
    first, second = approver_of(appointment.role), stand_in_of(appointment.role)
    if not actor.holds(first, second):
        return [NOT_YOURS_TO_DO]
    if actor.user_id == appointment.user_id:
        return [NOT_ONESELF]
    if actor.user_id == appointment.proposed_by_id:
        return [SECOND_PERSON]
    if not actor.holds(first) and approver_elsewhere:
        return [ANOTHER_STANDS_FIRST.having(role=first.label)]
    grants = actor.grants_of([first]) or actor.grants_of([second])
    free = [grant for grant in grants if grant.acting_for not in principals]
    return [] if free else [FOR_THE_PROPOSER]


def approving_grant(
    actor: Actor, appointment: Appointment, principals: Collection[int]
) -> Grant | None:
    """Under which of the actor's appointments the approval is given, for the journal."""
    for role in (approver_of(appointment.role), stand_in_of(appointment.role)):
        for grant in actor.grants_of([role]):
            if grant.acting_for not in principals:
                return grant
    return None


def may_end(actor: Actor, appointment: Appointment) -> bool:
    """Who appoints may end; so may both sides of a delegation."""
    if may_propose(actor, appointment.role, appointment.organization):
        return True
    principal = appointment.acting_for
    mine = actor.user_id is not None and actor.user_id == appointment.user_id
    return principal is not None and (mine or actor.user_id == principal.user_id)


def delegation_refusals(
    actor: Actor, principal: Appointment, *, from_on: date, until_on: date, today: date
) -> list[Refusal]:
    """Why the holder may not hand this office to somebody for these days."""
    if actor.user_id is None or principal.user_id != actor.user_id:
        return [NOT_THE_HOLDER]
    if principal.acting_for_id is not None:
        return [NO_REDELEGATION]
    reasons: list[Refusal] = []
    if principal.state != AppointmentState.IN_FORCE or (
        principal.until_on is not None and principal.until_on < today
    ):
        reasons.append(NOT_IN_FORCE)
    if from_on < max(today, principal.from_on):
        reasons.append(IN_THE_PAST)
    if until_on < from_on or (principal.until_on is not None and until_on > principal.until_on):
        reasons.append(TERM_NEEDED)
    if until_on - from_on >= timedelta(days=DELEGATED_DAYS):
        reasons.append(TOO_LONG.having(days=DELEGATED_DAYS))
    return reasons


def below(principal: Appointment, organization: Organization) -> bool:
    """A whole role over its own organisation or one below it."""
    return paths.covers(principal.organization.path, organization.path)
