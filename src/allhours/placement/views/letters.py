"""The unit's desk: letters to issue, in hand, void and anew; bringing members; receipts."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.accounts.choices import UNIT_ROLES
from allhours.kernel import clock
from allhours.placement import sheets
from allhours.placement.actions import letters as actions
from allhours.placement.actions import receipts as receipt_actions
from allhours.placement.actions import reporting as reporting_actions
from allhours.placement.actions import returns as return_actions
from allhours.placement.filters import UnitSideFilter
from allhours.placement.forms import PlaceForm, ReasonForm, UnitForm
from allhours.placement.models import Letter, Placement
from allhours.placement.queries import desk, papers
from allhours.placement.tables import LettersTable, OnTheWayTable, ReceiptTable
from allhours.placement.views.common import (
    UNIT_SIDE,
    actor_of,
    journaled,
    refusals_as_messages,
    say_acknowledged,
    sheet_links,
    today,
    unit_tabs,
)
from allhours.placement.views.printing import sheets_page
from allhours.scheme.queries import scheme_for
from allhours.ui.lists import list_response


def _placement(request: HttpRequest, pk: int) -> Placement:
    actor = actor_of(request, *UNIT_SIDE)
    return get_object_or_404(desk.placements_of_units(actor), pk=pk)


@login_required
def letters(request: HttpRequest) -> HttpResponseBase:
    """Who waits for a letter; one click for one, one for all."""
    actor = actor_of(request, *UNIT_SIDE)
    if not scheme_for(today()).reporting.requires_letter:
        return redirect("placement:issued")
    units = desk.units_to_issue_for(actor, today())
    waiting = desk.to_issue(actor, today()).count()
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
                UnitForm(units=units) if waiting and actor.holds(*actions.ISSUERS) else None
            ),
            "waiting": waiting,
            "on_the_way": desk.on_the_way(actor, today()).count(),
            "returned": list(desk.returned(actor)[:50]),
        },
    )


@login_required
def issued(request: HttpRequest) -> HttpResponseBase:
    """Who may report now; ticked to be brought together, and what there is to print."""
    actor = actor_of(request, *UNIT_SIDE)
    query = request.GET.urlencode()
    needed = scheme_for(today()).reporting.requires_letter
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
            "needed": needed,
            "links": sheet_links(actor, "issue", query=query),
            "presents": actor.holds(*UNIT_ROLES),
            "together": papers.collective_rows(actor),
            "returned": [] if needed else list(desk.returned(actor)[:50]),
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
            messages.success(
                request, _("已登记 %d 人集体报到，等待社区接收。需要时可打印集体介绍信。") % done
            )
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
    """All of a unit at once, and straight on to the printer."""
    actor = actor_of(request, *UNIT_SIDE)
    form = UnitForm(request.POST, units=desk.units_to_issue_for(actor, today()))
    if not form.is_valid():
        messages.error(request, _("没有待开证明信的党员。"))
        return redirect("placement:letters")
    with refusals_as_messages(request):
        made = actions.issue_letters(actor=actor, unit=form.cleaned_data["unit"], now=clock.now())
        text = ngettext("已开具 %(n)d 份证明信。", "已开具 %(n)d 份证明信。", len(made))
        messages.success(request, text % {"n": len(made)})
        if made:
            return redirect(_batch_url(made))
    return redirect("placement:letters")


def _batch_url(made: list[Letter]) -> str:
    """The print page of the letters just issued; those of several units under the list's own."""
    code = sheets.letter_code(scheme_for(today()))
    url = reverse("placement:sheet", args=[code])
    if len({letter.unit_id for letter in made}) > 1:
        return url
    numbers = {
        "unit": made[0].unit_id,
        "year": made[0].year,
        "first": made[0].serial,
        "last": made[-1].serial,
    }
    return f"{url}?{urlencode(numbers)}"


@never_cache
@login_required
def print_letter(request: HttpRequest, pk: int) -> HttpResponse:
    placement = _placement(request, pk)
    scheme = scheme_for(today())
    code = sheets.letter_code(scheme)
    back = reverse("placement:placement", args=[pk])
    return sheets_page(request, code, [placement], back=back, title=sheets.title_of(code, scheme))


@login_required
@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    return _void_or_anew(request, pk, anew=False)


@login_required
@require_POST
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    return _void_or_anew(request, pk, anew=True)


def _void_or_anew(request: HttpRequest, pk: int, *, anew: bool) -> HttpResponse:
    placement = _placement(request, pk)
    letter = desk.letter_of(placement)
    form = ReasonForm(request.POST, reasons=scheme_for(today()).reporting.void_reasons)
    if letter is None:
        messages.error(request, _("这位同志没有有效的证明信。"))
        return redirect("placement:placement", pk)
    if not form.is_valid():
        messages.error(request, _("请选择作废的原因，或写明原因。"))
        return redirect("placement:placement", pk)
    actor, now = actor_of(request), clock.now()
    with refusals_as_messages(request):
        if anew:
            fresh = actions.reissue_letter(actor=actor, letter=letter, reason=form.text, now=now)
            words = {"old": letter.number, "new": fresh.number}
            messages.success(request, _("%(old)s已作废，重开为%(new)s。") % words)
        else:
            actions.void_letter(actor=actor, letter=letter, reason=form.text, now=now)
            messages.success(request, _("证明信已作废，可以重新开具。"))
    return redirect("placement:placement", pk)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """After a return: to the same community once more."""
    placement = _placement(request, pk)
    shown = pk
    with refusals_as_messages(request):
        fresh = return_actions.place_again(
            actor=actor_of(request), placement=placement, now=clock.now()
        )
        messages.success(request, _("已重新编入%s，请重新开具证明信。") % fresh.community.label)
        shown = fresh.pk
    return redirect("placement:placement", shown)


@login_required
@require_POST
def ask_another(request: HttpRequest, pk: int) -> HttpResponse:
    """After a return: the unit names another community, the county decides."""
    placement = _placement(request, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择一个社区。"))
        return redirect("placement:placement", pk)
    with refusals_as_messages(request):
        community = form.cleaned_data["community"]
        return_actions.ask_for_another(
            actor=actor_of(request), placement=placement, community=community, now=clock.now()
        )
        messages.success(request, _("已报请编入%s，由县直机关工委确定。") % community.label)
    return redirect("placement:placement", pk)


@login_required
def receipts(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *UNIT_SIDE)
    return list_response(
        request,
        "placement/receipts.html",
        rows=desk.receipts(actor),
        table=ReceiptTable,
        filters=UnitSideFilter,
        name="receipts",
        on_export=journaled(request, "receipts"),
        context={
            "tabs": unit_tabs("receipts"),
            "title": _("报到回执"),
            "lead": _("社区接收后回执自动送到这里，不用再填。"),
            "open": papers.unit_receipts_open(actor).count(),
            "acknowledge_url": reverse("placement:acknowledge"),
            "links": sheet_links(actor, "receive", query=request.GET.urlencode()),
        },
    )


@login_required
@require_POST
def acknowledge(request: HttpRequest) -> HttpResponse:
    """One tap for all receipts that stand with the unit."""
    actor = actor_of(request, *UNIT_SIDE)
    with refusals_as_messages(request):
        done = receipt_actions.acknowledge_receipts(
            actor=actor, placements=papers.unit_receipts_open(actor), now=clock.now()
        )
        say_acknowledged(request, done)
    return redirect("placement:receipts")
