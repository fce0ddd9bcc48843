"""结对共建 and 联系点, with their visits and the matters raised on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.kernel import clock
from allhours.placement.actions import contacts, pairings
from allhours.placement.choices import PairingState
from allhours.placement.models import ContactPoint, Pairing
from allhours.placement.partnership_forms import (
    ContactPointForm,
    OutcomeForm,
    PairingForm,
    ReasonForm,
    VisitForm,
)
from allhours.placement.partnership_tables import (
    PAIRING_KINDS,
    ContactPointTable,
    PairingTable,
    VisitTable,
)
from allhours.placement.queries import partnerships as queries
from allhours.placement.views.common import actor_of, journaled, refusals_as_messages, today
from allhours.placement.views.unit_reports import partnership_tabs
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact


@login_required
def pairing_list(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.SIDES)
    cobuilding = scheme_for(today()).organisations.cobuilding
    return list_response(
        request,
        "placement/partnership_list.html",
        rows=queries.with_visits(queries.pairings_visible_to(actor), today()),
        table=PairingTable,
        name="pairings",
        on_export=journaled(request, "pairings"),
        context={
            "tabs": partnership_tabs("pairings"),
            "title": _("结对共建"),
            "lead": cobuilding.title or _("单位党组织与社区党组织结对，定期走访。"),
            "new": "placement:pairing-new" if actor.holds(*queries.WRITERS) else "",
            "new_label": _("结对…"),
        },
    )


@login_required
def pairing_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *queries.WRITERS)
    form = PairingForm(
        request.POST or None,
        units=queries.units_of(actor),
        communities=queries.communities_for(actor),
        aspects=pairings.aspects(today()),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            pairing = pairings.propose_pairing(
                actor=actor,
                unit=form.cleaned_data["unit"],
                community=form.cleaned_data["community"],
                agreement=form.agreement,
                now=clock.now(),
            )
            live = pairing.state == PairingState.LIVE
            messages.success(request, _("已结对。") if live else _("已提出，等对方确认。"))
            return redirect("placement:pairing", pairing.pk)
    context = {
        "form": form,
        "title": _("单位与社区结对共建"),
        "lead": _("由一方提出，另一方确认后生效。"),
        "back": "placement:pairings",
        "submit": _("提出结对"),
    }
    return render(request, "placement/partnership_form.html", context)


def _pairing(request: HttpRequest, pk: int) -> Pairing:
    actor = actor_of(request, *queries.SIDES)
    return get_object_or_404(queries.pairings_visible_to(actor), pk=pk)


@login_required
def pairing(request: HttpRequest, pk: int) -> HttpResponse:
    return _pairing_page(request, _pairing(request, pk), VisitForm(today=today()))


def _pairing_page(request: HttpRequest, row: Pairing, form: VisitForm) -> HttpResponse:
    actor = actor_of(request)
    titles = pairings.aspects(today())
    by_unit = actor.holds(*UNIT_ROLES, over=row.unit.path)
    by_community = actor.holds(*COMMUNITY_ROLES, over=row.community.path)
    officer = actor.holds(Role.COUNTY_OFFICER)
    asked = row.state == PairingState.PROPOSED
    other_side = by_unit if row.proposed_by_community else by_community
    writes = by_unit or by_community or officer
    context = {
        "pairing": row,
        "kind": PAIRING_KINDS[row.state],
        "facts": [
            Fact(_("自"), row.since or "—"),
            Fact(_("至"), row.until or "—"),
            *(Fact(titles.get(code, code), text) for code, text in row.agreement.items()),
            *([Fact(_("原因"), row.reason)] if row.reason else []),
        ],
        "visits": queries.visits_of(row),
        "can_agree": asked and (other_side or officer),
        "can_decline": asked and writes,
        "visit_form": form if row.state == PairingState.LIVE and writes else None,
        "can_end": row.state == PairingState.LIVE and writes,
        "writes": writes,
        "reason_form": ReasonForm(),
        "outcome_form": OutcomeForm(),
        "tabs": partnership_tabs("pairings"),
    }
    return render(request, "placement/pairing.html", context)


@login_required
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    row = _pairing(request, pk)
    with refusals_as_messages(request):
        pairings.agree_pairing(actor=actor_of(request), pairing=row, now=clock.now())
        messages.success(request, _("已结对。"))
    return redirect("placement:pairing", pk)


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    row = _pairing(request, pk)
    with refusals_as_messages(request):
        pairings.decline_pairing(
            actor=actor_of(request),
            pairing=row,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
        messages.success(request, _("已答复。"))
    return redirect("placement:pairing", pk)


@login_required
@require_POST
def pairing_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = _pairing(request, pk)
    with refusals_as_messages(request):
        pairings.end_pairing(
            actor=actor_of(request),
            pairing=row,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
        messages.success(request, _("结对已结束，走访记录保留。"))
    return redirect("placement:pairing", pk)


@login_required
@require_POST
def pairing_visit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _pairing(request, pk)
    form = VisitForm(request.POST, today=today())
    if _noted(request, row, form):
        return redirect("placement:pairing", pk)
    return _pairing_page(request, row, form)


def _noted(request: HttpRequest, of: Pairing | ContactPoint, form: VisitForm) -> bool:
    if not form.is_valid():
        return False
    with refusals_as_messages(request) as answers:
        contacts.note_visit(actor=actor_of(request), of=of, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("走访已登记。"))
    return not answers.refused


# ---- contact points ----------------------------------------------------------------------------


@login_required
def point_list(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.SIDES)
    return list_response(
        request,
        "placement/partnership_list.html",
        rows=queries.with_leader_visits(queries.contact_points_visible_to(actor), today()),
        table=ContactPointTable,
        name="contact-points",
        on_export=journaled(request, "contact-points"),
        context={
            "tabs": partnership_tabs("contact-points"),
            "title": _("领导干部联系点"),
            "lead": _("领导干部联系社区，定期走访，提出的事项有办理结果。"),
            "new": "placement:contact-point-new" if actor.holds(*contacts.SETTERS) else "",
            "new_label": _("设联系点…"),
        },
    )


@login_required
def point_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *contacts.SETTERS)
    form = ContactPointForm(
        request.POST or None,
        leaders=queries.leaders_of(actor),
        communities=queries.communities_for(actor),
    )
    if request.method == "POST" and form.is_valid():
        leader = form.cleaned_data["leader"]
        with refusals_as_messages(request):
            point = contacts.set_contact_point(
                actor=actor,
                leader=leader,
                community=form.cleaned_data["community"],
                position=form.cleaned_data["position"] or leader.position,
                now=clock.now(),
            )
            messages.success(request, _("联系点已设立。"))
            return redirect("placement:contact-point", point.pk)
    context = {
        "form": form,
        "title": _("设领导干部联系点"),
        "lead": _("花名册上有职务的同志可以选。"),
        "back": "placement:contact-points",
        "submit": _("设立"),
    }
    return render(request, "placement/partnership_form.html", context)


def _point(request: HttpRequest, pk: int) -> ContactPoint:
    """The sides, and the leader from their own notice."""
    return get_object_or_404(queries.contact_points_visible_to(actor_of(request)), pk=pk)


@login_required
def point(request: HttpRequest, pk: int) -> HttpResponse:
    return _point_page(request, _point(request, pk), VisitForm(today=today()))


def _point_page(request: HttpRequest, row: ContactPoint, form: VisitForm) -> HttpResponse:
    actor = actor_of(request)
    writes = _may_note(actor, row)
    context = {
        "point": row,
        "facts": [
            Fact(_("职务"), row.position),
            Fact(_("单位"), row.unit.label),
            Fact(_("联系社区"), row.community.label),
            Fact(_("自"), row.since),
            Fact(_("至"), row.until or "—"),
            *([Fact(_("原因"), row.reason)] if row.reason else []),
        ],
        "visits": queries.visits_of(row),
        "visit_form": form if row.until is None and writes else None,
        "can_end": row.until is None and actor.holds(*contacts.SETTERS, over=row.unit.path),
        "writes": writes,
        "reason_form": ReasonForm(),
        "outcome_form": OutcomeForm(),
        "tabs": partnership_tabs("contact-points") if actor.holds(*queries.SIDES) else [],
    }
    return render(request, "placement/contact_point.html", context)


def _may_note(actor: Actor, row: ContactPoint) -> bool:
    return (
        actor.member_id == row.leader_id
        or actor.holds(*contacts.SETTERS, over=row.unit.path)
        or actor.holds(*COMMUNITY_ROLES, over=row.community.path)
    )


@login_required
@require_POST
def point_visit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _point(request, pk)
    form = VisitForm(request.POST, today=today())
    if _noted(request, row, form):
        return redirect("placement:contact-point", pk)
    return _point_page(request, row, form)


@login_required
@require_POST
def point_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = _point(request, pk)
    with refusals_as_messages(request):
        contacts.end_contact_point(
            actor=actor_of(request),
            point=row,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
        messages.success(request, _("联系点已结束。"))
    return redirect("placement:contact-point", pk)


# ---- visits ------------------------------------------------------------------------------------


@login_required
def visit_list(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.SIDES)
    context: dict[str, Any] = {
        "tabs": partnership_tabs("visits"),
        "title": _("走访"),
        "lead": _("在结对或联系点的页面登记。"),
    }
    return list_response(
        request,
        "placement/list.html",
        rows=queries.visits_visible_to(actor),
        table=VisitTable,
        name="visits",
        on_export=journaled(request, "visits"),
        context=context,
    )


@login_required
@require_POST
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """A matter raised on a visit is dealt with."""
    actor = actor_of(request)
    matter = get_object_or_404(queries.matters_visible_to(actor), pk=pk)
    visit = matter.visit
    with refusals_as_messages(request):
        contacts.handle_matter(
            actor=actor,
            matter=matter,
            outcome=request.POST.get("outcome", ""),
            now=clock.now(),
        )
        messages.success(request, _("已登记办理结果。"))
    if visit.pairing_id is not None:
        return redirect("placement:pairing", visit.pairing_id)
    return redirect("placement:contact-point", visit.contact_point_id)
