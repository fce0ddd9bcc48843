"""Wishes claimed in the name of a unit: claiming one, and the unit's desk for those in hand."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES
from allhours.directory.models import Organization
from allhours.directory.pages import actor_of, journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import unit_claims as actions
from allhours.needs.forms.member import GiveBackForm
from allhours.needs.forms.unit_claims import HelperForm, RenameForm, UnitClaimForm, option
from allhours.needs.models import Claim, Wish
from allhours.needs.queries import unit_claims as queries
from allhours.needs.queries.limits import item_titles
from allhours.needs.queries.wall import visible_wish
from allhours.needs.queries.words import card
from allhours.needs.unit_tables import UnitClaimFilter, UnitClaimTable
from allhours.needs.views.common import add_refusals, refusals_as_messages
from allhours.ui.lists import list_response


def _unit(request: HttpRequest, units: list[Organization]) -> Organization | None:
    """The one that is asked for, or the only one there is."""
    asked = request.POST.get("unit") or request.GET.get("unit") or ""
    if len(units) == 1 and not asked:
        return units[0]
    return next((unit for unit in units if unit.code == asked), None)


@require_http_methods(["GET", "POST"])
@login_required
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """Who answers for it and who helps, chosen from the unit's own people."""
    actor = actor_of(request, *UNIT_ROLES)
    wish = visible_wish(actor, code)
    if wish is None:
        raise Http404
    units = list(queries.units_of(actor))
    unit = _unit(request, units)
    if unit is None:
        return _claim_page(request, wish, units, None, None)
    people = queries.people_of(unit)
    form = UnitClaimForm(request.POST or None, people=people)
    if request.method != "POST" or not form.is_valid():
        return _claim_page(request, wish, units, unit, form)
    try:
        made = actions.claim_for_unit(
            actor=actor, wish=wish, unit=unit, now=clock.now(), **form.named
        )
    except Refused as refused:
        add_refusals(form, refused)
        return _claim_page(request, wish, units, unit, form)
    messages.success(request, _("已以单位名义认领，已通知负责人。"))
    return redirect("needs:desk-unit-wish", pk=made.pk)


def _claim_page(
    request: HttpRequest,
    wish: Wish,
    units: list[Organization],
    unit: Organization | None,
    form: UnitClaimForm | None,
) -> HttpResponse:
    now = clock.now()
    refusals = queries.refusals_for(wish, unit, now) if unit and request.method == "GET" else []
    context = {
        "wish": wish,
        "card": card(wish, categories=item_titles(now), now=now),
        "units": units,
        "unit": unit,
        "form": form,
        "refusals": refusals,
        "people": [option(each) for each in queries.people_of(unit)] if unit else [],
    }
    return render(request, "needs/unit_claim_form.html", context)


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.LOOKERS)
    return list_response(
        request,
        "needs/desk_unit_claims.html",
        rows=queries.unit_claims(actor),
        table=UnitClaimTable,
        filters=UnitClaimFilter,
        name="unit-wishes",
        hide=("unit",) if len(actor.grants) == 1 and actor.holds(*UNIT_ROLES) else (),
        on_export=journaled(request, "unit-wishes"),
    )


def _found(request: HttpRequest, pk: int) -> tuple[Actor, Claim]:
    actor = actor_of(request, *queries.LOOKERS)
    found = queries.desk_unit_claim(actor, pk)
    if found is None:
        raise Http404
    return actor, found


def _page(request: HttpRequest, actor: Actor, found: Claim, **forms: Form) -> HttpResponse:
    people = queries.people_of(cast("Organization", found.unit))
    page = queries.unit_claim_page(actor, found, clock.now())
    context: dict[str, Any] = {
        "claim": found,
        "page": page,
        "rename": RenameForm(people=people, auto_id="rename_%s"),
        "help": HelperForm(people=people, auto_id="help_%s"),
        "give_back": GiveBackForm(),
        "people": [option(each) for each in people] if page.may_rename else [],
    } | forms
    return render(request, "needs/desk_unit_claim.html", context)


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, *_found(request, pk))


@require_POST
@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = _found(request, pk)
    people = queries.people_of(cast("Organization", found.unit))
    form = RenameForm(request.POST, people=people, auto_id="rename_%s")
    if not form.is_valid():
        return _page(request, actor, found, rename=form)
    try:
        actions.reassign_unit_claim(
            actor=actor,
            claim=found,
            responsible=form.cleaned_data["responsible"],
            now=clock.now(),
        )
    except Refused as refused:
        add_refusals(form, refused)
        return _page(request, *_found(request, pk), rename=form)
    messages.success(request, _("已另派负责人并通知本人。"))
    return redirect("needs:desk-unit-wish", pk=pk)


@require_POST
@login_required
def add_helper(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = _found(request, pk)
    people = queries.people_of(cast("Organization", found.unit))
    form = HelperForm(request.POST, people=people, auto_id="help_%s")
    if not form.is_valid():
        return _page(request, actor, found, help=form)
    try:
        actions.name_helpers(
            actor=actor, claim=found, helpers=[form.cleaned_data["helper"]], now=clock.now()
        )
    except Refused as refused:
        add_refusals(form, refused)
        return _page(request, *_found(request, pk), help=form)
    messages.success(request, _("已安排并通知本人。"))
    return redirect("needs:desk-unit-wish", pk=pk)


@require_POST
@login_required
def remove_helper(request: HttpRequest, pk: int, helper: int) -> HttpResponse:
    actor, found = _found(request, pk)
    row = queries.helper_of(found, helper)
    if row is None:
        raise Http404
    with refusals_as_messages(request) as answer:
        actions.remove_helper(actor=actor, claim=found, member=row.member, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已从名单中去掉。"))
    return redirect("needs:desk-unit-wish", pk=pk)


@require_POST
@login_required
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = _found(request, pk)
    form = GiveBackForm(request.POST)
    reason = form.words if form.is_valid() else ""
    with refusals_as_messages(request) as answer:
        actions.give_back_for_unit(actor=actor, claim=found, reason=reason, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已退回，心愿由其他同志认领。"))
    return redirect("needs:desk-unit-wish", pk=pk)
