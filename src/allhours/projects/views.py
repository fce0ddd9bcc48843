"""The desk's projects: list, open, edit, end. What came of one stands on its page above."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.pages import actor_of, journaled, refusals_as_messages, today
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.projects import actions, queries
from allhours.projects.forms import ProjectForm
from allhours.projects.models import Project
from allhours.projects.rules import OPENERS
from allhours.projects.tables import ProjectFilter, ProjectTable
from allhours.ui.lists import list_response

DESK = OPENERS | COUNTY_ROLES


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *DESK)
    return list_response(
        request,
        "projects/list.html",
        rows=queries.on_desk(actor),
        table=ProjectTable,
        filters=ProjectFilter,
        name=_("特色项目"),
        on_export=journaled(request, "projects"),
        context={"opens": actor.holds(*OPENERS)},
    )


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *OPENERS)
    form = ProjectForm(request.POST or None, actor=actor, initial={"from_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_project(
                actor=actor,
                owner=form.cleaned_data["owner"],
                outline=form.outline,
                now=clock.now(),
            )
        except Refused as refused:
            _into(form, refused)
        else:
            messages.success(request, _("项目已立项。"))
            return redirect("portal:project", code=made.code)
    return render(request, "projects/form.html", {"form": form, "project": None})


def _into(form: ProjectForm, refused: Refused) -> None:
    for sentence in refused.sentences:
        form.add_error(None, sentence)


def _found(request: HttpRequest, code: str) -> tuple[Actor, Project]:
    actor = actor_of(request, *DESK)
    found = queries.desk_project(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    actor, project = _found(request, code)
    names = ("name", "span", "community", "from_on", "until_on", "aim")
    initial = {name: getattr(project, name) for name in names}
    form = ProjectForm(request.POST or None, actor=actor, project=project, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_project(
                actor=actor, project=project, outline=form.outline, now=clock.now()
            )
        except Refused as refused:
            _into(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("portal:project", code=project.code)
    return render(request, "projects/form.html", {"form": form, "project": project})


@require_POST
@login_required
def end(request: HttpRequest, code: str) -> HttpResponse:
    actor, project = _found(request, code)
    with refusals_as_messages(request) as answer:
        actions.end_project(
            actor=actor, project=project, result=request.POST.get("result", ""), now=clock.now()
        )
    if not answer.refused:
        messages.success(request, _("项目已结束，成效已登记。"))
    return redirect("portal:project", code=code)


@require_POST
@login_required
def shown(request: HttpRequest, code: str) -> HttpResponse:
    actor, project = _found(request, code)
    wanted = request.POST.get("shown") == "1"
    with refusals_as_messages(request) as answer:
        actions.show_project(actor=actor, project=project, shown=wanted, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已公开。") if wanted else _("已不再公开。"))
    return redirect("portal:project", code=code)
