"""Notes of service: the member writes, the community confirms or returns."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.activities import actions, rules
from allhours.activities.choices import NoteState
from allhours.activities.filters import NoteFilter
from allhours.activities.forms import NoteForm, ReasonForm
from allhours.activities.models import ServiceNote
from allhours.activities.queries import activities as activity_queries
from allhours.activities.queries import notes as queries
from allhours.activities.tables import NoteTable
from allhours.activities.views.common import (
    NOTE_ROLES,
    actor_of,
    journaled,
    member_actor,
    refusals_as_messages,
)
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.lists import list_response

A_PAGE = 25
CHANGEABLE = (NoteState.SUBMITTED, NoteState.RETURNED)


def _mine(request: HttpRequest, pk: int) -> ServiceNote:
    return get_object_or_404(queries.notes_of_member(member_actor(request)), pk=pk)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    rows = queries.notes_of_member(member_actor(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "activities/my_notes.html", {"page": page})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    actor = member_actor(request)
    today = clock.local_date(clock.now())
    form = NoteForm(request.POST or None, today=today)
    if form.is_valid():
        try:
            actions.note_service(
                actor=actor,
                facts=form.facts(),
                now=clock.now(),
                key=form.cleaned_data["key"] or None,
            )
        except Refused as refused:
            _into_form(form, refused)
        else:
            messages.success(request, _("已提交，社区确认后记入服务记录。"))
            return redirect("activities:my_notes")
    member = activity_queries.member_of(actor)
    return render(request, "activities/note_form.html", {"form": form, "member": member})


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    note = _mine(request, pk)
    form = NoteForm(request.POST or None, today=clock.local_date(clock.now()), note=note)
    if form.is_valid():
        try:
            actions.change_note(
                actor=actor_of(request), note=note, facts=form.facts(), now=clock.now()
            )
        except Refused as refused:
            _into_form(form, refused)
        else:
            messages.success(request, _("已重新提交，社区确认后记入服务记录。"))
            return redirect("activities:note", pk=pk)
    return render(request, "activities/note_form.html", {"form": form, "note": note})


def _into_form(form: NoteForm, refused: Refused) -> None:
    for sentence in refused.sentences:
        form.add_error(None, sentence)


@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    note = _mine(request, pk)
    context = {"note": note, "changeable": note.state in CHANGEABLE}
    return render(request, "activities/note.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    note = _mine(request, pk)
    with refusals_as_messages(request):
        actions.withdraw_note(actor=actor_of(request), note=note, now=clock.now())
        messages.success(request, _("已撤回。"))
    return redirect("activities:my_notes")


@login_required
def desk(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *NOTE_ROLES)
    return list_response(
        request,
        "activities/notes.html",
        rows=queries.notes_on_desk_of(actor),
        table=NoteTable,
        filters=NoteFilter,
        name="notes",
        hide=("member_no",),
        on_export=journaled(request, "notes"),
        context={"confirms": actor.holds(*rules.CONFIRM_ROLES)},
    )


def _on_desk(request: HttpRequest, pk: int) -> ServiceNote:
    actor = actor_of(request, *NOTE_ROLES)
    return get_object_or_404(queries.notes_on_desk_of(actor), pk=pk)


@login_required
def desk_show(request: HttpRequest, pk: int) -> HttpResponse:
    note = _on_desk(request, pk)
    context = {
        "note": note,
        "refusals": rules.decide_refusals(actor_of(request), note),
        "waits": note.state == NoteState.SUBMITTED,
        "confirmed": note.state == NoteState.CONFIRMED
        and actor_of(request).holds(*rules.CONFIRM_ROLES, over=note.community.path),
        "reason_form": ReasonForm(),
    }
    return render(request, "activities/note_desk.html", context)


@login_required
@require_POST
def confirm_many(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *NOTE_ROLES)
    ticked = [int(pk) for pk in request.POST.getlist("tick") if pk.isdecimal()][:200]
    notes = queries.notes_on_desk_of(actor).filter(pk__in=ticked)
    confirmed, refused = actions.confirm_notes(actor=actor, notes=notes, now=clock.now())
    if confirmed:
        messages.success(request, _("已确认 %(n)d 条，时长已入账。") % {"n": len(confirmed)})
    for note, reasons in refused[:5]:
        name = note.member.name
        messages.error(request, f"{name}{_('：')}{reasons[0]}")
    if len(refused) > 5:
        messages.error(request, _("另有 %(n)d 条没有确认。") % {"n": len(refused) - 5})
    if not ticked:
        messages.info(request, _("请先勾选要确认的写实。"))
    return redirect("activities:notes")


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    note = _on_desk(request, pk)
    confirmed = False
    with refusals_as_messages(request):
        actions.confirm_note(actor=actor_of(request), note=note, now=clock.now())
        messages.success(request, _("已确认，时长已入账。"))
        confirmed = True
    return redirect("activities:notes") if confirmed else redirect("activities:note_desk", pk=pk)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    note = _on_desk(request, pk)
    reason = request.POST.get("reason", "")
    with refusals_as_messages(request):
        actions.return_note(actor=actor_of(request), note=note, reason=reason, now=clock.now())
        messages.success(request, _("已退回，本人会收到通知。"))
    return redirect("activities:note_desk", pk=pk)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    note = _on_desk(request, pk)
    reason = request.POST.get("reason", "")
    with refusals_as_messages(request):
        actions.reopen_note(actor=actor_of(request), note=note, reason=reason, now=clock.now())
        messages.success(request, _("已冲销原记录并退回本人更正。"))
    return redirect("activities:note_desk", pk=pk)
