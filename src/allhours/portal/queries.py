"""What the cross-app pages read."""

from __future__ import annotations

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ADMIN_ROLES
from allhours.directory.models import Organization


def desk_organization(actor: Actor) -> Organization | None:
    """The organisation whose desk the actor sits at: that of their first business grant."""
    for grant in actor.grants:
        if grant.role not in ADMIN_ROLES and grant.organization_id is not None:
            return Organization.objects.filter(pk=grant.organization_id).first()
    return None
