"""Named projects, opened through the action that people use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.projects import actions
from allhours.projects.models import Project
from tests.factories.directory import TODAY, make_community
from tests.factories.needs import NOW


def make_outline(**over: Any) -> actions.Outline:
    values: dict[str, Any] = {"name": "银龄陪伴", "from_on": TODAY - timedelta(days=9)} | over
    return actions.Outline(**values)


def make_project(owner: Organization | None = None, **over: Any) -> Project:
    return actions.open_project(
        actor=Actor.system("test"),
        owner=owner or make_community(),
        outline=make_outline(**over),
        now=NOW,
    )
