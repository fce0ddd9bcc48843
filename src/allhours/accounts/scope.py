"""What an actor may see, as a `Q` over two-sided records."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from allhours.accounts.actor import Actor
from allhours.accounts.choices import BUSINESS_ROLES

NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING  # never an empty Q: that would vanish when somebody widens it with `|`


def within(actor: Actor, *fields: str, roles: Iterable[str] = BUSINESS_ROLES) -> Q:
    """Rows that stand under one of the actor's grants on any side.

    `fields` are lookups of tree paths, e.g. `within(actor, "unit__path", "community__path")`. A
    system actor sees all; an actor without a fitting grant sees nothing.
    """
    if actor.is_system:
        return EVERYTHING
    seen = NOTHING
    for grant in actor.grants_of(roles):
        if grant.path == "/":
            return EVERYTHING
        for field in fields:
            seen |= Q(**{f"{field}__startswith": grant.path})
    return seen
