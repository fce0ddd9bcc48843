"""What the use cases of posts ask of whoever acts for a community."""

from __future__ import annotations

from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Organization
from allhours.kernel.errors import Refused
from allhours.needs.scope import HANDLERS, handles


def require_handler(actor: Actor, community: Organization) -> None:
    if not handles(actor, community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
