"""我的数据: what is held about the person, and what they may ask."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import refusals_as_messages
from allhours.directory.queries.members import member_of
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.rights.actions import consents, copies, corrections, erasure
from allhours.rights.forms import CorrectionForm
from allhours.rights.pages import my_page
from allhours.rights.queries.copies import copies_of
from allhours.rights.queries.corrections import own_corrections
from allhours.rights.queries.erasures import own_erasure
from allhours.ui.exports import disposition


@never_cache
@login_required
def mine(request: ActorRequest) -> HttpResponse:
    """Kinds of data with purpose and keeping, copies, corrections, consents, erasure."""
    return render(request, "rights/mine.html", my_page(request.actor, clock.now()))


@login_required
@require_POST
def ask_copy(request: ActorRequest) -> HttpResponse:
    with refusals_as_messages(request) as answers:
        copies.ask_copy(actor=request.actor, now=clock.now())
    if not answers.refused:
        messages.success(request, _("数据文件已在生成，可以下载时在本页显示。"))
    return redirect("rights:mine")


@never_cache
@login_required
@require_POST
def take_copy(request: ActorRequest, code: str) -> HttpResponse:
    copy = get_object_or_404(copies_of(request.actor), code=code)
    try:
        content = copies.take_copy(actor=request.actor, copy=copy, now=clock.now())
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
        return redirect("rights:mine")
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = disposition(_("我的数据") + ".zip")
    return response


@never_cache
@login_required
def ask_correction(request: ActorRequest) -> HttpResponse:
    """Name the fact and what it should be."""
    if request.actor.member_id is None:
        raise Http404
    form = CorrectionForm(request.POST or None, initial={"fact": request.GET.get("fact", "")})
    if request.method == "POST" and form.is_valid():
        try:
            corrections.ask_correction(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("更正申请已提交，办理结果会通知您。"))
            return redirect("rights:mine")
    return render(request, "rights/correction_ask.html", {"form": form})


@login_required
@require_POST
def withdraw_correction(request: ActorRequest, code: str) -> HttpResponse:
    found = get_object_or_404(own_corrections(request.actor), code=code)
    with refusals_as_messages(request):
        corrections.withdraw_correction(actor=request.actor, correction=found, now=clock.now())
        messages.success(request, _("更正申请已撤回。"))
    return redirect("rights:mine")


@login_required
@require_POST
def consent(request: ActorRequest, kind: str) -> HttpResponse:
    """Give one, or take it back: both at once."""
    me = member_of(request.actor)
    if me is None:
        raise Http404
    asked: dict[str, Any] = {"actor": request.actor, "member": me, "kind": kind, "now": clock.now()}
    with refusals_as_messages(request):
        if request.POST.get("give") == "1":
            consents.give_consent(**asked)
            messages.success(request, _("已记下您的同意，可随时撤回。"))
        else:
            consents.withdraw_consent(**asked)
            messages.success(request, _("已撤回同意，即时生效。"))
    return redirect("rights:mine")


@login_required
@require_POST
def ask_erasure(request: ActorRequest) -> HttpResponse:
    with refusals_as_messages(request):
        erasure.ask_erasure(actor=request.actor, now=clock.now())
        messages.success(request, _("删除申请已提交，由工委办理后答复。"))
    return redirect("rights:mine")


@login_required
@require_POST
def undo_erasure(request: ActorRequest) -> HttpResponse:
    found = own_erasure(request.actor)
    if found is None:
        raise Http404
    with refusals_as_messages(request):
        erasure.undo_erasure(actor=request.actor, erasure=found, now=clock.now())
        messages.success(request, _("删除申请已撤销。"))
    return redirect("rights:mine")
