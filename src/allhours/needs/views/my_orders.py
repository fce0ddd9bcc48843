"""What a member does about posts that are not there yet, and about passing one on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import handover, orders
from allhours.needs.forms.orders import HandoverForm, ProposalForm
from allhours.needs.queries import orders as queries
from allhours.needs.queries.limits import menu
from allhours.needs.queries.posts import my_post_claim
from allhours.needs.views.common import add_refusals, refusals_as_messages


def _member(request: HttpRequest) -> Actor:
    actor = cast("ActorRequest", request).actor
    if request.method != "POST" and actor.member_id is None:
        raise Http404
    return actor


@require_POST
@login_required
def order(request: HttpRequest) -> HttpResponse:
    actor = _member(request)
    with refusals_as_messages(request) as answer:
        orders.order_item(actor=actor, item=request.POST.get("item", ""), now=clock.now())
    if answer.refused:
        return redirect("needs:menu")
    messages.success(request, _("已点单，社区设岗后会通知您。"))
    return redirect("needs:my-posts")


@require_http_methods(["GET", "POST"])
@login_required
def propose(request: HttpRequest) -> HttpResponse:
    actor = _member(request)
    if request.method != "POST" and not menu(clock.now()).outside_allowed:
        raise Http404
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            orders.propose_post(actor=actor, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("已提交，社区会答复您。"))
            return redirect("needs:my-posts")
    return render(request, "needs/propose.html", {"form": form})


@require_POST
@login_required
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = _member(request), clock.now()
    found = queries.orders_of(actor, now).filter(code=code.upper()).first()
    if found is None:
        raise Http404
    with refusals_as_messages(request) as answer:
        orders.withdraw_order(actor=actor, order=found, now=now)
    if not answer.refused:
        messages.success(request, _("已撤回。"))
    return redirect("needs:my-posts")


@require_POST
@login_required
def offer(request: HttpRequest, code: str) -> HttpResponse:
    actor = _member(request)
    claim, form = my_post_claim(actor, code), HandoverForm(request.POST)
    if claim is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("请填写对方的姓名和编号。"))
        return redirect("needs:my-posts")
    with refusals_as_messages(request) as answer:
        handover.offer_post(actor=actor, claim=claim, now=clock.now(), **form.cleaned_data)
    if not answer.refused:
        messages.success(request, _("已请对方接手，对方同意后生效；在此之前您仍在岗。"))
    return redirect("needs:my-posts")


STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "accept": (handover.accept_handover, gettext_lazy("已接手岗位，请按约定时间到社区服务。")),
    "decline": (handover.decline_handover, gettext_lazy("已答复对方。")),
    "withdraw": (handover.withdraw_handover, gettext_lazy("已撤回，您仍在岗。")),
}


@require_POST
@login_required
def hand_over(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """The other's yes or no, or one's own change of mind."""
    actor = _member(request)
    found = queries.handover_of(actor, code)
    if found is None or name not in STEPS:
        raise Http404
    do, done = STEPS[name]
    with refusals_as_messages(request) as answer:
        do(actor=actor, handover=found, now=clock.now())
    if not answer.refused:
        messages.success(request, done)
    return redirect("needs:my-posts")
