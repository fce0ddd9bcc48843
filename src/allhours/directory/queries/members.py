"""Members, as their readers may see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.accounts.scope import within
from allhours.directory.models import Member, MemberQuerySet, Organization


def members_to_activate_for(actor: Actor, unit: Organization | None = None) -> MemberQuerySet:
    """Members who never set a password, of the units (or one) whose roster the actor keeps."""
    kept = within(actor, "unit__path", roles={*UNIT_ROLES, Role.COUNTY_OFFICER})
    rows = _never_activated().filter(kept)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    return rows.order_by("unit__code", "member_no")


def _never_activated() -> MemberQuerySet:
    # an unusable password begins with "!" (django.contrib.auth.hashers)
    never = Q(user=None) | Q(user__password__startswith="!")  # noqa: S106
    return Member.objects.on_roster().select_related("unit", "user").filter(never)


def members_visible_to(actor: Actor) -> QuerySet[Member]:
    return Member.objects.visible_to(actor).select_related(
        "unit", "branch", "residence", "serving_community", "user", "merged_into"
    )


def member_of(actor: Actor) -> Member | None:
    """The actor's own row."""
    if actor.member_id is None:
        return None
    return Member.objects.select_related("unit", "residence", "serving_community").get(
        pk=actor.member_id
    )


def may_edit(actor: Actor, member: Member) -> bool:
    """Whether the actor keeps this member's place in the roster."""
    return actor.holds(*UNIT_ROLES, Role.COUNTY_OFFICER, over=member.unit.path)


def receives(actor: Actor, member: Member) -> bool:
    """Whether the member serves in a community of the actor's."""
    place = member.serving_community
    return place is not None and actor.holds(*COMMUNITY_ROLES, over=place.path)


def facts_openable(actor: Actor, member: Member) -> frozenset[str]:
    """Which sealed facts the actor may open with a purpose."""
    if may_edit(actor, member):
        return frozenset({"id_number", "phone"})
    return frozenset({"phone"}) if receives(actor, member) else frozenset()
