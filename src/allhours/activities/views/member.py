"""The member's side: what fits, what I signed up for, sign up, withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.activities import actions
from allhours.activities.choices import SignUpState
from allhours.activities.queries import activities as queries
from allhours.activities.views.common import member_actor, refusals_as_messages
from allhours.activities.views.public import A_PAGE
from allhours.kernel import clock
from allhours.kernel.retry import with_retry


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    member = queries.member_of(member_actor(request))
    assert member is not None  # noqa: S101 - member_actor asked
    signups = queries.signups_of(member)
    page = Paginator(queries.fitting(member, now), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "mine": queries.shown([signup.activity for signup in signups], now=now, mine=signups),
        "cards": queries.shown(page.object_list, now=now, mine=signups),
        "page": page,
    }
    return render(request, "activities/mine.html", context)


@login_required
@require_POST
def sign_up(request: HttpRequest, code: str) -> HttpResponse:
    actor = member_actor(request)
    activity = get_object_or_404(queries.visible_publicly(), code=code)
    with refusals_as_messages(request):
        signup = with_retry(
            lambda: actions.sign_up(actor=actor, activity=activity, now=clock.now())
        )
        if signup.state == SignUpState.LIVE:
            messages.success(request, _("已报名。不能参加时请在开始前退出，名额让给候补的同志。"))
        else:
            messages.info(
                request,
                _("名额已满，您排在候补第 %(n)d 位。有名额时自动报上，并通知您。")
                % {"n": signup.queue_no or 0},
            )
    return redirect("activities:show", code=code)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    actor = member_actor(request)
    activity = get_object_or_404(queries.visible_publicly(), code=code)
    with refusals_as_messages(request):
        with_retry(lambda: actions.withdraw(actor=actor, activity=activity, now=clock.now()))
        messages.success(request, _("已退出，不需要说明原因。"))
    return redirect("activities:show", code=code)
