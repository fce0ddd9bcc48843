"""Notes of service: the member's own, and those that a community is to confirm."""

from __future__ import annotations

from django.db.models import QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES
from allhours.accounts.scope import within
from allhours.activities.choices import NoteState
from allhours.activities.models import ServiceNote


def notes_of_member(actor: Actor) -> QuerySet[ServiceNote]:
    return (
        ServiceNote.objects.filter(member_id=actor.member_id or 0)
        .select_related("member", "community")
        .order_by("-started_at", "-pk")
    )


def notes_on_desk_of(actor: Actor) -> QuerySet[ServiceNote]:
    """Notes of the actor's communities, oldest first."""
    roles = COMMUNITY_ROLES | COUNTY_ROLES
    return (
        ServiceNote.objects.filter(within(actor, "community__path", roles=roles))
        .exclude(state=NoteState.WITHDRAWN)
        .select_related("member__unit", "member__serving_community", "community")
        .order_by("submitted_at", "pk")
    )
