"""One appointment: approving, declining, withdrawing, ending; and what waits for approval."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allhours.directory import appointing, pages
from allhours.directory.actions import appointments as actions
from allhours.directory.choices import AppointmentState
from allhours.directory.forms.people import ApproveForm, DeclineForm, EndForm
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Appointment
from allhours.directory.queries import people as queries
from allhours.directory.shown_appointments import (
    appointment_facts,
    name_of,
    office_events,
    steps_of,
)
from allhours.directory.tables import account_state
from allhours.directory.views.people import may_lock, visible_appointment
from allhours.kernel import clock
from allhours.kernel.errors import Refusal


@login_required
def appointment(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, visible_appointment(request, pk))


def _page(request: ActorRequest, shown: Appointment, **forms: Form) -> HttpResponse:
    actor, today = request.actor, pages.today()
    proposed = shown.state == AppointmentState.PROPOSED
    refusals = approval_refusals(request, shown) if proposed else []
    appointer = actor.holds(*appointing.APPOINTERS)
    context = {
        "appointment": shown,
        "person": name_of(shown.user),
        "facts": appointment_facts(shown, account_state(shown.user) if appointer else ""),
        "steps": steps_of(shown),
        "delegations": [office_events(each, person=True) for each in queries.delegated(shown)],
        "proposed": proposed,
        "may_decide": proposed and appointer and not refusals,
        "why_not": str(refusals[0]) if refusals and appointer else "",
        "may_withdraw": proposed and actor.user_id == shown.proposed_by_id,
        "may_end": shown.state == AppointmentState.IN_FORCE
        and (shown.until_on is None or shown.until_on >= today)
        and appointing.may_end(actor, shown),
        "approving": ApproveForm(initial={"decision_no": shown.decision_no}),
        "declining": DeclineForm(),
        "ending": EndForm(),
        "keeps_account": appointer,
        "may_lock": may_lock(request, shown),
        "locked": not shown.user.is_active,
    }
    return render(request, "directory/appointment.html", context | forms)


def approval_refusals(request: ActorRequest, shown: Appointment) -> list[Refusal]:
    actor, today = request.actor, pages.today()
    return appointing.approval_refusals(
        actor,
        shown,
        approver_elsewhere=queries.another_may_approve(shown, actor, on=today),
        principals=queries.offices_of([shown.proposed_by_id, shown.user_id], on=today),
    )


@login_required
@require_POST
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    shown, form = visible_appointment(request, pk), ApproveForm(request.POST)
    decision = form.cleaned_data["decision_no"] if form.is_valid() else ""
    with pages.refusals_as_messages(request):
        actions.approve(
            actor=request.actor, appointment=shown, decision_no=decision, now=clock.now()
        )
        messages.success(request, _("任命已批准。"))
    return redirect("directory:appointment", pk=pk)


@login_required
@require_POST
def decline(request: ActorRequest, pk: int) -> HttpResponse:
    shown, form = visible_appointment(request, pk), DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, declining=form)
    with pages.refusals_as_messages(request):
        reason = form.cleaned_data["reason"]
        actions.decline(actor=request.actor, appointment=shown, reason=reason, now=clock.now())
        messages.success(request, _("已告知提请人未予批准。"))
    return redirect("directory:appointment", pk=pk)


@login_required
@require_POST
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    shown = visible_appointment(request, pk)
    with pages.refusals_as_messages(request):
        actions.withdraw(actor=request.actor, appointment=shown, now=clock.now())
        messages.success(request, _("提请已撤回。"))
    return redirect("directory:appointment", pk=pk)


@login_required
@require_POST
def end(request: ActorRequest, pk: int) -> HttpResponse:
    shown, form = visible_appointment(request, pk), EndForm(request.POST)
    facts = form.cleaned_data if form.is_valid() else {}
    with pages.refusals_as_messages(request):
        actions.end_today(actor=request.actor, appointment=shown, now=clock.now(), **facts)
        messages.success(request, _("任职已结束，权限即时收回。"))
    seen = queries.appointments_visible_to(request.actor).filter(pk=pk).exists()
    return redirect("directory:appointment", pk=pk) if seen else redirect("portal:home")


@login_required
def proposals(request: ActorRequest) -> HttpResponse:
    """What waits for the reader's approval; ticked ones are approved together."""
    actor = pages.actor_of(request, *appointing.APPOINTERS)
    rows = queries.proposals_for(actor)
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("pk") if pk.isdecimal()]
        form = ApproveForm(request.POST)
        decision = form.cleaned_data["decision_no"] if form.is_valid() else ""
        with pages.refusals_as_messages(request):
            done = actions.approve_many(
                actor=actor, appointments=list(rows.filter(pk__in=chosen)),
                decision_no=decision, now=clock.now(),
            )  # fmt: skip
            if done:
                words = ngettext("已批准 %(n)d 项任命。", "已批准 %(n)d 项任命。", done)
                messages.success(request, words % {"n": done})
            else:
                messages.info(request, _("没有勾选任命。"))
        return redirect("directory:proposals")
    context = {"rows": rows[:200], "form": ApproveForm()}
    return render(request, "directory/proposals.html", context)
