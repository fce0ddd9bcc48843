"""Changes, mergers and what was before, as their readers may see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.accounts.scope import within
from allhours.directory.choices import ChangeKind, ChangeState, MergeState
from allhours.directory.models import (
    Former,
    Member,
    MemberChange,
    MemberChangeQuerySet,
    MemberMerge,
    MemberMergeQuerySet,
    Organization,
)

KEEPERS = UNIT_ROLES | {Role.COUNTY_OFFICER}


def changes_visible_to(actor: Actor) -> MemberChangeQuerySet:
    return MemberChange.objects.visible_to(actor).select_related(
        "member", "from_unit", "to_unit", "to_community", "asked_from"
    )


def changes_of(member: Member, actor: Actor) -> list[MemberChange]:
    """Newest first."""
    rows = changes_visible_to(actor).filter(member=member)
    return list(rows.order_by("-asked_at", "-pk")[:50])


def awaiting_answer(actor: Actor) -> MemberChangeQuerySet:
    """Transfers that wait for the actor's unit, and hints of a move that wait for it."""
    own = Q(kind=ChangeKind.TRANSFER) & within(actor, "to_unit__path", roles=KEEPERS)
    own |= Q(kind=ChangeKind.MOVE) & within(actor, "from_unit__path", roles=KEEPERS)
    return changes_visible_to(actor).filter(own, state=ChangeState.ASKED)


def lapsed(actor: Actor) -> MemberChangeQuerySet:
    kept = within(actor, "from_unit__path", roles=KEEPERS)
    return changes_visible_to(actor).filter(kept, state=ChangeState.LAPSED)


def merges_visible_to(actor: Actor) -> MemberMergeQuerySet:
    return (
        MemberMerge.objects.visible_to(actor)
        .select_related(
            "kept__unit", "gone__unit", "kept__residence", "gone__residence", "kept__merged_into"
        )
        .order_by("-proposed_at", "-pk")
    )


def merges_to_approve(actor: Actor) -> MemberMergeQuerySet:
    rows = MemberMerge.objects.visible_to(actor).filter(state=MergeState.PROPOSED)
    if not actor.holds(Role.COUNTY_OFFICER):
        return rows.none()
    return rows.exclude(proposed_by_plain=actor.user_id or 0)


def members_kept_by(actor: Actor) -> QuerySet[Member]:
    """Those whose numbers the actor may propose to merge."""
    return Member.objects.filter(within(actor, "unit__path", roles=KEEPERS)).select_related(
        "unit", "residence", "branch", "user", "merged_into"
    )


def former_of(member: Member) -> list[Former]:
    rows = Former.objects.filter(member=member).select_related("organization")
    return list(rows.order_by("-until_on", "-pk")[:100])


def units_to_go_to(member: Member) -> QuerySet[Organization]:
    return Organization.objects.open().units().exclude(pk=member.unit_id)


def units_to_come_back_to(actor: Actor, member: Member) -> QuerySet[Organization]:
    """The old unit, and for the county any."""
    units = Organization.objects.open().units()
    return units if actor.holds(Role.COUNTY_OFFICER) else units.filter(pk=member.unit_id)
