"""Who holds what: appointing, ending, slips and locks for staff accounts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.accounts.actions.people import set_active
from allhours.accounts.choices import Role
from allhours.directory import pages
from allhours.directory.actions.appointments import appoint_person, end_today
from allhours.directory.actions.slips import issue_staff_slip
from allhours.directory.forms.people import AppointForm, AppointmentFilter, EndForm
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Appointment
from allhours.directory.queries import people as queries
from allhours.directory.tables import AppointmentTable, account_state
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact

APPOINTERS = (Role.COUNTY_OFFICER, Role.SECURITY_ADMIN)


@login_required
def people(request: ActorRequest) -> HttpResponseBase:
    actor = pages.actor_of(request, *APPOINTERS)
    return list_response(
        request,
        "directory/people.html",
        rows=queries.appointments_visible_to(actor),
        table=AppointmentTable,
        filters=AppointmentFilter,
        name=_("任职"),
        hide=("decision_no",),
    )


@login_required
def appoint(request: ActorRequest) -> HttpResponse:
    actor = pages.actor_of(request, *APPOINTERS)
    form = AppointForm(request.POST or None, actor=actor, initial={"from_on": pages.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = appoint_person(actor=actor, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("任职已登记。"))
            return redirect("directory:appointment", pk=made.pk)
    return render(request, "directory/appoint.html", {"form": form})


def _appointment(request: ActorRequest, pk: int) -> Appointment:
    actor = pages.actor_of(request, *APPOINTERS)
    return get_object_or_404(queries.appointments_visible_to(actor), pk=pk)


@login_required
def appointment(request: ActorRequest, pk: int) -> HttpResponse:
    shown = _appointment(request, pk)
    user = shown.user
    until = shown.until_on
    rows = [
        Fact(_("姓名"), user.display_name or "—"),
        Fact(_("用户名"), user.username),
        Fact(_("职务"), Role(shown.role).label),
        Fact(_("任职单位"), shown.organization.name),
        Fact(_("任命文号"), shown.decision_no or "—"),
        Fact(_("任职日期"), str(shown.from_on)),
        Fact(_("任期至"), str(until or _("没有期限"))),
        Fact(_("账号"), account_state(user)),
    ]
    context = {
        "appointment": shown,
        "person": user.display_name or user.username,
        "facts": rows,
        "in_force": until is None or until >= pages.today(),
        "ending": EndForm(),
        "may_lock": request.actor.holds(Role.SECURITY_ADMIN) and request.actor.user_id != user.pk,
        "locked": not user.is_active,
    }
    return render(request, "directory/appointment.html", context)


@login_required
@require_POST
def end(request: ActorRequest, pk: int) -> HttpResponse:
    shown = _appointment(request, pk)
    form = EndForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with pages.refusals_as_messages(request):
        end_today(actor=request.actor, appointment=shown, reason=reason, now=clock.now())
        messages.success(request, _("任职已结束，权限即时收回。"))
    return redirect("directory:appointment", pk=pk)


@never_cache
@login_required
@require_POST
def staff_slip(request: ActorRequest, pk: int) -> HttpResponse:
    shown = _appointment(request, pk)
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
    shown = _appointment(request, pk)
    active = request.POST.get("active") == "1"
    with pages.refusals_as_messages(request):
        set_active(actor=request.actor, user=shown.user, active=active, now=clock.now())
        messages.success(request, _("账号已恢复。") if active else _("账号已停用。"))
    return redirect("directory:appointment", pk=pk)
