"""Which wishes and posts stand on whose desk.

Staff of a temporary branch or a grid hold grants below the community: a branch secretary handles
the whole community's, a grid worker only those of the grid and those they noted themselves.
"""

from __future__ import annotations

from django.db.models import Q

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, TERRITORY_ROLES, Role
from allhours.accounts.scope import within
from allhours.kernel import paths

# Who decides about wishes and posts of a community; the county may stand in.
HANDLERS = frozenset(COMMUNITY_ROLES | {Role.COUNTY_OFFICER})
NOTERS = frozenset(TERRITORY_ROLES | {Role.COUNTY_OFFICER})
LOOKERS = frozenset({Role.COUNTY_OFFICER, Role.INSPECTOR} | COMMUNITY_ROLES)


def desk(actor: Actor) -> Q:
    """Rows with a `community` that the actor handles or may look at."""
    seen = within(actor, "community__path", roles=LOOKERS)
    for grant in actor.grants_of({Role.BRANCH_SECRETARY}):
        seen |= Q(community_id__in=paths.ids(grant.path))
    return seen


def desk_or_grid(actor: Actor) -> Q:
    """Wishes on the desk, and those that a grid worker follows up."""
    seen = desk(actor)
    for grant in actor.grants_of({Role.GRID_WORKER}):
        seen |= Q(grid_id__in=paths.ids(grant.path)) | Q(noted_by_plain=actor.user_id or 0)
    return seen


def handles(actor: Actor, community_path: str, roles: frozenset[str] = HANDLERS) -> bool:
    """Whether one of the actor's roles covers the community or stands within it."""
    return actor.is_system or any(
        paths.covers(grant.path, community_path) or paths.covers(community_path, grant.path)
        for grant in actor.grants_of(roles)
    )
