"""What every page of activities does alike."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.activities.rules import CONFIRM_ROLES, RUN_ROLES
from allhours.directory.pages import actor_of, journaled, refusals_as_messages

__all__ = ["actor_of", "journaled", "member_actor", "refusals_as_messages"]
DESK_ROLES = RUN_ROLES | COUNTY_ROLES
NOTE_ROLES = CONFIRM_ROLES | COUNTY_ROLES


def member_actor(request: HttpRequest) -> Actor:
    """The actor as a member; 404 for one who is none."""
    actor = actor_of(request)
    if actor.member_id is None:
        raise Http404
    return actor
