"""Several things join a named project, or leave it, in one step: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from allhours.accounts.actor import Actor
from allhours.activities.actions.projects import gather_activity
from allhours.needs.actions.projects import gather_post, gather_wish
from allhours.projects.models import Project

GATHERS: dict[str, Callable[..., None]] = {
    "wish": gather_wish,
    "post": gather_post,
    "activity": gather_activity,
}


@transaction.atomic
def gather(
    *, actor: Actor, kind: str, found: Sequence[Any], project: Project | None, now: datetime
) -> None:
    """Each by its own room's action; None takes them out."""
    for each in found:
        GATHERS[kind](actor=actor, project=project, now=now, **{kind: each})
