"""Who holds what: the list, proposing, slips and locks for staff accounts, histories."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.accounts.actions.people import set_active
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory import appointing, pages
from allhours.directory.actions.appointments import propose_person
from allhours.directory.actions.slips import issue_staff_slip
from allhours.directory.forms.people import AppointForm, AppointmentFilter
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Appointment
from allhours.directory.queries import organizations
from allhours.directory.queries import people as queries
from allhours.directory.shown_appointments import office_events
from allhours.directory.tables import AppointmentTable
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.lists import list_response

READERS = appointing.APPOINTERS | COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES


@login_required
def people(request: ActorRequest) -> HttpResponseBase:
    actor = pages.actor_of(request, *READERS)
    return list_response(
        request,
        "directory/people.html",
        rows=queries.appointments_visible_to(actor),
        table=AppointmentTable,
        filters=AppointmentFilter,
        name=_("任职"),
        hide=("decision_no",),
        on_export=pages.journaled(request, "appointments"),
        context={
            "may_propose": actor.holds(*appointing.PROPOSING),
            "waiting": queries.proposals_for(actor).count(),
        },
    )


@login_required
def appoint(request: ActorRequest) -> HttpResponse:
    actor = pages.actor_of(request, *appointing.PROPOSING)
    form = AppointForm(request.POST or None, actor=actor, initial={"from_on": pages.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_person(actor=actor, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("任命已提请，批准后生效。"))
            return redirect("directory:appointment", pk=made.pk)
    return render(request, "directory/appoint.html", {"form": form})


def visible_appointment(request: ActorRequest, pk: int) -> Appointment:
    """404 for one who may not see it."""
    return get_object_or_404(queries.appointments_visible_to(pages.actor_of(request)), pk=pk)


def _staff(request: ActorRequest, pk: int) -> Appointment:
    """An appointment whose holder's account one may look after."""
    pages.actor_of(request, *appointing.APPOINTERS)
    return visible_appointment(request, pk)


@login_required
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """What one person has held, of what the reader may see."""
    rows = list(queries.history_of_person(pages.actor_of(request, *READERS), pk))
    if not rows:
        raise Http404
    user = rows[0].user
    title = user.display_name or user.username
    context = {"title": title, "events": [office_events(row) for row in rows], "of_person": True}
    return render(request, "directory/office_history.html", context)


@login_required
def place(request: ActorRequest, code: str) -> HttpResponse:
    """Who has held what at one organisation."""
    actor = pages.actor_of(request, *READERS)
    rows = organizations.organizations_to_name(actor)
    organization = get_object_or_404(rows, code=code)
    history = queries.history_of_place(actor, organization)
    context = {
        "title": organization.name,
        "events": [office_events(row, person=True) for row in history],
        "of_person": False,
    }
    return render(request, "directory/office_history.html", context)


@never_cache
@login_required
@require_POST
def staff_slip(request: ActorRequest, pk: int) -> HttpResponse:
    shown = _staff(request, pk)
    back = reverse("directory:appointment", args=[pk])
    try:
        slip = issue_staff_slip(actor=request.actor, user=shown.user, now=clock.now())
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
        return redirect(back)
    return render(request, "directory/slip.html", {"slip": slip, "back": back})


@login_required
@require_POST
def lock(request: ActorRequest, pk: int) -> HttpResponse:
    """Stop the account, or open it again."""
    shown = _staff(request, pk)
    active = request.POST.get("active") == "1"
    with pages.refusals_as_messages(request):
        set_active(actor=request.actor, user=shown.user, active=active, now=clock.now())
        messages.success(request, _("账号已恢复。") if active else _("账号已停用。"))
    return redirect("directory:appointment", pk=pk)


def may_lock(request: ActorRequest, shown: Appointment) -> bool:
    actor = request.actor
    return actor.holds(Role.SECURITY_ADMIN) and actor.user_id != shown.user_id
