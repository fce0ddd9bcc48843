"""A person's changes: the list, one member's page, one change step by step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.actor import NOT_YOURS_TO_DO
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.directory import pages
from allhours.directory.actions import changes as actions
from allhours.directory.change_tables import ChangeTable
from allhours.directory.choices import ChangeKind, ChangeState
from allhours.directory.forms.changes import AnswerForm, ChangeFilter, ChangeForm
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Member, MemberChange
from allhours.directory.queries import changes as queries
from allhours.directory.queries.members import may_edit, members_visible_to, receives
from allhours.directory.shown_changes import LEADS, change_sentence, line, lines, timeline
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response

READERS = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES


@login_required
def changes(request: ActorRequest) -> HttpResponseBase:
    """Those of the actor's units and communities."""
    actor = pages.actor_of(request, *READERS)
    return list_response(
        request,
        "directory/changes.html",
        rows=queries.changes_visible_to(actor),
        table=ChangeTable,
        filters=ChangeFilter,
        name=_("人员变动"),
        on_export=pages.journaled(request, "changes"),
        context={"merges": actor.holds(*queries.KEEPERS)},
    )


def _member(request: ActorRequest, member_no: str) -> Member:
    actor = pages.actor_of(request, *READERS)
    return get_object_or_404(members_visible_to(actor), member_no=member_no)


def kinds_for(request: ActorRequest, member: Member) -> list[ChangeKind]:
    """What this reader may begin for this member now."""
    if request.actor.member_id == member.pk or member.merged_into_id:
        return []
    if not may_edit(request.actor, member):
        hint = receives(request.actor, member) and member.left_on is None
        return [ChangeKind.MOVE] if hint else []
    if member.left_on is not None:
        return [ChangeKind.RETURN]
    back = {ChangeKind.RETURN} if not member.is_retired else {ChangeKind.RETIRE}
    return [kind for kind in ChangeKind if kind not in back]


@login_required
def of_member(request: ActorRequest, member_no: str) -> HttpResponse:
    """What can be begun, what is under way, and how things were."""
    member = _member(request, member_no)
    rows = queries.changes_of(member, request.actor)
    keeps = may_edit(request.actor, member)
    former = queries.former_of(member) if keeps else []
    context = {
        "member": member,
        "kinds": [
            {"kind": kind, "label": kind.label, "lead": LEADS[kind]}
            for kind in kinds_for(request, member)
        ],
        "open": [row for row in rows if row.state in ("asked", "planned")],
        "events": timeline(rows, former),
        "keeps": keeps,
    }
    return render(request, "directory/changes_of.html", context)


@login_required
def begin(request: ActorRequest, member_no: str, kind: str) -> HttpResponse:
    """Enter, look at what follows, confirm."""
    member = _member(request, member_no)
    if kind not in ChangeKind.values:
        raise Http404
    wanted = ChangeKind(kind)
    if wanted not in kinds_for(request, member):
        messages.error(request, str(NOT_YOURS_TO_DO))
        return redirect("directory:changes-of", member_no=member_no)
    hint = not may_edit(request.actor, member)
    form = ChangeForm(
        request.POST or None,
        actor=request.actor,
        member=member,
        kind=wanted,
        may_stay=scheme_for(on=pages.today()).placement.may_stay_after_move,
        hint=hint,
        initial={"on": pages.today()},
    )
    shown = {"member": member, "form": form, "title": wanted.label, "lead": LEADS[wanted]}
    context: dict[str, Any] = {**shown, "hint": hint}
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        try:
            if "confirm" in request.POST:
                return _confirmed(request, member, form)
            found = actions.foresee(
                actor=request.actor, member=member, change=form.change(), now=clock.now()
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            context["lines"] = [] if hint else lines(found)
            context["past"] = form.cleaned_data["on"] < pages.today()
            context["day"] = form.cleaned_data["on"]
            return render(request, "directory/change_preview.html", context)
    return render(request, "directory/change_begin.html", context)


def _confirmed(request: ActorRequest, member: Member, form: ChangeForm) -> HttpResponse:
    change = actions.propose_change(
        actor=request.actor, member=member, change=form.change(), now=clock.now()
    )
    said = {
        ChangeState.DONE: _("已登记并生效。"),
        ChangeState.PLANNED: _("已登记，到期自动生效。"),
        ChangeState.ASKED: _("已提出，等待对方同意。"),
    }
    messages.success(request, said[ChangeState(change.state)])
    return redirect("directory:change", pk=change.pk)


def _change(request: ActorRequest, pk: int) -> MemberChange:
    actor = pages.actor_of(request, *READERS)
    return get_object_or_404(queries.changes_visible_to(actor), pk=pk)


@login_required
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """One change: what it is, what it closed, and what the reader may do about it."""
    row = _change(request, pk)
    keeps = may_edit(request.actor, row.member) or actions.may_answer(request.actor, row)
    context = {
        "change": row,
        "sentence": change_sentence(row),
        "lines": [line(each) for each in row.outcome] if keeps else [],
        "may_answer": actions.may_answer(request.actor, row),
        "may_withdraw": actions.may_withdraw(request.actor, row),
        "in_sight": members_visible_to(request.actor).filter(pk=row.member_id).exists(),
        "form": AnswerForm(),
    }
    return render(request, "directory/change.html", context)


@login_required
@require_POST
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    row = _change(request, pk)
    with pages.refusals_as_messages(request):
        actions.accept_change(actor=request.actor, change=row, now=clock.now())
        messages.success(request, _("已同意。"))
    return redirect("directory:change", pk=pk)


@login_required
@require_POST
def decline(request: ActorRequest, pk: int) -> HttpResponse:
    row = _change(request, pk)
    with pages.refusals_as_messages(request):
        actions.decline_change(
            actor=request.actor, change=row, answer=request.POST.get("answer", ""), now=clock.now()
        )
        messages.success(request, _("已答复对方。"))
    return redirect("directory:change", pk=pk)


@login_required
@require_POST
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    row = _change(request, pk)
    with pages.refusals_as_messages(request):
        actions.withdraw_change(actor=request.actor, change=row, now=clock.now())
        messages.success(request, _("已撤回。"))
    return redirect("directory:change", pk=pk)


# ---- the member's own ------------------------------------------------------------------------


@login_required
def pause(request: ActorRequest) -> HttpResponse:
    """暂不参加: of one's own will, without a reason; what it closes is shown first."""
    if request.actor.member_id is None:
        raise Http404
    if request.method == "POST":
        with pages.refusals_as_messages(request):
            actions.pause_service(actor=request.actor, now=clock.now())
            messages.success(request, _("已登记暂不参加。随时可以恢复。"))
        return redirect("directory:pause")
    me = members_visible_to(request.actor).get(pk=request.actor.member_id)
    paused = me.paused_on is not None or me.left_on is not None
    found = [] if paused else actions.foresee_pause(actor=request.actor, now=clock.now())
    return render(request, "directory/pause.html", {"me": me, "lines": lines(found)})


@login_required
@require_POST
def resume(request: ActorRequest) -> HttpResponse:
    with pages.refusals_as_messages(request):
        actions.resume_service(actor=request.actor, now=clock.now())
        messages.success(request, _("已恢复，等待编入社区。欢迎回来。"))
    return redirect("directory:pause")
