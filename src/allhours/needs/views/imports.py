"""Wishes by spreadsheet: send it, look at what it would bring, take it over, print the codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import ImportState
from allhours.jobs.models import Job
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import import_codes
from allhours.needs.actions import imports as actions
from allhours.needs.forms.imports import WishUpload
from allhours.needs.models import WishImport
from allhours.needs.queries import imports as queries
from allhours.needs.scope import HANDLERS
from allhours.needs.sheet_template import wish_template
from allhours.needs.views.common import add_refusals, desk_actor, refusals_as_messages
from allhours.ui.exports import XLSX_TYPE, disposition


def _actor(request: HttpRequest) -> Actor:
    return desk_actor(cast("ActorRequest", request), HANDLERS)


def _import(request: HttpRequest, pk: int) -> tuple[Actor, WishImport]:
    actor = _actor(request)
    return actor, get_object_or_404(queries.imports_visible_to(actor), pk=pk)


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """The form, and what was sent before."""
    actor = _actor(request)
    form = WishUpload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_ = actions.stage_wishes(
                actor=actor, filename=file.name, content=file.read(),
                publish_at=form.instant, now=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            add_refusals(form, refused)
        else:
            if import_.state == ImportState.READING:
                return redirect("jobs:show", code=import_.job_code)
            return redirect("needs:wish-import", pk=import_.pk)
    context = {
        "form": form,
        "imports": queries.recent_imports(actor),
        "usual": queries.usual_community(actor),
    }
    return render(request, "needs/import_list.html", context)


@require_GET
@login_required
def template(request: HttpRequest) -> HttpResponse:
    lists = queries.template_lists(_actor(request), clock.now())
    return _xlsx(wish_template(lists), _("微心愿登记表.xlsx"))


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    _who, import_ = _import(request, pk)
    page = queries.import_page(import_, asked=request.GET.get("show", ""))
    return render(request, "needs/import_show.html", {"page": page})


@require_GET
@login_required
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The sender's own file with its wrong cells marked."""
    actor, import_ = _import(request, pk)
    content = b""
    with refusals_as_messages(request):
        content = actions.problems_file(actor=actor, import_=import_, now=clock.now())
    if not content:
        return redirect("needs:wish-import", pk=pk)
    stem = import_.filename.rpartition(".")[0] or import_.filename
    return _xlsx(content, _("%(name)s（问题）.xlsx") % {"name": stem})


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    actor, import_ = _import(request, pk)
    steps: dict[str, Callable[[HttpRequest, Actor, WishImport], Job | None]] = {
        "apply": _apply,
        "review": _review,
        "discard": _discard,
        "codes": _codes,
    }
    if name not in steps:
        raise Http404
    job = None
    with refusals_as_messages(request):
        job = steps[name](request, actor, import_)
    if job is not None:
        return redirect("jobs:show", code=job.code)
    return redirect("needs:wish-import", pk=pk)


def _apply(request: HttpRequest, actor: Actor, import_: WishImport) -> Job | None:
    job = actions.submit_wishes(actor=actor, import_=import_, now=clock.now())
    if job is None:
        messages.success(request, _("心愿已登记。请打印查询码，交给心愿人。"))
    return job


def _review(request: HttpRequest, actor: Actor, import_: WishImport) -> None:
    actions.review_wishes(actor=actor, import_=import_, now=clock.now())
    messages.success(request, _("已按现在的情况重新核对。"))


def _discard(request: HttpRequest, actor: Actor, import_: WishImport) -> None:
    actions.discard_wishes(actor=actor, import_=import_, now=clock.now())
    messages.success(request, _("已放弃这次导入，没有登记任何心愿。"))


def _codes(request: HttpRequest, actor: Actor, import_: WishImport) -> Job:
    return import_codes.start_code_run(
        actor=actor,
        import_=import_,
        again=request.POST.get("again") == "1",
        url=request.build_absolute_uri(reverse("needs:follow")),
        now=clock.now(),
    )
