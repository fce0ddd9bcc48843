"""Activities that were held for a named project, as the public may read of them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from allhours.activities.choices import ActivityState
from allhours.activities.models import Activity
from allhours.projects.models import Project
from allhours.ui.parts import Event

TOLD = 20


def held_for(project: Project, since: datetime) -> list[Event]:
    rows = Activity.objects.filter(
        project=project, state=ActivityState.CLOSED, ends_at__gte=since
    ).order_by("-ends_at")
    return [
        Event(_("项目办了活动“%(title)s”") % {"title": title}, at, kind="info")
        for title, at in rows.values_list("title", "ends_at")[:TOLD]
    ]
