"""A named project from its opening to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Q, QuerySet

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.kernel import clock, codes
from allhours.kernel.errors import Refused, refuse_if
from allhours.projects import rules
from allhours.projects.choices import ProjectState, Span
from allhours.projects.models import Project


@dataclass(frozen=True)
class Outline:
    """What is written down about a project; `community` None: the whole county is served."""

    name: str
    from_on: date
    until_on: date | None = None
    span: str = Span.SHORT
    community: Organization | None = None
    aim: str = ""


def _values(outline: Outline) -> dict[str, object]:
    return {
        "name": outline.name.strip()[:60],
        "span": outline.span,
        "community": outline.community,
        "aim": outline.aim.strip(),
        "from_on": outline.from_on,
        "until_on": outline.until_on,
    }


@transaction.atomic
def open_project(*, actor: Actor, owner: Organization, outline: Outline, now: datetime) -> Project:
    """A project of one of the actor's organisations."""
    actor.require(*rules.OPENERS, over=owner.path)
    refuse_if(rules.project_refusals(outline.name, outline.from_on, outline.until_on))
    project = Project(code=codes.public_code(), owner=owner, created_at=now, **_values(outline))
    try:
        with transaction.atomic():
            project.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.NAME_TAKEN) from None
    journal.note(actor=actor, did="project.opened", to=project, now=now, code=project.code)
    return project


@transaction.atomic
def edit_project(*, actor: Actor, project: Project, outline: Outline, now: datetime) -> None:
    actor.require(*rules.OPENERS, over=project.owner.path)
    refuse_if(rules.project_refusals(outline.name, outline.from_on, outline.until_on))
    rows = Project.objects.filter(pk=project.pk, state=ProjectState.RUNNING)
    try:
        with transaction.atomic():
            won = rows.update(**_values(outline))
    except IntegrityError:
        raise Refused(rules.NAME_TAKEN) from None
    if not won:
        raise Refused(rules.ENDED)
    journal.note(actor=actor, did="project.edited", to=project, now=now)
    project.refresh_from_db()


@transaction.atomic
def show_project(*, actor: Actor, project: Project, shown: bool, now: datetime) -> None:
    """Put it on the public page, or take it off."""
    actor.require(*rules.OPENERS, over=project.owner.path)
    rows = Project.objects.filter(pk=project.pk, published_at__isnull=shown)
    if rows.update(published_at=now if shown else None):
        did = "project.published" if shown else "project.unpublished"
        journal.note(actor=actor, did=did, to=project, now=now)
    project.refresh_from_db()


@transaction.atomic
def end_project(*, actor: Actor, project: Project, result: str, now: datetime) -> None:
    """It is over, with what came of it in words; the numbers are worked out."""
    actor.require(*rules.OPENERS, over=project.owner.path)
    if not result.strip():
        raise Refused(rules.RESULT_MISSING)
    today = clock.local_date(now)
    won = Project.objects.filter(pk=project.pk, state=ProjectState.RUNNING).update(
        state=ProjectState.ENDED,
        result=result.strip(),
        ended_at=now,
        until_on=max(today, project.from_on),
    )
    if not won:
        raise Refused(rules.ENDED)
    journal.note(actor=actor, did="project.ended", to=project, now=now)
    project.refresh_from_db()


def require_joinable(*, actor: Actor, project: Project, now: datetime) -> None:
    """For the actions that put something into a project: it runs, and is on the actor's desk."""
    if not Project.objects.on_desk_of(actor).filter(pk=project.pk).exists():
        raise Refused(rules.ELSEWHERE.having(name=project.name))
    refuse_if(rules.join_refusals(project, clock.local_date(now)))


def move(rows: QuerySet[Any], *, into: Project | None) -> None:
    """Put what the rows hold into a project, or out of theirs; an ended project keeps its own.

    The project's row is held first: whoever ends it at the same moment comes before or after.
    """
    running = Project.objects.filter(state=ProjectState.RUNNING)
    if into is not None:
        running.filter(pk=into.pk).update(state=ProjectState.RUNNING)
    free = rows.filter(Q(project=None) | Q(project__in=running.values("pk")))
    if into is None:
        if not free.update(project=None):
            raise Refused(rules.KEPT)
    elif not free.filter(Exists(running.filter(pk=into.pk))).update(project=into):
        into.refresh_from_db()
        ended = into.state != ProjectState.RUNNING
        raise Refused(rules.NOT_RUNNING.having(name=into.name) if ended else rules.KEPT)
