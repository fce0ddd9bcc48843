"""Members on the desk: list, page, opening a sealed fact, correcting, activation slips."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES, Role
from allhours.directory import pages
from allhours.directory.actions import members as actions
from allhours.directory.actions import slips
from allhours.directory.forms.members import (
    MemberFilter,
    MemberForm,
    OpenFactForm,
    SlipSheetForm,
)
from allhours.directory.middleware import ActorRequest
from allhours.directory.models import Member
from allhours.directory.queries import members as queries
from allhours.directory.shown import member_facts, open_buttons
from allhours.directory.tables import MemberTable, account_state
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.scheme.queries import county, scheme_for
from allhours.ui.lists import list_response

READERS = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
KEEPERS = UNIT_ROLES | {Role.COUNTY_OFFICER}
AT_ONCE = 60  # slips that are set while one waits; more are work in the background


@login_required
def members(request: ActorRequest) -> HttpResponseBase:
    """The list within the reader's sight; an export of it is journaled."""
    actor = pages.actor_of(request, *READERS)
    return list_response(
        request,
        "directory/members.html",
        rows=queries.members_visible_to(actor),
        table=MemberTable,
        filters=MemberFilter,
        name=_("党员"),
        hide=("branch", "position", "registered_on", "left_on"),
        on_export=lambda kind, rows: actions.note_export(
            actor=actor, kind=kind, rows=rows, now=clock.now()
        ),
        context={"keeps": actor.holds(*KEEPERS)},
    )


def _member(request: ActorRequest, member_no: str) -> Member:
    actor = pages.actor_of(request, *READERS)
    return get_object_or_404(queries.members_visible_to(actor), member_no=member_no)


@never_cache
@login_required
def member(request: ActorRequest, member_no: str) -> HttpResponse:
    return _member_page(request, _member(request, member_no))


def _member_page(
    request: ActorRequest, shown: Member, opened: dict[str, str] | None = None, **extra: Any
) -> HttpResponse:
    actor = request.actor
    scheme = scheme_for(on=pages.today())
    keeps = queries.may_edit(actor, shown)
    context = {
        "member": shown,
        "facts": member_facts(shown, actor, scheme, opened or {}),
        "opened": opened or {},
        "open_buttons": open_buttons(shown, actor),
        "purposes": OpenFactForm(scheme=scheme),
        "keeps": keeps and shown.left_on is None,
        "account": account_state(shown.user) if keeps else "",
        "may_confirm": (keeps or queries.receives(actor, shown))
        and shown.residence is not None
        and not shown.residence_confirmed,
    }
    return render(request, "directory/member.html", context | extra)


@never_cache
@login_required
@require_POST
def open_fact(request: ActorRequest, member_no: str, fact: str) -> HttpResponse:
    """Shows the plain value once, in the answer to this very request."""
    shown = _member(request, member_no)
    if fact not in actions.SEALED:
        raise Http404
    form = OpenFactForm(request.POST, scheme=scheme_for(on=pages.today()))
    opened: dict[str, str] = {}
    if not form.is_valid():
        messages.error(request, _("请选择查看的用途。"))
    else:
        with pages.refusals_as_messages(request):
            opened[fact] = actions.open_fact(
                actor=request.actor,
                member=shown,
                fact=fact,
                purpose=form.cleaned_data["purpose"],
                now=clock.now(),
            )
    return _member_page(request, shown, opened)


@login_required
def member_edit(request: ActorRequest, member_no: str) -> HttpResponse:
    shown = _member(request, member_no)
    if not queries.may_edit(request.actor, shown):
        raise Http404
    form = MemberForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_member(actor=request.actor, member=shown, now=clock.now(), **form.facts())
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("已更正。"))
            return redirect("directory:member", member_no=member_no)
    return render(request, "directory/member_edit.html", {"form": form, "member": shown})


@login_required
@require_POST
def residence_confirmed(request: ActorRequest, member_no: str) -> HttpResponse:
    shown = _member(request, member_no)
    with pages.refusals_as_messages(request):
        actions.confirm_residence(actor=request.actor, member=shown, now=clock.now())
        messages.success(request, _("居住社区已核实。"))
    return redirect("directory:member", member_no=member_no)


@never_cache
@login_required
@require_POST
def member_slip(request: ActorRequest, member_no: str) -> HttpResponse:
    """A fresh slip for one member: first activation, or recovery of a lost password."""
    shown = _member(request, member_no)
    try:
        [slip] = slips.issue_member_slips(actor=request.actor, members=[shown], now=clock.now())
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
        return redirect("directory:member", member_no=member_no)
    back = reverse("directory:member", args=[member_no])
    return render(request, "directory/slip.html", {"slip": slip, "back": back})


@never_cache
@login_required
def slip_sheet(request: ActorRequest) -> HttpResponse:
    """All members of the reader's units who never set a password, on paper."""
    actor = pages.actor_of(request, *KEEPERS)
    form = SlipSheetForm(request.POST or None, actor=actor)
    if request.method != "POST" or not form.is_valid():
        waiting = queries.members_to_activate_for(actor).count()
        return render(request, "directory/slip_sheet.html", {"waiting": waiting, "form": form})
    unit, url = form.cleaned_data["unit"], request.build_absolute_uri(reverse("accounts:activate"))
    try:
        if queries.members_to_activate_for(actor, unit).count() > AT_ONCE:
            job = slips.start_slip_run(actor=actor, unit=unit, url=url, now=clock.now())
            return redirect("jobs:show", code=job.code)
        office = county().office or county().name
        pdf, _count = slips.print_slips(
            actor=actor, unit=unit, county=office, url=url, now=clock.now()
        )
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
        return redirect("directory:slips")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="slips.pdf"'
    return response
