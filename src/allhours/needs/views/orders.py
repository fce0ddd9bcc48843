"""The community's desk: orders and proposals, applications, demands and their sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import sheet_demand
from allhours.needs.actions import applications, demands, orders
from allhours.needs.forms.orders import DemandForm
from allhours.needs.forms.posts import PostForm
from allhours.needs.models import Claim, Demand, PostOrder
from allhours.needs.order_tables import DemandFilter, DemandTable, OrderFilter, OrderTable
from allhours.needs.queries import orders as queries
from allhours.needs.queries.desk import desk_claim
from allhours.needs.queries.limits import menu, scheme_now, skills
from allhours.needs.scope import HANDLERS, LOOKERS, handles
from allhours.needs.views.common import add_refusals, desk_actor, refusals_as_messages
from allhours.ui import sheets as ui_sheets
from allhours.ui.lists import list_response


def _desk(request: HttpRequest) -> Actor:
    return desk_actor(cast("ActorRequest", request), LOOKERS)


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponseBase:
    actor, now = _desk(request), clock.now()
    return list_response(
        request,
        "needs/desk_orders.html",
        rows=queries.desk_orders(actor, now),
        table=OrderTable,
        filters=OrderFilter,
        name="post-orders",
        on_export=journaled(request, "post-orders"),
        context={"wanted": queries.open_by_item(actor, now)},
    )


def _order(request: HttpRequest, code: str) -> tuple[Actor, PostOrder]:
    actor = _desk(request)
    found = queries.desk_order(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_GET
@login_required
def show(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _order(request, code)
    context = {
        "order": found,
        "item": menu(clock.now()).title_of(found.item) if found.item else "",
        "same": queries.same_orders(found),
        "may": found.state == "open" and handles(actor, found.community.path),
    }
    return render(request, "needs/desk_order.html", context)


@require_POST
@login_required
def decline(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _order(request, code)
    with refusals_as_messages(request) as answer:
        orders.decline_order(
            actor=actor, order=found, reason=request.POST.get("reason", ""), now=clock.now()
        )
    if not answer.refused:
        messages.success(request, _("已答复。"))
    return redirect("needs:order", code=found.code)


@require_http_methods(["GET", "POST"])
@login_required
def meet(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a post, filled in from what was asked for."""
    actor, found = _order(request, code)
    initial = {
        "item": found.item, "title": found.title, "text": found.text, "times": found.times,
        "places": queries.same_orders(found),
    }  # fmt: skip
    back = reverse("needs:order", args=[found.code])
    return _set_up(request, actor, found, initial, orders.meet_order, "order", back)


def _set_up(
    request: HttpRequest,
    actor: Actor,
    of: PostOrder | Demand,
    initial: dict[str, Any],
    do: Callable[..., Any],
    name: str,
    back: str,
) -> HttpResponse:
    if request.method != "POST" and not handles(actor, of.community.path):
        raise Http404  # no form for who may not; what they send, the action refuses
    now = clock.now()
    initial["community"] = of.community_id
    form = PostForm(request.POST or None, actor=actor, scheme=scheme_now(now), initial=initial)
    form.keep_community()
    if of.item:
        form.fields["item"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            post = do(actor=actor, text=form.post_text, now=now, **{name: of})
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("岗位已发布。"))
            return redirect("needs:desk-post", code=post.code)
    return render(request, "needs/desk_set_up.html", {"form": form, "back": back})


def _application(request: HttpRequest, pk: int) -> tuple[Actor, Claim, str]:
    actor = _desk(request)
    claim = desk_claim(actor, pk)
    if claim is None or claim.post is None:
        raise Http404
    return actor, claim, claim.post.code


@require_POST
@login_required
def accept_application(request: HttpRequest, pk: int) -> HttpResponse:
    actor, claim, code = _application(request, pk)
    with refusals_as_messages(request) as answer:
        applications.accept_application(actor=actor, claim=claim, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已接收。"))
    return redirect("needs:desk-post", code=code)


@require_POST
@login_required
def decline_application(request: HttpRequest, pk: int) -> HttpResponse:
    actor, claim, code = _application(request, pk)
    with refusals_as_messages(request) as answer:
        applications.decline_application(
            actor=actor, claim=claim, reason=request.POST.get("reason", ""), now=clock.now()
        )
    if not answer.refused:
        messages.success(request, _("已答复。"))
    return redirect("needs:desk-post", code=code)


@require_GET
@login_required
def demands_listed(request: HttpRequest) -> HttpResponseBase:
    actor = _desk(request)
    return list_response(
        request,
        "needs/desk_demands.html",
        rows=queries.desk_demands(actor, clock.now()),
        table=DemandTable,
        filters=DemandFilter,
        name="demands",
        on_export=journaled(request, "demands"),
        context={"may": actor.holds(*HANDLERS)},
    )


@require_http_methods(["GET", "POST"])
@login_required
def demand_new(request: HttpRequest) -> HttpResponse:
    actor, now = desk_actor(cast("ActorRequest", request), HANDLERS), clock.now()
    form = DemandForm(request.POST or None, actor=actor, scheme=scheme_now(now))
    if request.method == "POST" and form.is_valid():
        try:
            demands.place_demand(actor=actor, now=now, **form.asked)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("已登记，可接着登记下一项，或打印需求表。"))
            return redirect("needs:demands")
    return render(request, "needs/desk_demand_form.html", {"form": form})


def _demand(request: HttpRequest, code: str) -> tuple[Actor, Demand]:
    actor = _desk(request)
    found = queries.desk_demand(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_GET
@login_required
def demand(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _demand(request, code)
    now = clock.now()
    context = {
        "demand": found,
        "item": menu(now).title_of(found.item),
        "skills": queries.named(found.skills, skills(now)),
        "may": found.state == "open" and handles(actor, found.community.path),
    }
    return render(request, "needs/desk_demand.html", context)


@require_POST
@login_required
def demand_close(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _demand(request, code)
    with refusals_as_messages(request) as answer:
        demands.close_demand(actor=actor, demand=found, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已取消。"))
    return redirect("needs:demand", code=found.code)


@require_http_methods(["GET", "POST"])
@login_required
def demand_meet(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _demand(request, code)
    initial = {
        "item": found.item, "title": found.text[:60], "times": found.times,
        "places": found.heads, "skills": found.skills,
    }  # fmt: skip
    back = reverse("needs:demand", args=[found.code])
    return _set_up(request, actor, found, initial, demands.meet_demand, "demand", back)


@require_GET
@login_required
def demand_sheet(request: HttpRequest) -> HttpResponse:
    """志愿服务需求表: a page for each community, to print or as a file."""
    actor, now = _desk(request), clock.now()
    scheme = scheme_now(now)
    title = sheet_demand.title(scheme)
    pages = sheet_demand.draw(queries.sheet_rows(actor, now), title, clock.local_date(now))
    if request.GET.get("format") == "pdf" and pages:
        answer = HttpResponse(ui_sheets.pdf(pages), content_type="application/pdf")
        answer["Content-Disposition"] = content_disposition_header(True, f"{title}.pdf") or ""
        return answer
    context = {
        "title": title,
        "pages": pages,
        "pdf_url": f"{request.path}?format=pdf",
        "back": reverse("needs:demands"),
        "note": "" if pages else _("没有待设岗的需求。"),
    }
    return render(request, "ui/print_sheets.html", context)
