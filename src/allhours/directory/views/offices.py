"""我的职务: one's own offices, and handing one to somebody for a time."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from allhours.directory import pages
from allhours.directory.actions import delegations as actions
from allhours.directory.choices import AppointmentState
from allhours.directory.forms.people import DelegateForm
from allhours.directory.middleware import ActorRequest
from allhours.directory.queries import people as queries
from allhours.directory.shown_appointments import office_events
from allhours.kernel import clock
from allhours.kernel.errors import Refused


@login_required
def mine(request: ActorRequest) -> HttpResponse:
    actor, today = pages.actor_of(request), pages.today()
    rows = list(queries.offices_held_by(actor))
    own = [row for row in rows if row.user_id == actor.user_id]
    held = {row.pk for row in own if row.acting_for_id is None}
    offices = [
        (row, office_events(row), row.pk in held and _may_delegate(row, today)) for row in own
    ]
    given = [(row, office_events(row, person=True)) for row in rows if row.acting_for_id in held]
    return render(request, "directory/offices.html", {"offices": offices, "given": given})


def _may_delegate(row: object, today: object) -> bool:
    until = getattr(row, "until_on", None)
    state = getattr(row, "state", "")
    return state == AppointmentState.IN_FORCE and (until is None or until >= today)


@login_required
def delegate(request: ActorRequest, pk: int) -> HttpResponse:
    actor = pages.actor_of(request)
    shown = get_object_or_404(queries.offices_held_by(actor), pk=pk)
    if shown.user_id != actor.user_id:
        raise Http404
    form = DelegateForm(request.POST or None, appointment=shown, initial={"from_on": pages.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.delegate_to(
                actor=actor, appointment=shown, now=clock.now(), **form.cleaned_data
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            waits = made.state == AppointmentState.PROPOSED
            messages.success(
                request, _("代理已提请，批准后生效。") if waits else _("代理已登记，到期自动收回。")
            )
            return redirect("directory:my-offices")
    context = {"form": form, "office": office_events(shown), "appointment": shown}
    return render(request, "directory/delegate.html", context)
