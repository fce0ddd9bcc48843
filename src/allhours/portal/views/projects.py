"""A project's page on the desk and in public, with what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.activities.actions.projects import gather_activity
from allhours.directory.pages import actor_of, refusals_as_messages
from allhours.kernel import clock
from allhours.needs.actions.projects import gather_post, gather_wish
from allhours.needs.queries.desk import desk_wish
from allhours.needs.queries.posts import desk_post
from allhours.projects import queries
from allhours.projects.choices import ProjectState
from allhours.projects.forms import EndForm
from allhours.projects.models import Project
from allhours.projects.rules import OPENERS
from allhours.reports import projects

DESK = OPENERS | COUNTY_ROLES


def _found(request: HttpRequest, code: str) -> tuple[Actor, Project]:
    actor = actor_of(request, *DESK)
    found = queries.desk_project(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_GET
@login_required
def show(request: HttpRequest, code: str) -> HttpResponse:
    actor, project = _found(request, code)
    context = {
        "project": project,
        "totals": projects.totals(project),
        "gathered": projects.gathered(project, actor),
        "manages": actor.holds(*OPENERS, over=project.owner.path),
        "running": project.state == ProjectState.RUNNING,
        "end": EndForm(),
    }
    return render(request, "portal/project.html", context)


@require_POST
@login_required
def gather(request: HttpRequest, code: str) -> HttpResponse:
    """Put a wish, a post or an activity in (`kind`, `item`), or take it out (`out`)."""
    actor, project = _found(request, code)
    now, item, kind = clock.now(), request.POST.get("item", ""), request.POST.get("kind", "")
    into = None if "out" in request.POST else project
    wish = desk_wish(actor, item) if kind == "wish" else None
    post = desk_post(actor, item) if kind == "post" else None
    activity = projects.activity_on_desk(actor, item) if kind == "activity" else None
    if wish is None and post is None and activity is None:
        messages.error(request, _("请选择要归入的岗位、心愿或活动。"))
        return redirect("portal:project", code=code)
    with refusals_as_messages(request) as answer:
        if wish is not None:
            gather_wish(actor=actor, wish=wish, project=into, now=now)
        if post is not None:
            gather_post(actor=actor, post=post, project=into, now=now)
        if activity is not None:
            gather_activity(actor=actor, activity=activity, project=into, now=now)
    if not answer.refused:
        messages.success(request, _("已归入项目。") if into else _("已移出项目。"))
    return redirect("portal:project", code=code)


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/projects.html", {"projects": queries.public_projects()[:100]})


@require_GET
def public_show(request: HttpRequest, code: str) -> HttpResponse:
    project = queries.public_project(code)
    if project is None:
        raise Http404
    context = {
        "project": project,
        "totals": projects.totals(project),
        **projects.public_parts(project, clock.now()),
    }
    return render(request, "portal/public_project.html", context)
