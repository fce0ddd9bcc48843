"""The unit's desk: letters, receipts, who has not reported, excusals."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allhours.accounts.choices import UNIT_ROLES
from allhours.kernel import clock
from allhours.placement.actions import excusals as excusal_actions
from allhours.placement.actions import letters as actions
from allhours.placement.actions import reporting as reporting_actions
from allhours.placement.choices import ExcusalClass
from allhours.placement.filters import MemberFilter, UnitSideFilter
from allhours.placement.forms import ExcusalForm, UnitForm
from allhours.placement.models import Placement
from allhours.placement.queries import desk, figures
from allhours.placement.tables import (
    ExcusalTable,
    LettersTable,
    MissingTable,
    OnTheWayTable,
    ReceiptTable,
)
from allhours.placement.views.common import (
    UNIT_SIDE,
    actor_of,
    journaled,
    letters_page,
    refusals_as_messages,
    today,
    unit_tabs,
)
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact

MOST_LETTERS = 500  # on one page to print


def _placement(request: HttpRequest, pk: int) -> Placement:
    actor = actor_of(request, *UNIT_SIDE)
    return get_object_or_404(desk.placements_of_units(actor), pk=pk)


@login_required
def letters(request: HttpRequest) -> HttpResponseBase:
    """Who waits for a letter; one click for one, one for all."""
    actor = actor_of(request, *UNIT_SIDE)
    units = desk.units_to_issue_for(actor, today())
    return list_response(
        request,
        "placement/letters.html",
        rows=desk.to_issue(actor, today()),
        table=LettersTable,
        filters=UnitSideFilter,
        name="letters-to-issue",
        on_export=journaled(request, "letters-to-issue"),
        context={
            "tabs": unit_tabs("letters"),
            "unit_form": (
                UnitForm(units=units) if actor.holds(*actions.ISSUERS) and units.exists() else None
            ),
            "waiting": desk.to_issue(actor, today()).count(),
            "on_the_way": desk.on_the_way(actor, today()).count(),
            "returned": list(desk.returned(actor)[:50]),
        },
    )


@login_required
def issued(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *UNIT_SIDE)
    return list_response(
        request,
        "placement/issued.html",
        rows=desk.on_the_way(actor, today()),
        table=OnTheWayTable,
        filters=UnitSideFilter,
        name="letters",
        on_export=journaled(request, "letters"),
        context={
            "tabs": unit_tabs("issued"),
            "most": MOST_LETTERS,
            "presents": actor.holds(*UNIT_ROLES),
        },
    )


@login_required
@require_POST
def present_collectively(request: HttpRequest) -> HttpResponse:
    """The unit brings the ticked members to their communities."""
    actor = actor_of(request, *UNIT_SIDE)
    asked = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdigit()]
    rows = desk.placements_of_units(actor).filter(pk__in=asked)
    if not asked:
        messages.error(request, _("请先在名单中勾选集体报到的同志。"))
        return redirect("placement:issued")
    with refusals_as_messages(request):
        done, left = reporting_actions.present_collectively(
            actor=actor, placements=rows, now=clock.now()
        )
        if done:
            messages.success(request, _("已登记 %d 人集体报到，等待社区接收。") % done)
        for placement, refusal in left[:5]:
            messages.warning(request, f"{placement.member.name}{_('：')}{refusal}")
    return redirect("placement:issued")


@login_required
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _placement(request, pk)
    with refusals_as_messages(request):
        letter = actions.issue_letter(actor=actor_of(request), placement=placement, now=clock.now())
        messages.success(request, _("已开具：%s。本人已收到通知。") % letter.number)
    return redirect("placement:letters")


@login_required
@require_POST
def issue_all(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *UNIT_SIDE)
    form = UnitForm(request.POST, units=desk.units_to_issue_for(actor, today()))
    if not form.is_valid():
        messages.error(request, _("没有待开证明信的党员。"))
        return redirect("placement:letters")
    with refusals_as_messages(request):
        made = actions.issue_letters(actor=actor, unit=form.cleaned_data["unit"], now=clock.now())
        text = ngettext("已开具 %(n)d 份证明信。", "已开具 %(n)d 份证明信。", len(made))
        messages.success(request, text % {"n": len(made)})
    return redirect("placement:issued" if form.is_valid() else "placement:letters")


@login_required
def print_letter(request: HttpRequest, pk: int) -> HttpResponse:
    return letters_page(request, [_placement(request, pk)])


@login_required
def print_all(request: HttpRequest) -> HttpResponse:
    """The letters on the way, one a page, as filtered in the list."""
    actor = actor_of(request, *UNIT_SIDE)
    rows = UnitSideFilter(request.GET, queryset=desk.on_the_way(actor, today()), request=request).qs
    return letters_page(request, rows[:MOST_LETTERS])


@login_required
@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    letter = get_object_or_404(desk.live_letters(_placement(request, pk)))
    with refusals_as_messages(request):
        actions.void_letter(actor=actor_of(request), letter=letter, now=clock.now())
        messages.success(request, _("证明信已作废，可以重新开具。"))
    return redirect("placement:letters")


@login_required
def receipts(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *UNIT_SIDE)
    return list_response(
        request,
        "placement/list.html",
        rows=desk.receipts(actor),
        table=ReceiptTable,
        filters=UnitSideFilter,
        name="receipts",
        on_export=journaled(request, "receipts"),
        context={
            "tabs": unit_tabs("receipts"),
            "title": _("报到回执"),
            "lead": _("社区接收后回执自动送到这里，不用再填。"),
        },
    )


@login_required
def unreported(request: HttpRequest) -> HttpResponseBase:
    """Only for the unit and the county: nobody else is shown who has not come."""
    actor = actor_of(request, *UNIT_SIDE)
    return list_response(
        request,
        "placement/unreported.html",
        rows=desk.unreported(actor, today()),
        table=MissingTable,
        filters=MemberFilter,
        name="unreported",
        on_export=journaled(request, "unreported"),
        context={
            "tabs": unit_tabs("unreported"),
            "rate": figures.county_rate(today(), actor=actor),
            "day": today(),
        },
    )


@login_required
def excusals(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *UNIT_SIDE)
    return list_response(
        request,
        "placement/list.html",
        rows=desk.excusals_visible_to(actor),
        table=ExcusalTable,
        name="excusals",
        on_export=journaled(request, "excusals"),
        context={
            "tabs": unit_tabs("excusals"),
            "title": _("免报"),
            "lead": _("在“未报到”名单中为某位同志办理。只分三类，不记具体情况。"),
        },
    )


@login_required
def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request, *UNIT_SIDE)
    member = get_object_or_404(desk.members_of_units(actor), pk=pk)
    form = ExcusalForm(request.POST or None, initial={"from_on": today()})
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            excusal_actions.grant_excusal(
                actor=actor,
                member=member,
                klass=ExcusalClass(form.cleaned_data["klass"]),
                from_on=form.cleaned_data["from_on"],
                until_on=form.cleaned_data["until_on"],
                now=clock.now(),
            )
            messages.success(request, _("已登记免报。"))
            return redirect("placement:unreported")
    facts = [Fact(_("姓名"), member.name), Fact(_("单位"), member.unit.label)]
    return render(request, "placement/excuse.html", {"form": form, "facts": facts})


@login_required
@require_POST
def end_excusal(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request, *UNIT_SIDE)
    excusal = get_object_or_404(desk.excusals_visible_to(actor), pk=pk)
    with refusals_as_messages(request):
        excusal_actions.end_excusal(actor=actor, excusal=excusal, last_day=today(), now=clock.now())
        messages.success(request, _("免报到今日为止。"))
    return redirect("placement:excusals")
