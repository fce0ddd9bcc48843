"""Projects on a desk and in public."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.projects.models import Project
from allhours.projects.rules import OPENERS


def on_desk(actor: Actor) -> QuerySet[Project]:
    rows = Project.objects.on_desk_of(actor).select_related("owner", "community")
    return rows.order_by("-state", "-from_on", "-pk")


def desk_project(actor: Actor, code: str) -> Project | None:
    return on_desk(actor).filter(code=code.upper()).first()


def joinable(actor: Actor, now: datetime) -> QuerySet[Project]:
    """Those that a wish, a post or an activity of this desk may join now."""
    return Project.objects.on_desk_of(actor).joinable(clock.local_date(now)).order_by("name")


def public_projects() -> QuerySet[Project]:
    rows = Project.objects.public().select_related("owner", "community")
    return rows.order_by("-state", "-from_on", "-pk")


def public_project(code: str) -> Project | None:
    return public_projects().filter(code=code.upper()).first()


def owners_for(actor: Actor) -> QuerySet[Organization]:
    """The organisations in whose name the actor may open a project."""
    ids = [g.organization_id for g in actor.grants_of(OPENERS) if g.organization_id]
    return Organization.objects.open().filter(pk__in=ids).order_by("code")
