from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.actor import Actor
from allhours.jobs import actions, files, queries
from allhours.jobs.models import Job, JobState
from allhours.kernel import clock
from allhours.kernel.errors import Refused

REFRESH_SECONDS = 2
PILLS: dict[str, str] = {JobState.RUNNING: "info", JobState.DONE: "ok", JobState.FAILED: "danger"}


def _job(request: HttpRequest, code: str) -> tuple[Actor, Job]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor, get_object_or_404(queries.jobs_visible_to(actor), code=code)


def _context(job: Job) -> dict[str, object]:
    running = job.state in actions.LIVE
    return {
        "job": job,
        "running": running,
        "refresh": REFRESH_SECONDS,
        "state": JobState,
        "has_file": files.is_there(job),
    }


@login_required
def list_jobs(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    jobs = list(queries.recent_jobs(actor))
    for job in jobs:
        job.pill = PILLS.get(job.state, "")  # type: ignore[attr-defined]
    return render(request, "jobs/list.html", {"jobs": jobs})


@login_required
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Progress of one job; without script the page reloads itself while the job runs."""
    _actor, job = _job(request, code)
    context = _context(job)
    response = render(request, "jobs/show.html", context)
    if context["running"]:
        response["Refresh"] = str(REFRESH_SECONDS * 2)
    return response


@login_required
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """The part of the page that htmx asks for again; at the end it asks for the whole page."""
    _actor, job = _job(request, code)
    context = _context(job)
    if not context["running"]:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "jobs/_progress.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    actor, job = _job(request, code)
    try:
        actions.cancel_job(actor=actor, job=job, now=clock.now())
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
    else:
        messages.info(request, _("已请求取消，正在停止。"))
    return redirect("jobs:show", code=job.code)


@login_required
@require_POST
def take_file(request: HttpRequest, code: str) -> HttpResponse:
    """What the job made, once, to whoever had it made; a POST, so that no look-ahead takes it."""
    actor, job = _job(request, code)
    try:
        content = files.take_file(actor=actor, job=job, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentences[0])
        return redirect("jobs:show", code=job.code)
    response = HttpResponse(content, content_type="application/octet-stream")
    name = str(job.result["file"]["name"])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
