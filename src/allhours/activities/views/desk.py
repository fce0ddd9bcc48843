"""The desk: list, calendar, plan, change, publish, cancel, outcomes."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.activities import actions, rules
from allhours.activities.choices import ActivityState
from allhours.activities.filters import ActivityFilter
from allhours.activities.forms import OutcomesForm, PlanForm, ReasonForm
from allhours.activities.models import Activity
from allhours.activities.queries import activities as queries
from allhours.activities.queries import attendance as sheets
from allhours.activities.tables import ActivityTable
from allhours.activities.views.common import (
    DESK_ROLES,
    actor_of,
    journaled,
    refusals_as_messages,
)
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.projects.queries import joinable
from allhours.projects.rules import OPENERS
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem


def _here(request: HttpRequest, code: str) -> Activity:
    actor = actor_of(request, *DESK_ROLES)
    return get_object_or_404(queries.on_desk_of(actor), code=code)


@login_required
def activities(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *DESK_ROLES)
    return list_response(
        request,
        "activities/desk.html",
        rows=queries.on_desk_of(actor),
        table=ActivityTable,
        filters=ActivityFilter,
        name="activities",
        on_export=journaled(request, "activities"),
        context={"plans": queries.organizers_of(actor).exists()},
    )


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of the desk's activities: `?month=2026-06`."""
    actor = actor_of(request, *DESK_ROLES)
    first = _month_asked(request.GET.get("month", ""))
    after = (first + timedelta(days=32)).replace(day=1)
    by_day: dict[date, list[Activity]] = {}
    for activity in queries.in_month(queries.on_desk_of(actor), first, after):
        by_day.setdefault(clock.local_date(activity.starts_at), []).append(activity)
    weeks = [
        [(day, day.month == first.month, by_day.get(day, [])) for day in week]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]
    before = (first - timedelta(days=1)).replace(day=1)
    turns = [
        NavItem(_("上个月"), f"?month={before:%Y-%m}"),
        NavItem(f"{first:%Y-%m}", f"?month={first:%Y-%m}", current=True),
        NavItem(_("下个月"), f"?month={after:%Y-%m}"),
    ]
    context = {
        "weeks": weeks,
        "turns": turns,
        "days": sorted(by_day.items()),
        "today": clock.local_date(clock.now()),
    }
    return render(request, "activities/calendar.html", context)


def _month_asked(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.local_date(clock.now()).replace(day=1)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *rules.RUN_ROLES)
    today = clock.local_date(clock.now())
    form = PlanForm(request.POST or None, actor=actor, on=today)
    if form.is_valid():
        try:
            activity = actions.plan_activity(
                actor=actor,
                organizer=form.cleaned_data["organizer"],
                plan=form.plan(),
                now=clock.now(),
            )
        except Refused as refused:
            _into_form(form, refused)
        else:
            messages.success(request, _("已存为草稿。核对后发布，党员就可以报名。"))
            return redirect("activities:manage", code=activity.code)
    return render(request, "activities/plan.html", {"form": form})


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request, *DESK_ROLES)
    activity = _here(request, code)
    today = clock.local_date(clock.now())
    form = PlanForm(request.POST or None, actor=actor, activity=activity, on=today)
    if form.is_valid():
        try:
            actions.change_activity(
                actor=actor, activity=activity, plan=form.plan(), now=clock.now()
            )
        except Refused as refused:
            _into_form(form, refused)
        else:
            messages.success(request, _("已保存。时间或地点有变的，已通知报名的同志。"))
            return redirect("activities:manage", code=code)
    return render(request, "activities/plan.html", {"form": form, "activity": activity})


def _into_form(form: PlanForm, refused: Refused) -> None:
    for sentence in refused.sentences:
        form.add_error(None, sentence)


@login_required
def manage(request: HttpRequest, code: str) -> HttpResponse:
    """One activity on its organiser's desk: the next step, who comes, what came of it."""
    now, actor = clock.now(), actor_of(request)
    activity = _here(request, code)
    (card,) = queries.shown([activity], now=now)
    kinds = scheme_for(clock.local_date(activity.starts_at)).activities.outcomes
    quantities = sheets.outcomes_of(activity, kinds)
    context = {
        "card": card,
        "runs": rules.may_run(actor, activity),
        "gathers": rules.may_run(actor, activity) and actor.holds(*OPENERS),
        "joinable": joinable(actor, now),
        "begun": activity.starts_at <= now,
        "changeable": activity.state in (ActivityState.DRAFT, ActivityState.PUBLISHED),
        "people": [] if activity.revision else queries.people_of(activity),
        "result": actions.result_of(activity) if activity.revision else None,
        "quantities": [each for each in quantities if each.value],
        "reason_form": ReasonForm(),
    }
    return render(request, "activities/manage.html", context)


@login_required
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    activity = _here(request, code)
    with refusals_as_messages(request):
        actions.publish_activity(actor=actor_of(request), activity=activity, now=clock.now())
        messages.success(request, _("已发布，党员可以报名了。"))
    return redirect("activities:manage", code=code)


@login_required
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    activity = _here(request, code)
    reason = request.POST.get("reason", "")
    with refusals_as_messages(request):
        actions.cancel_activity(
            actor=actor_of(request), activity=activity, reason=reason, now=clock.now()
        )
        messages.success(request, _("活动已取消，报名的同志会收到通知。"))
    return redirect("activities:manage", code=code)


@login_required
def outcomes(request: HttpRequest, code: str) -> HttpResponse:
    activity = _here(request, code)
    kinds = scheme_for(clock.local_date(activity.starts_at)).activities.outcomes
    form = OutcomesForm(request.POST or None, quantities=sheets.outcomes_of(activity, kinds))
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            actions.record_outcomes(
                actor=actor_of(request),
                activity=activity,
                quantities=form.cleaned_data,
                now=clock.now(),
            )
            messages.success(request, _("活动成效已保存。"))
            return redirect("activities:manage", code=code)
    return render(request, "activities/outcomes.html", {"form": form, "activity": activity})
