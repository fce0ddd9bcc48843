"""Corrections on the desk of their keepers: unit, community, county."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory import pages
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.rights.actions import corrections as actions
from allhours.rights.forms import AnswerForm
from allhours.rights.models import Correction
from allhours.rights.pages import correction_page
from allhours.rights.queries.corrections import corrections_visible_to
from allhours.rights.tables import CorrectionTable
from allhours.ui.lists import list_response

KEEPERS = (*sorted(UNIT_ROLES | COMMUNITY_ROLES), Role.COUNTY_OFFICER)


@login_required
def corrections(request: ActorRequest) -> HttpResponseBase:
    actor = pages.actor_of(request, *KEEPERS)
    return list_response(
        request,
        "rights/corrections.html",
        rows=corrections_visible_to(actor),
        table=CorrectionTable,
        name=_("更正申请"),
        on_export=pages.journaled(request, "corrections"),
    )


def _correction(request: ActorRequest, code: str) -> Correction:
    actor = pages.actor_of(request, *KEEPERS)
    return get_object_or_404(corrections_visible_to(actor), code=code)


@never_cache
@login_required
def correction(request: ActorRequest, code: str) -> HttpResponse:
    """What was asked, with the value as the member wrote it; to be decided by its keeper."""
    found = _correction(request, code)
    may = actions.may_decide(request.actor, found)
    return render(request, "rights/correction.html", correction_page(found, may=may))


@login_required
@require_POST
def accept(request: ActorRequest, code: str) -> HttpResponse:
    found = _correction(request, code)
    with pages.refusals_as_messages(request):
        actions.accept_correction(
            actor=request.actor, correction=found, answer=_words(request), now=clock.now()
        )
        messages.success(request, _("已按申请更正，申请人已收到通知。"))
    return redirect("rights:correction", code=code)


@login_required
@require_POST
def decline(request: ActorRequest, code: str) -> HttpResponse:
    found = _correction(request, code)
    with pages.refusals_as_messages(request):
        actions.decline_correction(
            actor=request.actor, correction=found, reason=_words(request), now=clock.now()
        )
        messages.success(request, _("已答复申请人。"))
    return redirect("rights:correction", code=code)


def _words(request: ActorRequest) -> str:
    form = AnswerForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""
