"""The community's desk: who stands here, receive one or a stack, by code, return."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions import receipts as receipt_actions
from allhours.placement.actions import reporting as actions
from allhours.placement.choices import EndReason, PlacementState
from allhours.placement.filters import CommunitySideFilter, UnitSideFilter
from allhours.placement.forms import (
    CodeForm,
    EndForm,
    PlaceForm,
    PlacesForm,
    ReasonForm,
    StackForm,
)
from allhours.placement.models import Placement
from allhours.placement.queries import desk, papers, person
from allhours.placement.tables import HereTable, ReceiptTable, StackTable
from allhours.placement.views.common import (
    COMMUNITY_SIDE,
    UNIT_SIDE,
    actor_of,
    community_tabs,
    journaled,
    refusals_as_messages,
    say_acknowledged,
    sheet_links,
    today,
)
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response


def _here(request: HttpRequest, pk: int) -> Placement:
    actor = actor_of(request, *COMMUNITY_SIDE)
    return get_object_or_404(desk.placements_of_communities(actor), pk=pk)


@login_required
def desk_home(request: HttpRequest) -> HttpResponseBase:
    """The stack that waits, and beside it whoever has waited longest."""
    actor = actor_of(request, *COMMUNITY_SIDE)
    first = desk.to_receive(actor).first()
    return list_response(
        request,
        "placement/reporting.html",
        rows=desk.to_receive(actor),
        table=StackTable,
        name="to-receive",
        hide=() if actor.holds(*COUNTY_ROLES) else ("community",),
        can_export=False,
        context={
            "tabs": community_tabs("reporting"),
            "code_form": CodeForm(initial={"code": request.GET.get("code", "")}),
            "first": first and person.card(first, actor, today()),
            "coming": desk.expected_here(actor).count(),
            "received": desk.placements_of_communities(actor)
            .filter(state=PlacementState.REPORTED)
            .count(),
            "receives": actor.holds(*COMMUNITY_ROLES),
            "stack_form": StackForm(branches=papers.branches_on_desk(actor), auto_id="stack_%s"),
            "places_form": first and PlacesForm(community=first.community),
            "links": sheet_links(actor, "receive"),
        },
    )


@login_required
def here(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *COMMUNITY_SIDE)
    return list_response(
        request,
        "placement/here.html",
        rows=desk.placements_of_communities(actor).live(),
        table=HereTable,
        filters=CommunitySideFilter,
        name="members-here",
        on_export=journaled(request, "members-here"),
        context={
            "links": [
                *sheet_links(actor, "receive", query=request.GET.urlencode()),
                *sheet_links(actor, "present", query=request.GET.urlencode()),
            ],
            "tabs": community_tabs("here"),
            "title": _("本社区党员"),
            "lead": _("编入本社区的党员，含尚未报到的。"),
        },
    )


@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One placement, for either side: how far it has come, and the next step."""
    actor = actor_of(request, *UNIT_SIDE, *COMMUNITY_SIDE)
    placement = get_object_or_404(desk.placements_visible_to(actor), pk=pk)
    reporting = scheme_for(today()).reporting
    card = person.card(placement, actor, today())
    context = {
        "card": card,
        "events": person.events(placement),
        "return_form": ReasonForm(reasons=reporting.return_reasons, auto_id="return_%s"),
        "void_form": ReasonForm(reasons=reporting.void_reasons, auto_id="void_%s"),
        "anew_form": ReasonForm(reasons=reporting.void_reasons, auto_id="anew_%s"),
        "place_form": PlaceForm(initial={"community": placement.wanted_community_id}),
        "places_form": _places_form(card),
        "end_form": EndForm(),
    }
    return render(request, "placement/placement.html", context)


def _places_form(card: person.Card) -> PlacesForm | None:
    """Shown where the desk may receive the member or move them within the community."""
    if not (card.can_receive or card.can_move):
        return None
    row = card.placement
    initial = {"branch": row.branch_id, "grid": row.grid_id, "team": row.team_id}
    return PlacesForm(community=row.community, initial=initial)


@login_required
@require_POST
def by_code(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *COMMUNITY_ROLES)
    form = CodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请输入证明信编码。"))
        return redirect("placement:reporting")
    try:
        placement = actions.present_by_code(
            actor=actor, code=form.cleaned_data["code"], now=clock.now()
        )
    except Refused as refused:
        messages.error(request, refused.sentences[0])
        return redirect("placement:reporting")
    return redirect("placement:placement", placement.pk)


@login_required
@require_POST
def present(request: HttpRequest, pk: int) -> HttpResponse:
    with refusals_as_messages(request):
        actions.present_at_desk(
            actor=actor_of(request), placement=_here(request, pk), now=clock.now()
        )
    return redirect("placement:placement", pk)


@login_required
@require_POST
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _here(request, pk)
    form = PlacesForm(request.POST, community=placement.community)
    if not form.is_valid():
        messages.error(request, _("请选择本社区的临时党支部、网格或服务队。"))
        return redirect("placement:placement", pk)
    with refusals_as_messages(request):
        actions.receive_member(
            actor=actor_of(request), placement=placement, now=clock.now(), **form.chosen
        )
        messages.success(request, _("已接收%s同志，回执已送出。") % placement.member.name)
    return redirect("placement:reporting")


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """A received member joins another branch, grid or team of the community."""
    placement = _here(request, pk)
    form = PlacesForm(request.POST, community=placement.community)
    branch = form.chosen["branch"] if form.is_valid() else None
    if branch is None:
        messages.error(request, _("请选择本社区的临时党支部。"))
        return redirect("placement:placement", pk)
    with refusals_as_messages(request):
        actions.change_place(
            actor=actor_of(request),
            placement=placement,
            branch=branch,
            grid=form.chosen["grid"],
            team=form.chosen["team"],
            now=clock.now(),
        )
        messages.success(request, _("已改编入%s。") % branch.label)
    return redirect("placement:placement", pk)


@login_required
@require_POST
def receive_stack(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *COMMUNITY_ROLES)
    asked = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdigit()]
    rows = desk.placements_of_communities(actor).filter(pk__in=asked)
    if not asked:
        messages.error(request, _("请先在名单中勾选要接收的同志。"))
        return redirect("placement:reporting")
    form = StackForm(request.POST, branches=papers.branches_on_desk(actor))
    branch = form.cleaned_data["branch"] if form.is_valid() else None
    with refusals_as_messages(request):
        done, left = actions.receive_members(
            actor=actor, placements=rows, branch=branch, now=clock.now()
        )
        if done:
            text = ngettext("已接收 %(n)d 人，回执已送出。", "已接收 %(n)d 人，回执已送出。", done)
            messages.success(request, text % {"n": done})
        for placement, refusal in left[:5]:
            messages.warning(request, f"{placement.member.name}{_('：')}{refusal}")
    return redirect("placement:reporting")


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _here(request, pk)
    form = ReasonForm(request.POST, reasons=scheme_for(today()).reporting.return_reasons)
    if not form.is_valid():
        messages.error(request, _("请选择退回原因，或写明原因。"))
        return redirect("placement:placement", pk)
    with refusals_as_messages(request):
        actions.return_member(
            actor=actor_of(request),
            placement=placement,
            reason=form.text,
            now=clock.now(),
        )
        messages.success(request, _("已退回，单位会看到原因。"))
    return redirect("placement:reporting")


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit or the county ends a placement."""
    actor = actor_of(request, *UNIT_SIDE)
    placement = get_object_or_404(desk.placements_of_units(actor), pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择原因。"))
        return redirect("placement:placement", pk)
    with refusals_as_messages(request):
        actions.end_placement(
            actor=actor,
            placement=placement,
            reason=EndReason(form.cleaned_data["reason"]),
            now=clock.now(),
        )
        messages.success(request, _("这次编入已结束。"))
    return redirect("placement:placement", pk)


@login_required
def branch_receipts(request: HttpRequest) -> HttpResponseBase:
    """Receipts that the scheme sends to the temporary branch (S3)."""
    actor = actor_of(request, *COMMUNITY_SIDE)
    return list_response(
        request,
        "placement/receipts.html",
        rows=papers.branch_receipts(actor),
        table=ReceiptTable,
        filters=UnitSideFilter,
        name="branch-receipts",
        on_export=journaled(request, "branch-receipts"),
        context={
            "tabs": community_tabs("branch-receipts"),
            "title": _("收到的回执"),
            "lead": _("社区接收后，回执自动送到所属临时党支部。"),
            "open": papers.branch_receipts_open(actor).count(),
            "acknowledge_url": reverse("placement:acknowledge-branch"),
            "links": sheet_links(actor, "receive", query=request.GET.urlencode()),
        },
    )


@login_required
@require_POST
def acknowledge_branch(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *COMMUNITY_SIDE)
    with refusals_as_messages(request):
        done = receipt_actions.acknowledge_receipts(
            actor=actor, placements=papers.branch_receipts_open(actor), now=clock.now()
        )
        say_acknowledged(request, done)
    return redirect("placement:branch-receipts")


@login_required
@require_POST
def acknowledge_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt, from its page, by whoever it came back to."""
    actor = actor_of(request, *UNIT_SIDE, *COMMUNITY_SIDE)
    placement = get_object_or_404(desk.placements_visible_to(actor), pk=pk)
    with refusals_as_messages(request):
        receipt_actions.acknowledge_receipt(actor=actor, placement=placement, now=clock.now())
        messages.success(request, _("回执已签收。"))
    return redirect("placement:placement", pk)
