"""How a project goes on, for whoever made a wish that became part of it.

Only what anybody may know: when it began, what was held for it, what came of it. The rooms above
register what they can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from allhours.projects.models import Project
from allhours.ui.parts import Event

Teller = Callable[[Project, datetime], list[Event]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    if teller not in _tellers:
        _tellers.append(teller)


def steps(project: Project, since: datetime) -> list[Event]:
    """What happened from a moment on, newest first."""
    told = [each for teller in _tellers for each in teller(project, since)]
    if project.ended_at is not None:
        text = _("项目“%(name)s”已结束") % {"name": project.name}
        told.append(Event(text, project.ended_at, note=project.result, kind="ok"))
    return sorted(told, key=lambda each: each.at or since, reverse=True)
