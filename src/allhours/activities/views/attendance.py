"""The attendance sheet: open, tap who was missing, save."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.actor import Actor
from allhours.activities import actions, rules
from allhours.activities.forms import SheetForm
from allhours.activities.models import Activity
from allhours.activities.queries import activities as queries
from allhours.activities.queries import attendance as sheets
from allhours.activities.views.common import DESK_ROLES, actor_of, refusals_as_messages
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused

# Beyond this many people the sheet leaves out the box for each one's minutes, to stay quick.
WITH_MINUTES = 600


@login_required
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request, *DESK_ROLES)
    activity = get_object_or_404(queries.on_desk_of(actor), code=code)
    if request.method != "POST":
        return _page(request, actor, activity, None, [])
    form = SheetForm(request.POST)
    extra, refusals = sheets.resolve_people(actor, [*form.chosen, *form.people])
    if not refusals:
        try:
            result = actions.enter_attendance(
                actor=actor, activity=activity, sheet=form.sheet(extra), now=clock.now()
            )
        except Refused as refused:
            refusals = list(refused.reasons)
        else:
            _tell(request, result)
            return redirect("activities:manage", code=code)
    return _page(request, actor, activity, form, refusals)


def _tell(request: HttpRequest, result: actions.SheetResult) -> None:
    messages.success(
        request,
        _("出勤已保存：参加 %(present)d 人，未参加 %(absent)d 人，请假 %(excused)d 人。")
        % {"present": result.present, "absent": result.absent, "excused": result.excused},
    )
    if result.refused:
        messages.warning(
            request,
            _("%(n)d 人的时长没有入账，原因见下方名单。") % {"n": len(result.refused)},
        )
    if result.awaiting:
        messages.info(request, _("您本人的出勤待另一位同志确认后入账。"))


def _page(
    request: HttpRequest,
    actor: Actor,
    activity: Activity,
    form: SheetForm | None,
    refusals: list[Refusal],
) -> HttpResponse:
    rows = sheets.sheet_rows(activity, form.marks if form else None)
    context = {
        "activity": activity,
        "rows": rows,
        "with_minutes": len(rows) <= WITH_MINUTES,
        "runs": rules.may_run(actor, activity),
        "closed": rules.sheet_refusals(activity, clock.now()),
        "refusals": refusals,
        "chosen": sheets.chosen_people(form.chosen) if form else [],
        "people_text": " ".join(form.people) if form else "",
        "revision": form.revision if form and not _outdated(refusals) else activity.revision,
    }
    return render(request, "activities/attendance.html", context, status=422 if refusals else 200)


def _outdated(refusals: list[Refusal]) -> bool:
    """A sheet that moved on is shown with its new revision, for a second look and save."""
    return rules.SHEET_MOVED_ON in refusals


@login_required
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Fragment: people found for the walk-in box, with those already chosen kept on top."""
    actor = actor_of(request, *DESK_ROLES)
    activity = get_object_or_404(queries.on_desk_of(actor), code=code)
    chosen = sheets.chosen_people(request.GET.getlist("extra"))
    words = request.GET.get("people", "")
    found = [m for m in sheets.find_people(actor, words, activity) if m not in chosen]
    context = {"chosen": chosen, "found": found, "words": words}
    return render(request, "activities/_people.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    actor = actor_of(request, *DESK_ROLES)
    activity = get_object_or_404(queries.on_desk_of(actor), code=code)
    row = get_object_or_404(sheets.attendance_of(activity, pk))
    with refusals_as_messages(request):
        row = actions.confirm_attendance(actor=actor, attendance=row, now=clock.now())
        if row.refusal:
            messages.warning(request, row.refusal)
        else:
            messages.success(request, _("已确认，时长已入账。"))
    return redirect("activities:manage", code=code)
