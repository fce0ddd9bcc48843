"""The county's workbench: rounds, proposals, placing by hand, rates."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COUNTY_ROLES, Role
from allhours.kernel import clock
from allhours.placement import reasons
from allhours.placement.actions import rounds as actions
from allhours.placement.choices import RoundState
from allhours.placement.filters import MemberFilter, ProposalFilter
from allhours.placement.forms import AnswerForm, PlaceForm, RoundForm
from allhours.placement.models import Proposal, Round
from allhours.placement.queries import desk, papers
from allhours.placement.tables import ProposalTable, UnplacedTable
from allhours.placement.views.common import (
    actor_of,
    county_tabs,
    journaled,
    refusals_as_messages,
    today,
)
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact

ROUND_KINDS = {"draft": "neutral", "proposed": "warn", "adopted": "ok", "dropped": "neutral"}


def _round(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(desk.rounds_visible_to(actor_of(request, *COUNTY_ROLES)), pk=pk)


@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds so far; a new one is named and solved in the background."""
    actor = actor_of(request, *COUNTY_ROLES)
    found = list(desk.rounds_visible_to(actor)[:20])
    form = RoundForm(
        request.POST or None,
        initial={"name": _("%(year)s年第%(n)s轮") % {"year": today().year, "n": len(found) + 1}},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            job = actions.start_proposing(
                actor=actor, name=form.cleaned_data["name"], now=clock.now()
            )
            return redirect("jobs:show", job.code)
    context = {
        "tabs": county_tabs("rounds"),
        "form": form if actor.holds(Role.COUNTY_OFFICER) else None,
        "rounds": [(each, ROUND_KINDS[each.state]) for each in found],
        "unplaced": desk.without_placement(today(), actor=actor).count(),
    }
    return render(request, "placement/rounds.html", context)


@login_required
def show_round(request: HttpRequest, pk: int) -> HttpResponseBase:
    round_ = _round(request, pk)
    actor = actor_of(request)
    is_officer = actor.holds(Role.COUNTY_OFFICER)
    communities = round_.report.get("communities", [])
    return list_response(
        request,
        "placement/round.html",
        rows=desk.proposals_of(round_, actor),
        table=ProposalTable,
        filters=ProposalFilter,
        name="placement",
        on_export=journaled(request, "proposals"),
        context={
            "round": round_,
            "kind": ROUND_KINDS[round_.state],
            "is_open": is_officer and round_.state in actions.OPEN,
            "can_adopt": is_officer and round_.state == RoundState.PROPOSED,
            "report": round_.report,
            "gap": (round_.objective or 0) - (round_.bound or 0),
            "placed": sum(row["placed"] for row in communities),
            "largest": max((max(row["placed"], row["before"]) for row in communities), default=1),
            "contested": desk.contested_in(round_),
        },
    )


@login_required
@require_POST
def solve_round(request: HttpRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    target = reverse("placement:round", args=[pk])
    with refusals_as_messages(request):
        job = actions.start_proposing(actor=actor_of(request), name=round_.name, now=clock.now())
        target = reverse("jobs:show", args=[job.code])
    return redirect(target)


@login_required
@require_POST
def adopt_round(request: HttpRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    with refusals_as_messages(request):
        new, moved = actions.adopt_round(actor=actor_of(request), round_=round_, now=clock.now())
        messages.success(
            request,
            _("已采用：新编入 %(new)d 人，调整 %(moved)d 人，其余保持不变。")
            % {"new": new, "moved": moved},
        )
    return redirect("placement:round", pk)


@login_required
@require_POST
def drop_round(request: HttpRequest, pk: int) -> HttpResponse:
    with refusals_as_messages(request):
        actions.drop_round(actor=actor_of(request), round_=_round(request, pk), now=clock.now())
        messages.success(request, _("这一轮已放弃，没有改动任何人的编入。"))
    return redirect("placement:rounds")


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    actor = actor_of(request, *COUNTY_ROLES)
    return get_object_or_404(desk.proposals_visible_to(actor), pk=pk)


@login_required
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    found = _proposal(request, pk)
    member = found.member
    context = {
        "proposal": found,
        "sentence": reasons.sentence(found.reason, found.params),
        "is_officer": actor_of(request).holds(Role.COUNTY_OFFICER),
        "is_open": found.round.state in actions.OPEN,
        "form": PlaceForm(initial={"community": found.community_id}),
        "answer_form": AnswerForm(),
        "facts": [
            Fact(_("编号"), member.member_no),
            Fact(_("单位"), member.unit.label),
            Fact(_("现居住地"), member.address or "—"),
            Fact(_("居住社区"), member.residence.label if member.residence else _("不详")),
            Fact(_("现在编入"), desk.label_of_place(member.pk) or _("未编入")),
            Fact(_("建议编入"), found.community.label if found.community else _("未编入")),
        ],
    }
    return render(request, "placement/proposal.html", context)


@login_required
@require_POST
def move_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    found = _proposal(request, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择一个社区。"))
        return redirect("placement:proposal", pk)
    with refusals_as_messages(request):
        actions.move_proposal(
            actor=actor_of(request),
            proposal=found,
            community=form.cleaned_data["community"],
            now=clock.now(),
        )
        messages.success(request, _("已调整并锁定，重新运算时不会改动。"))
    return redirect("placement:proposal", pk)


@login_required
@require_POST
def set_lock(request: HttpRequest, pk: int) -> HttpResponse:
    found = _proposal(request, pk)
    locked = request.POST.get("locked") == "1"
    with refusals_as_messages(request):
        actions.set_lock(actor=actor_of(request), proposal=found, locked=locked, now=clock.now())
        messages.success(request, _("已锁定。") if locked else _("已解除锁定。"))
    return redirect("placement:proposal", pk)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the officer says to a member's objection, before or after adoption."""
    found = _proposal(request, pk)
    with refusals_as_messages(request):
        actions.answer_contest(
            actor=actor_of(request),
            proposal=found,
            text=request.POST.get("text", "")[:300],
            now=clock.now(),
        )
        messages.success(request, _("已答复，本人已收到通知。"))
    return redirect("placement:proposal", pk)


@login_required
def unplaced(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *COUNTY_ROLES)
    rows = papers.with_wanted(desk.without_placement(today(), actor=actor))
    rows = rows.select_related("unit", "residence")
    return list_response(
        request,
        "placement/list.html",
        rows=rows.order_by("member_no"),
        table=UnplacedTable,
        filters=MemberFilter,
        name="unplaced",
        on_export=journaled(request, "unplaced"),
        context={
            "tabs": county_tabs("unplaced"),
            "title": _("未编入社区的党员"),
            "lead": _("可以运算一轮编入建议，也可以逐人指定。"),
        },
    )


@login_required
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One member by hand, outside any round."""
    actor = actor_of(request, *COUNTY_ROLES)
    member = get_object_or_404(desk.members_of_units(actor), pk=pk)
    wanted = papers.wanted_of(member.pk)
    form = PlaceForm(request.POST or None, initial={"community": wanted and wanted.pk})
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            actions.place_member(
                actor=actor,
                member=member,
                community=form.cleaned_data["community"],
                now=clock.now(),
            )
            messages.success(request, _("已编入%s。") % form.cleaned_data["community"].label)
            return redirect("placement:unplaced")
    context = {
        "form": form,
        "facts": [
            Fact(_("姓名"), member.name),
            Fact(_("单位"), member.unit.label),
            Fact(_("现居住地"), member.address or "—"),
            Fact(_("现在编入"), desk.label_of_place(member.pk) or _("未编入")),
            Fact(_("单位报请编入"), wanted.label if wanted else "—"),
        ],
    }
    return render(request, "placement/place.html", context)
