"""The import centre: send a roster, look at what it would do, apply it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.actions import roster as actions
from allhours.directory.forms.roster import RosterDecisions, RosterUpload
from allhours.directory.models import ImportState, RosterImport
from allhours.directory.pages import actor_of, refusals_as_messages, today
from allhours.directory.queries import roster as queries
from allhours.directory.queries import roster_page
from allhours.directory.roster.template import roster_template
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.exports import XLSX_TYPE, disposition

ROLES = (Role.COUNTY_OFFICER, *UNIT_ROLES)


def _import(request: HttpRequest, pk: int) -> tuple[Actor, RosterImport]:
    actor = actor_of(request, *ROLES)
    return actor, get_object_or_404(queries.imports_visible_to(actor), pk=pk)


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = disposition(name)
    return response


@login_required
@require_GET
def list_imports(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *ROLES)
    rows = roster_page.import_lines(queries.recent_imports(actor)[:100])
    return render(request, "directory/roster_list.html", {"imports": rows})


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *ROLES)
    form = RosterUpload(
        request.POST or None,
        request.FILES or None,
        units=queries.units_to_import_for(actor),
        county=actor.holds(Role.COUNTY_OFFICER),
    )
    if request.method == "POST" and form.is_valid():
        try:
            import_ = _stage(actor, form.cleaned_data)
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error("file", sentence)
        else:
            if import_.state == ImportState.READING:
                return redirect("jobs:show", code=import_.job_code)
            return redirect("directory:roster-show", pk=import_.pk)
    return render(request, "directory/roster_upload.html", {"form": form})


def _stage(actor: Actor, data: dict[str, Any]) -> RosterImport:
    return actions.stage_roster(
        actor=actor,
        filename=data["file"].name,
        content=data["file"].read(),
        now=clock.now(),
        unit=data["unit"],
        create_units=data.get("create_units", False),
    )


@login_required
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    actor_of(request, *ROLES)
    return _xlsx(roster_template(*queries.template_lists(today())), _("在职党员花名册.xlsx"))


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    _actor, import_ = _import(request, pk)
    return _page(request, import_, RosterDecisions(import_))


def _page(request: HttpRequest, import_: RosterImport, form: RosterDecisions) -> HttpResponse:
    page = roster_page.import_page(import_, asked=request.GET.get("show", ""))
    return render(request, "directory/roster_show.html", {"page": page, "form": form})


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    actor, import_ = _import(request, pk)
    form = RosterDecisions(import_, request.POST)
    if not form.is_valid():
        return _page(request, import_, form)
    job = None
    with refusals_as_messages(request):
        job = actions.submit_roster(
            actor=actor,
            import_=import_,
            now=clock.now(),
            with_leaves=form.cleaned_data.get("with_leaves", False),
            decisions=form.decisions,
        )
        if job is None:
            messages.success(request, _("名册已应用。"))
    if job is not None:
        return redirect("jobs:show", code=job.code)
    return redirect("directory:roster-show", pk=pk)


@login_required
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    actor, import_ = _import(request, pk)
    job = None
    with refusals_as_messages(request):
        job = actions.request_review(actor=actor, import_=import_, now=clock.now())
        if job is None:
            messages.success(request, _("已按现在的名册重新核对。"))
    if job is not None:
        return redirect("jobs:show", code=job.code)
    return redirect("directory:roster-show", pk=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    actor, import_ = _import(request, pk)
    with refusals_as_messages(request):
        actions.discard_roster(actor=actor, import_=import_, now=clock.now())
        messages.success(request, _("已放弃这次导入，名册没有改动。"))
    return redirect("directory:roster")


@login_required
@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The sender's own file with its wrong cells marked."""
    actor, import_ = _import(request, pk)
    content = b""
    with refusals_as_messages(request):
        content = actions.problems_file(actor=actor, import_=import_, now=clock.now())
    if not content:
        return redirect("directory:roster-show", pk=pk)
    stem = import_.filename.rpartition(".")[0] or import_.filename
    return _xlsx(content, _("%(name)s（问题）.xlsx") % {"name": stem})
