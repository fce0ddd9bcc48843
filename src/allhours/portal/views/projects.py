"""A project's page on the desk and in public, with what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.pages import actor_of, journaled, refusals_as_messages
from allhours.kernel import clock
from allhours.portal.tables import ProjectRowTable
from allhours.projects import queries
from allhours.projects.choices import ProjectState
from allhours.projects.forms import EndForm
from allhours.projects.models import Project
from allhours.projects.rules import OPENERS
from allhours.reports import actions as gathering
from allhours.reports import project_rows, projects
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem

DESK = OPENERS | COUNTY_ROLES
PAGES = {
    "wish": "needs:desk-wish",
    "post": "needs:desk-post",
    "activity": "activities:manage",
}


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
        "rows": reverse("portal:project-rows", args=[project.code]),
    }
    return render(request, "portal/project.html", context)


@require_GET
@login_required
def rows(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the totals are the sums of, one row each."""
    actor, project = _found(request, code)
    kind = request.GET.get("kind", "")
    return list_response(
        request,
        "portal/project_rows.html",
        rows=project_rows.rows(project, actor, kind),
        table=ProjectRowTable,
        name=project.name,
        on_export=journaled(request, "project-rows"),
        hide=("code",),
        context={
            "project": project,
            "chips": [
                NavItem(str(label), f"?kind={value}" if value else "?", current=value == kind)
                for value, label in {"": _("全部"), **project_rows.KINDS}.items()
            ],
        },
    )


@require_POST
@login_required
def gather(request: HttpRequest, code: str) -> HttpResponse:
    """Put wishes, posts or activities in (`kind`, `item` repeated), or take them out (`out`)."""
    actor, project = _found(request, code)
    found = _of_desk(actor, request.POST.get("kind", ""), request.POST.getlist("item"))
    into = None if "out" in request.POST else project
    _gather(request, actor, request.POST.get("kind", ""), found, into)
    return redirect("portal:project", code=code)


@require_POST
@login_required
def gather_one(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """From the page of one of them: into the project that was chosen, or out of its own."""
    actor = actor_of(request, *DESK)
    found = _of_desk(actor, kind, [code])
    if not found:
        raise Http404
    chosen = request.POST.get("project", "")
    into = queries.desk_project(actor, chosen) if chosen else None
    if chosen and into is None:
        raise Http404
    _gather(request, actor, kind, found, into)
    return redirect(PAGES[kind], code=found[0].code)


def _of_desk(actor: Actor, kind: str, codes: list[str]) -> list[Any]:
    return project_rows.of_desk(actor, kind, codes[: projects.SHOWN])


def _gather(
    request: HttpRequest, actor: Actor, kind: str, found: list[Any], into: Project | None
) -> None:
    if not found:
        messages.error(request, _("请选择要归入的岗位、心愿或活动。"))
        return
    with refusals_as_messages(request) as answer:
        gathering.gather(actor=actor, kind=kind, found=found, project=into, now=clock.now())
    if not answer.refused:
        text = (
            ngettext("已归入 %(n)s 项。", "已归入 %(n)s 项。", len(found))
            if into
            else ngettext("已移出 %(n)s 项。", "已移出 %(n)s 项。", len(found))
        )
        messages.success(request, text % {"n": len(found)})


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
