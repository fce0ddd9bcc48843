"""The member's own page: my community and why, my letter, I am here, I object."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.kernel import clock
from allhours.placement import reasons, sheets
from allhours.placement.actions import reporting, rounds
from allhours.placement.forms import ContestForm
from allhours.placement.queries import desk, person
from allhours.placement.sheets.held import qr, scan_url
from allhours.placement.views.common import actor_of, refusals_as_messages, today
from allhours.placement.views.printing import base_url, sheets_page
from allhours.scheme.queries import scheme_for


def _member_id(request: HttpRequest) -> int:
    member_id = actor_of(request).member_id
    if member_id is None:
        raise Http404
    return member_id


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    member_id = _member_id(request)
    placement = desk.placement_of(member_id)
    proposal = desk.open_proposal_of(member_id)
    letter = desk.letter_of(placement) if placement else None
    code_url = letter and scan_url(letter.code, base_url(request))
    reporting = scheme_for(today()).reporting
    last_day = rounds.last_contest_day(proposal.round) if proposal else None
    context = {
        "placement": placement,
        "steps": person.steps(placement, reporting=reporting),
        "needs_letter": reporting.requires_letter,
        "has_receipt": bool(reporting.papers_at("receive")),
        "letter": letter,
        "letter_expired": bool(letter and letter.valid_until < today()),
        "qr": qr(code_url) if code_url else "",
        "can_present": person.can_present(placement, letter, today()),
        "proposal": proposal,
        "sentence": reasons.sentence(proposal.reason, proposal.params) if proposal else "",
        "is_pending": proposal is not None and proposal.round.adopted_at is None,
        "can_contest": proposal is not None and (last_day is None or today() <= last_day),
        "last_day": last_day,
        "contest_form": ContestForm(),
        "excusal": desk.excused_now(member_id, today()),
    }
    return render(request, "placement/mine.html", context)


@login_required
@require_POST
def present(request: HttpRequest) -> HttpResponse:
    placement = desk.placement_of(_member_id(request))
    if placement is None:
        raise Http404
    with refusals_as_messages(request):
        reporting.present_letter(actor=actor_of(request), placement=placement, now=clock.now())
        messages.success(request, _("已告知%s，请等待接收。") % placement.community.label)
    return redirect("placement:mine")


@login_required
@require_POST
def contest(request: HttpRequest) -> HttpResponse:
    proposal = desk.open_proposal_of(_member_id(request))
    if proposal is None:
        raise Http404
    form = ContestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明异议的内容，300字以内。"))
        return redirect("placement:mine")
    with refusals_as_messages(request):
        rounds.contest_proposal(
            actor=actor_of(request),
            proposal=proposal,
            text=form.cleaned_data["text"],
            now=clock.now(),
        )
        messages.success(request, _("异议已提交，由工作人员人工核定。"))
    return redirect("placement:mine")


@never_cache
@login_required
def letter(request: HttpRequest) -> HttpResponse:
    """The member's own letter, to print or to show."""
    return _own_sheet(request, sheets.letter_code(scheme_for(today())))


@never_cache
@login_required
def receipt(request: HttpRequest) -> HttpResponse:
    """The member's own receipt, once the community has received them."""
    return _own_sheet(request, sheets.receipt_code(scheme_for(today())))


def _own_sheet(request: HttpRequest, code: str) -> HttpResponse:
    placement = desk.placement_of(_member_id(request))
    if placement is None:
        raise Http404
    title = sheets.title_of(code, scheme_for(today()))
    return sheets_page(request, code, [placement], back=reverse("placement:mine"), title=title)
