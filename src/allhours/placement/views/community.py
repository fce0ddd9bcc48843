"""The community's desk: who stands here, receive one or a stack, by code, return."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions import reporting as actions
from allhours.placement.choices import EndReason, PlacementState
from allhours.placement.filters import CommunitySideFilter
from allhours.placement.forms import CodeForm, EndForm, ReturnForm
from allhours.placement.models import Placement
from allhours.placement.queries import desk, person
from allhours.placement.tables import HereTable, StackTable
from allhours.placement.views.common import (
    COMMUNITY_SIDE,
    UNIT_SIDE,
    actor_of,
    community_tabs,
    journaled,
    refusals_as_messages,
    today,
)
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
        },
    )


@login_required
def here(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *COMMUNITY_SIDE)
    return list_response(
        request,
        "placement/list.html",
        rows=desk.placements_of_communities(actor).live(),
        table=HereTable,
        filters=CommunitySideFilter,
        name="members-here",
        on_export=journaled(request, "members-here"),
        context={
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
    context = {
        "card": person.card(placement, actor, today()),
        "events": person.events(placement),
        "return_form": ReturnForm(),
        "end_form": EndForm(),
    }
    return render(request, "placement/placement.html", context)


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
    with refusals_as_messages(request):
        actions.receive_member(actor=actor_of(request), placement=placement, now=clock.now())
        messages.success(
            request,
            _("已接收%(name)s同志，回执已送%(unit)s。")
            % {"name": placement.member.name, "unit": placement.unit.label},
        )
    return redirect("placement:reporting")


@login_required
@require_POST
def receive_stack(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *COMMUNITY_ROLES)
    asked = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdigit()]
    rows = desk.placements_of_communities(actor).filter(pk__in=asked)
    if not asked:
        messages.error(request, _("请先在名单中勾选要接收的同志。"))
        return redirect("placement:reporting")
    with refusals_as_messages(request):
        done, left = actions.receive_members(actor=actor, placements=rows, now=clock.now())
        if done:
            text = ngettext(
                "已接收 %(n)d 人，回执已送单位。", "已接收 %(n)d 人，回执已送单位。", done
            )
            messages.success(request, text % {"n": done})
        for placement, refusal in left[:5]:
            messages.warning(request, f"{placement.member.name}{_('：')}{refusal}")
    return redirect("placement:reporting")


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _here(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明退回原因。"))
        return redirect("placement:placement", pk)
    with refusals_as_messages(request):
        actions.return_member(
            actor=actor_of(request),
            placement=placement,
            reason=form.cleaned_data["reason"],
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
