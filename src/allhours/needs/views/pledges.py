"""Pledges: the member's page, the two desks, and what is shown in public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import actor_of, journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import pledges as actions
from allhours.needs.choices import PledgeState
from allhours.needs.filters import PledgeFilter
from allhours.needs.forms.pledges import (
    AssessForm,
    PledgeForm,
    ProgressForm,
    ReplyForm,
    promise_forms,
    promises_of,
)
from allhours.needs.models import Pledge
from allhours.needs.queries import pledges as queries
from allhours.needs.queries.limits import pledge_rules
from allhours.needs.queries.pledge_checks import (
    current_check,
    in_days,
    items_by_period,
    unsaid,
    with_check,
    years_to_assess,
)
from allhours.needs.queries.wall import community_choices
from allhours.needs.register_tables import MOST_ROWS
from allhours.needs.tables import PledgeTable
from allhours.needs.views.common import add_refusals, refusals_as_messages
from allhours.ui.lists import list_response

DESK = COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES


def _member(request: HttpRequest) -> Actor:
    """No page for others, or where the scheme has none; what is sent, the action refuses."""
    actor = cast("ActorRequest", request).actor
    theirs = actor.member_id is not None and pledge_rules(clock.now()).enabled
    if request.method != "POST" and not theirs:
        raise Http404
    return actor


def _mine(request: HttpRequest) -> tuple[Actor, Pledge]:
    actor = _member(request)
    pledge = queries.my_pledge(actor, clock.now())
    if pledge is None:
        raise Http404
    return actor, pledge


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    actor, now = _member(request), clock.now()
    pledge = queries.my_pledge(actor, now)
    context = {
        "pledge": pledge,
        "promised": items_by_period(pledge, now) if pledge else [],
        "said": pledge is not None and not unsaid(queries.pledges_of(actor), now).exists(),
        "check": in_days(current_check(now)),
        "public": pledge_rules(now).public,
        "earlier": queries.earlier_pledges(actor, now)[:10],
        "progress": ProgressForm(auto_id=False),
        "reply": ReplyForm(),
        "in_hand": pledge is not None and pledge.state == PledgeState.IN_HAND,
        "ended": pledge is not None and pledge.state == PledgeState.ASSESSED,
    }
    return render(request, "needs/my_pledge.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def write(request: HttpRequest) -> HttpResponse:
    actor, now = _member(request), clock.now()
    pledge = queries.my_pledge(actor, now)
    if pledge is not None and pledge.state != PledgeState.DRAFT:
        return redirect("needs:my-pledge")
    settings = pledge_rules(now)
    initial = _head(pledge, public=settings.public)
    form = PledgeForm(
        request.POST or None, posts=queries.posts_to_name(actor), public=settings.public,
        initial=initial,
    )  # fmt: skip
    rows = promise_forms(request.POST or None, most=settings.items_most, pledge=pledge)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            made = actions.draft_pledge(
                actor=actor, promises=promises_of(rows), submit="submit" in request.POST, now=now,
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _saved(made))
            return redirect("needs:my-pledge")
    return render(request, "needs/pledge_form.html", {"form": form, "rows": rows})


def _head(pledge: Pledge | None, *, public: bool) -> dict[str, Any]:
    """What stood there before; consent is never ticked beforehand."""
    if pledge is None:
        return {}
    return {"post": pledge.post_id, "may_publish": public and pledge.public_consent_at is not None}


def _saved(pledge: Pledge) -> str:
    sent = pledge.state != PledgeState.DRAFT
    return _("已提交，请等单位审定。") if sent else _("已保存，提交前只有您自己能看到。")


def _do(request: HttpRequest, done: str, act: Callable[[], None]) -> HttpResponse:
    with refusals_as_messages(request) as answer:
        act()
    if not answer.refused:
        messages.success(request, done)
    return redirect("needs:my-pledge")


@require_POST
@login_required
def submit(request: HttpRequest) -> HttpResponse:
    actor, pledge = _mine(request)
    return _do(
        request,
        _("已提交，请等单位审定。"),
        lambda: actions.submit_pledge(actor=actor, pledge=pledge, now=clock.now()),
    )


@require_POST
@login_required
def withdraw(request: HttpRequest) -> HttpResponse:
    actor, pledge = _mine(request)
    return _do(
        request,
        _("承诺已撤回，不影响对您的任何评价。"),
        lambda: actions.withdraw_pledge(actor=actor, pledge=pledge, now=clock.now()),
    )


@require_POST
@login_required
def consent(request: HttpRequest) -> HttpResponse:
    actor, pledge = _mine(request)
    gives = request.POST.get("consents") == "1"
    return _do(
        request,
        _("已同意公示。") if gives else _("已收回同意，公示页不再显示。"),
        lambda: actions.consent_to_publish(
            actor=actor, pledge=pledge, consents=gives, now=clock.now()
        ),
    )


@require_POST
@login_required
def progress(request: HttpRequest, number: int) -> HttpResponse:
    actor, pledge = _mine(request)
    item, form = pledge.items.filter(number=number).first(), ProgressForm(request.POST)
    if item is None:
        raise Http404
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("needs:my-pledge")
    item.pledge = pledge
    return _do(
        request,
        _("进展已登记。"),
        lambda: actions.note_progress(actor=actor, item=item, now=clock.now(), **form.cleaned_data),
    )


@require_POST
@login_required
def reply(request: HttpRequest) -> HttpResponse:
    actor, pledge = _mine(request)
    return _do(
        request,
        _("您的说明已登记。"),
        lambda: actions.reply_to_assessment(
            actor=actor, pledge=pledge, text=request.POST.get("text", ""), now=clock.now()
        ),
    )


@require_GET
@login_required
def desk(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *DESK)
    return list_response(
        request,
        "needs/desk_pledges.html",
        rows=with_check(queries.desk_pledges(actor), clock.now()),
        table=PledgeTable,
        export_most=MOST_ROWS,
        filters=PledgeFilter,
        name=_("服务承诺"),
        on_export=journaled(request, "pledges"),
        context={"assess": actor.holds(*COMMUNITY_ROLES) and bool(years_to_assess(actor))},
    )


def _on_desk(request: HttpRequest, code: str) -> tuple[Actor, Pledge]:
    actor = actor_of(request, *DESK)
    found = queries.desk_pledge(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_GET
@login_required
def desk_show(request: HttpRequest, code: str) -> HttpResponse:
    actor, pledge = _on_desk(request, code)
    context = {
        "pledge": pledge,
        "promised": items_by_period(pledge, clock.now()),
        "steps": queries.steps_for(actor, pledge, clock.now()),
        "assess": AssessForm(),
    }
    return render(request, "needs/desk_pledge.html", context)


@require_POST
@login_required
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One of the desks' steps; which of them an actor may take is the action's to say."""
    actor, pledge = _on_desk(request, code)
    now, data = clock.now(), request.POST
    acts: dict[str, Callable[[], None]] = {
        "approve": lambda: actions.approve_pledge(actor=actor, pledge=pledge, now=now),
        "receive": lambda: actions.receive_pledge(actor=actor, pledge=pledge, now=now),
        "return": lambda: actions.return_pledge(
            actor=actor, pledge=pledge, reason=data.get("reason", ""), now=now
        ),
        "publish": lambda: actions.publish_pledge(actor=actor, pledge=pledge, now=now),
        "unpublish": lambda: actions.unpublish_pledge(actor=actor, pledge=pledge, now=now),
        "assess": lambda: actions.assess_pledge(
            actor=actor,
            pledge=pledge,
            result=data.get("result", ""),
            text=data.get("text", ""),
            now=now,
        ),
    }
    if name not in acts:
        raise Http404
    with refusals_as_messages(request) as answer:
        acts[name]()
    if not answer.refused:
        messages.success(request, _("已办理。"))
    return redirect("needs:desk-pledge", code=pledge.code)


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """What members promised and agreed to show."""
    now, asked = clock.now(), request.GET.get("community", "")
    settings = pledge_rules(now)
    if not (settings.enabled and settings.public):
        raise Http404
    community = int(asked) if asked.isdecimal() and len(asked) < 12 else None
    context = {
        "pledges": queries.public_pledges(now, community=community),
        "communities": community_choices(),
        "community": community,
    }
    return render(request, "needs/pledges.html", context)
