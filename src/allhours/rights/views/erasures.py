"""Erasures on the county's desk: two officers, days for undoing, what was removed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.choices import Role
from allhours.directory import pages
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.rights import holdings
from allhours.rights.actions import erasure as actions
from allhours.rights.choices import OPEN_ERASURES, ErasureState
from allhours.rights.forms import AnswerForm, ErasureForm
from allhours.rights.models import Erasure
from allhours.rights.pages import ERASURE_PILLS
from allhours.rights.queries.erasures import erasures_visible_to, subject_named
from allhours.rights.tables import ErasureTable
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact


@login_required
def erasures(request: ActorRequest) -> HttpResponseBase:
    actor = pages.actor_of(request, Role.COUNTY_OFFICER)
    return list_response(
        request,
        "rights/erasures.html",
        rows=erasures_visible_to(actor),
        table=ErasureTable,
        name=_("删除"),
        on_export=pages.journaled(request, "erasures"),
    )


@login_required
def propose(request: ActorRequest) -> HttpResponse:
    """The first of two officers: whose data, and why."""
    actor = pages.actor_of(request, Role.COUNTY_OFFICER)
    form = ErasureForm(request.POST or None, initial={"subject": request.GET.get("subject", "")})
    if request.method == "POST" and form.is_valid():
        member, user = subject_named(actor, form.cleaned_data["subject"])
        reason = form.cleaned_data["reason"]
        if member is None and user is None:
            form.add_error("subject", _("没有这个编号或用户名，请核对。"))
        else:
            try:
                made = actions.propose_erasure(
                    actor=actor, member=member, user=user, reason=reason, now=clock.now()
                )
            except Refused as refused:
                for sentence in refused.sentences:
                    form.add_error(None, sentence)
            else:
                messages.success(request, _("已提出，请另一位工委干部复核。"))
                return redirect("rights:erasure", code=made.code)
    return render(request, "rights/erasure_propose.html", {"form": form})


def _erasure(request: ActorRequest, code: str) -> Erasure:
    actor = pages.actor_of(request, Role.COUNTY_OFFICER)
    return get_object_or_404(erasures_visible_to(actor), code=code)


@login_required
def erasure(request: ActorRequest, code: str) -> HttpResponse:
    found = _erasure(request, code)
    own = found.proposed_by_plain is not None and found.proposed_by_plain == request.actor.user_id
    context = {
        "erasure": found,
        "pill": ERASURE_PILLS.get(found.state, "neutral"),
        "facts": _facts(found),
        "removed": _removed(found),
        "asked": found.state == ErasureState.ASKED,
        "may_approve": found.state == ErasureState.PROPOSED and not own,
        "waits_for_another": found.state == ErasureState.PROPOSED and own,
        "may_decline": found.state in (ErasureState.ASKED, ErasureState.PROPOSED),
        "may_undo": found.state in OPEN_ERASURES,
        "form": AnswerForm(),
    }
    return render(request, "rights/erasure.html", context)


def _facts(erasure: Erasure) -> list[Fact]:
    days = [
        (_("提出"), erasure.asked_at),
        (_("承办人提出"), erasure.proposed_at),
        (_("复核同意"), erasure.approved_at),
        (_("执行日期"), erasure.due_at),
        (_("执行完毕"), erasure.done_at),
        (_("数据库清理完毕"), erasure.purged_at),
    ]
    rows = [
        Fact(_("编号"), erasure.subject_code),
        Fact(_("类别"), erasure.get_subject_display()),
        Fact(_("原因"), erasure.get_reason_display()),
    ]
    rows += [Fact(label, clock.local_date(at).isoformat()) for label, at in days if at]
    if erasure.decline_reason:
        rows.append(Fact(_("未同意的原因"), erasure.decline_reason))
    return rows


def _removed(erasure: Erasure) -> list[Fact]:
    """How many rows of which kind, in words."""
    words = {
        "texts": _("提到姓名的文字"),
        "files": _("生成的文件和旧副本"),
        "to_look_at": _("与他人同名或与常用词相同，请人工查看的文字"),
    }
    return [
        Fact(str(held.title) if (held := holdings.holding(code)) else words.get(code, code), count)
        for code, count in erasure.counts.items()
    ]


@login_required
@require_POST
def approve(request: ActorRequest, code: str) -> HttpResponse:
    found = _erasure(request, code)
    with pages.refusals_as_messages(request):
        actions.approve_erasure(actor=request.actor, erasure=found, now=clock.now())
        messages.success(request, _("已同意。到执行日期前可以撤销。"))
    return redirect("rights:erasure", code=code)


@login_required
@require_POST
def decline(request: ActorRequest, code: str) -> HttpResponse:
    found = _erasure(request, code)
    form = AnswerForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with pages.refusals_as_messages(request):
        actions.decline_erasure(actor=request.actor, erasure=found, reason=reason, now=clock.now())
        messages.success(request, _("已答复。"))
    return redirect("rights:erasure", code=code)


@login_required
@require_POST
def undo(request: ActorRequest, code: str) -> HttpResponse:
    found = _erasure(request, code)
    with pages.refusals_as_messages(request):
        actions.undo_erasure(actor=request.actor, erasure=found, now=clock.now())
        messages.success(request, _("已撤销，什么都没有删除。"))
    return redirect("rights:erasure", code=code)
