"""Activities join a named project (特色项目)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.activities import rules
from allhours.activities.models import Activity
from allhours.kernel.errors import refuse_if
from allhours.projects.actions import move, require_joinable
from allhours.projects.models import Project


@transaction.atomic
def gather_activity(
    *, actor: Actor, activity: Activity, project: Project | None, now: datetime
) -> None:
    """Count the activity to a project; None takes it out."""
    refuse_if(rules.run_refusals(actor, activity))
    if project is not None:
        require_joinable(actor=actor, project=project, now=now)
    move(Activity.objects.filter(pk=activity.pk), into=project)
    journal.note(
        actor=actor, did="activity.gathered", to=activity, now=now,
        project=project.pk if project else None,
    )  # fmt: skip
