"""单位党组织到社区报到: the register, its paper, and each report-in."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.kernel import clock
from allhours.placement.actions import unit_reports as actions
from allhours.placement.choices import UnitReportState
from allhours.placement.models import UnitReport
from allhours.placement.partnership_forms import ReasonForm, UnitReportForm
from allhours.placement.partnership_tables import REPORT_KINDS, UnitReportTable
from allhours.placement.queries import partnerships as queries
from allhours.placement.views.common import (
    actor_of,
    journaled,
    refusals_as_messages,
    tabs,
    today,
)
from allhours.scheme.queries import county, scheme_for
from allhours.ui import paper
from allhours.ui.lists import list_response
from allhours.ui.parts import Fact, NavItem


def partnership_tabs(current: str) -> list[NavItem]:
    """Only what the county's scheme has."""
    organisations = scheme_for(today()).organisations
    shown = [("unit-reports", _("单位报到"))]
    if organisations.unit_pairing:
        shown.append(("pairings", _("结对共建")))
    if organisations.leader_contact_points:
        shown.append(("contact-points", _("联系点")))
    return tabs(*shown, ("visits", _("走访")), current=current)


@login_required
def register(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, *queries.SIDES)
    rows = queries.unit_reports_visible_to(actor)
    if request.GET.get("format") == "pdf":
        return _register_pdf(request, rows)
    return list_response(
        request,
        "placement/unit_reports.html",
        rows=rows,
        table=UnitReportTable,
        name="unit-reports",
        hide=("contact_phone", "offers"),
        on_export=journaled(request, "unit-reports"),
        context={
            "tabs": partnership_tabs("unit-reports"),
            "may_present": actor.holds(*actions.PRESENTERS),
        },
    )


def _register_pdf(request: HttpRequest, rows: object) -> HttpResponse:
    lines = queries.register(rows)  # type: ignore[arg-type]
    journaled(request, "unit-reports")("pdf", len(lines))
    day = today()
    content = paper.render(
        "placement/unit_register.typ",
        {
            "title": _("单位党组织到社区报到登记册"),
            "maker": county().office or county().name,
            "on": _("截至 %(day)s，共 %(n)d 个") % {"day": f"{day:%Y-%m-%d}", "n": len(lines)},
            "head": [
                _("序号"), _("单位"), _("社区"), _("报到日期"), _("接收日期"), _("在职党员"),
                _("联系人"), _("联系电话"), _("可提供的服务和资源"), _("状态"),
            ],
            "signed": [_("填报单位（盖章）"), _("负责人"), _("填表人")],
            "lines": [asdict(line) for line in lines],
        },
    )  # fmt: skip
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="unit-register.pdf"'
    return answer


@login_required
def present(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request, *actions.PRESENTERS)
    form = UnitReportForm(
        request.POST or None,
        units=queries.reporting_units_of(actor),
        communities=queries.communities_for(actor),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            report = actions.present_unit(actor=actor, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("已登记报到，等待%s接收。") % report.community.label)
            return redirect("placement:unit-report", report.pk)
    context = {
        "form": form,
        "title": _("单位党组织到社区报到"),
        "lead": _("在职党员人数由系统按花名册填写。"),
        "back": "placement:unit-reports",
        "submit": _("登记报到"),
    }
    return render(request, "placement/partnership_form.html", context)


def _report(request: HttpRequest, pk: int) -> UnitReport:
    actor = actor_of(request, *queries.SIDES)
    return get_object_or_404(queries.unit_reports_visible_to(actor), pk=pk)


@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    actor = actor_of(request)
    receives = actor.holds(*COMMUNITY_ROLES, over=report.community.path)
    ends = actor.holds(*actions.PRESENTERS, over=report.unit.path)
    context = {
        "report": report,
        "kind": REPORT_KINDS[report.state],
        "facts": [
            Fact(_("报到日期"), report.presented_on),
            Fact(_("接收日期"), report.received_on or "—"),
            Fact(_("在职党员"), _("%(n)d 名") % {"n": report.people}),
            Fact(_("联系人"), report.contact or "—"),
            Fact(_("联系电话"), report.contact_phone or "—"),
            Fact(_("可提供的服务和资源"), report.offers or "—"),
            *([Fact(_("原因"), report.reason)] if report.reason else []),
        ],
        "can_receive": receives and report.state == UnitReportState.PRESENTED,
        "can_end": ends and report.state in actions.LIVE,
        "reason_form": ReasonForm(),
        "tabs": partnership_tabs("unit-reports"),
    }
    return render(request, "placement/unit_report.html", context)


@login_required
@require_POST
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    with refusals_as_messages(request):
        actions.receive_unit(actor=actor_of(request), report=report, now=clock.now())
        messages.success(request, _("已接收%s党组织报到。") % report.unit.label)
    return redirect("placement:unit-report", pk)


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    with refusals_as_messages(request):
        actions.return_unit(
            actor=actor_of(request),
            report=report,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
        messages.success(request, _("已退回，单位会看到原因。"))
    return redirect("placement:unit-report", pk)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    with refusals_as_messages(request):
        actions.end_unit_report(
            actor=actor_of(request),
            report=report,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
        messages.success(request, _("这次报到已结束。"))
    return redirect("placement:unit-report", pk)
