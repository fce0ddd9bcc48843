"""A member's own wishes: see who it is, contact, deliver, give back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import Wisher
from allhours.needs.actions import unit_claims as unit_actions
from allhours.needs.forms.member import DeliveryForm, GiveBackForm
from allhours.needs.models import Claim
from allhours.needs.queries import mine as queries
from allhours.needs.queries.limits import wish_limits
from allhours.needs.queries.mine import participants_asked
from allhours.needs.rules.claims import in_hand_refusals, likely_start, sight_refusals
from allhours.needs.views.common import add_refusals, private, refusals_as_messages


@require_GET
@login_required
def my_wishes(request: HttpRequest) -> HttpResponse:
    mine = queries.my_wishes(cast("ActorRequest", request).actor, clock.now())
    return render(request, "needs/my_wishes.html", {"mine": mine})


def _claim(request: HttpRequest, code: str) -> Claim:
    found = queries.my_claim(cast("ActorRequest", request).actor, code)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    claim: Claim,
    *,
    delivery: DeliveryForm | None = None,
    wisher: Wisher | None = None,
) -> HttpResponse:
    now = clock.now()
    limits = wish_limits(now)
    wish = claim.wish
    if wish is None:
        raise Http404
    helpers = participants_asked(claim)
    in_work = not in_hand_refusals(claim, claim.member_id) and claim.seat is not None
    context = {
        "claim": claim,
        "wish": wish,
        "row": queries.in_hand(claim, now),
        "in_work": in_work,
        "may_leave": not in_hand_refusals(claim, claim.member_id),
        "may_see": not sight_refusals(claim, wish, limits, now),
        "sight_days": limits.sight_days_after_confirmation,
        "wisher": wisher,
        "helpers": [name for _pk, name in helpers],
        "delivery": delivery
        or DeliveryForm(
            value_recorded=limits.value_recorded,
            helpers=helpers,
            initial={
                "started_at": clock.local(likely_start(claim, now)),
                "helpers": [pk for pk, _name in helpers],
            },
        ),
        "give_back": GiveBackForm(),
    }
    response = render(request, "needs/my_claim.html", context)
    return private(response) if wisher else response


@require_GET
@login_required
def my_claim(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _claim(request, code))


@require_POST
@login_required
def see_wisher(request: HttpRequest, code: str) -> HttpResponse:
    """Shown in the answer itself and nowhere kept; each sight stands in the journal."""
    claim, wisher = _claim(request, code), None
    with refusals_as_messages(request):
        wisher = actions.see_wisher(
            actor=cast("ActorRequest", request).actor, claim=claim, now=clock.now()
        )
    return _page(request, claim, wisher=wisher)


@require_POST
@login_required
def contact(request: HttpRequest, code: str) -> HttpResponse:
    with refusals_as_messages(request) as answer:
        actions.note_contact(
            actor=cast("ActorRequest", request).actor, claim=_claim(request, code), now=clock.now()
        )
    if not answer.refused:
        messages.success(request, _("已记下首次联系。"))
    return redirect("needs:my-claim", code=code)


@require_POST
@login_required
def deliver(request: HttpRequest, code: str) -> HttpResponse:
    claim, now = _claim(request, code), clock.now()
    form = DeliveryForm(
        request.POST,
        value_recorded=wish_limits(now).value_recorded,
        helpers=participants_asked(claim),
    )
    if not form.is_valid():
        return _page(request, claim, delivery=form)
    try:
        actions.deliver_claim(
            actor=cast("ActorRequest", request).actor, claim=claim, delivery=form.delivery, now=now
        )
    except Refused as refused:
        add_refusals(form, refused)
        return _page(request, claim, delivery=form)
    messages.success(request, _("已登记完成。心愿人或社区确认后，时长计入您的记录。"))
    return redirect("needs:my-claim", code=code)


@require_POST
@login_required
def give_back(request: HttpRequest, code: str) -> HttpResponse:
    claim, form = _claim(request, code), GiveBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择原因。"))
        return _page(request, claim)
    with refusals_as_messages(request) as answer:
        actions.give_back(
            actor=cast("ActorRequest", request).actor,
            claim=claim,
            reason=form.words,
            now=clock.now(),
        )
    if not answer.refused:
        messages.success(request, _("已退回，谢谢您及时告知。"))
    return redirect("needs:my-wishes")


@require_POST
@login_required
def ask_for_another(request: HttpRequest, code: str) -> HttpResponse:
    """请单位另派: no reason is asked."""
    claim = _claim(request, code)
    with refusals_as_messages(request) as answer:
        unit_actions.ask_for_another(
            actor=cast("ActorRequest", request).actor, claim=claim, now=clock.now()
        )
    if not answer.refused:
        messages.success(request, _("已告知单位，由单位另派同志，谢谢您。"))
    return redirect("needs:my-wishes")


@require_POST
@login_required
def leave_help(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the list of those who take part in a unit's wish, by oneself."""
    actor = cast("ActorRequest", request).actor
    row = queries.helping_rows(actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    with refusals_as_messages(request) as answer:
        unit_actions.remove_helper(actor=actor, claim=row.claim, member=row.member, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已退出，谢谢您及时告知。"))
    return redirect("needs:my-wishes")
