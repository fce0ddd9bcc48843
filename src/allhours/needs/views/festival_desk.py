"""The desk's festivals of wishes: plan, gather, announce, move, cancel, end, and the figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import journaled
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import festivals as actions
from allhours.needs.festival_tables import FestivalTable, FestivalWishTable
from allhours.needs.forms.desk import ReasonForm
from allhours.needs.forms.festivals import FestivalForm, MoveForm
from allhours.needs.models import Festival
from allhours.needs.queries import festival_desk as queries
from allhours.needs.scope import LOOKERS
from allhours.needs.views.common import add_refusals, desk_actor, refusals_as_messages
from allhours.ui.lists import list_response
from allhours.ui.parts import NavItem

NAMES = ("title", "text", "audience", "opens_at", "closes_on", "claims_each")


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponseBase:
    actor = desk_actor(cast("ActorRequest", request), LOOKERS)
    return list_response(
        request,
        "needs/desk_festivals.html",
        rows=queries.listed(actor, clock.now()),
        table=FestivalTable,
        name=_("集中认领"),
        on_export=journaled(request, "festivals"),
        context={"plans": actor.holds(*queries.PLANNERS)},
    )


def _found(
    request: HttpRequest, code: str, roles: frozenset[str] = LOOKERS
) -> tuple[Actor, Festival]:
    actor = desk_actor(cast("ActorRequest", request), roles)
    found = queries.desk_festival(actor, code)
    if found is None:
        raise Http404
    return actor, found


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(cast("ActorRequest", request), queries.PLANNERS)
    form = FestivalForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_festival(actor=actor, outline=form.outline, now=clock.now())
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("已立项，并请各社区归集心愿。"))
            return redirect("needs:desk-festival", code=made.code)
    return render(request, "needs/desk_festival_form.html", {"form": form, "festival": None})


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _found(request, code, queries.PLANNERS)
    initial = {name: getattr(found, name) for name in NAMES}
    form = FestivalForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_festival(
                actor=actor, festival=found, outline=form.outline, now=clock.now()
            )
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("needs:desk-festival", code=code)
    return render(request, "needs/desk_festival_form.html", {"form": form, "festival": found})


@require_GET
@login_required
def show(request: HttpRequest, code: str) -> HttpResponse:
    actor, found = _found(request, code)
    context = {
        "festival": found,
        "page": queries.desk_page(actor, found, clock.now()),
        "move": MoveForm(initial={"opens_at": found.opens_at}),
        "reason": ReasonForm(),
    }
    return render(request, "needs/desk_festival.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def gather(request: HttpRequest, code: str) -> HttpResponse:
    """Ticked wishes join or leave, all of them or none."""
    actor, found = _found(request, code)
    if request.method == "POST":
        chosen = queries.named(actor, request.POST.getlist("wish")[: queries.MOST])
        act = actions.let_go_wishes if "let_go" in request.POST else actions.gather_wishes
        with refusals_as_messages(request) as answer:
            act(actor=actor, festival=found, wishes=chosen, now=clock.now())
        if not answer.refused:
            done = _("已移出。") if "let_go" in request.POST else _("已归入。")
            messages.success(request, done)
        back = next((each for each in chosen if each.code == request.POST.get("back")), None)
        return redirect("needs:desk-wish", code=back.code) if back else redirect(request.path)
    now = clock.now()
    context = {
        "festival": found,
        "page": queries.desk_page(actor, found, now),
        "candidates": queries.pick_rows(queries.candidates(actor, found), now),
        "gathered": queries.pick_rows(queries.gathered(actor, found), now),
    }
    return render(request, "needs/desk_festival_gather.html", context)


@require_GET
@login_required
def wishes(request: HttpRequest, code: str) -> HttpResponseBase:
    actor, found = _found(request, code)
    asked = request.GET.get("show", "")
    labels = {"": _("全部"), "left": _("没有人认领"), "waiting": _("有人候补")}
    tabs = [
        NavItem(label, f"?show={name}", current=name == asked) for name, label in labels.items()
    ]
    return list_response(
        request,
        "needs/desk_festival_wishes.html",
        rows=queries.wish_rows(actor, found, asked, clock.now()),
        table=FestivalWishTable,
        name=found.title,
        on_export=journaled(request, f"festival:{found.code}"),
        context={"tabs": tabs, "festival": found},
    )


Act = Callable[[Actor, Festival, Any], object]


def _acting(done: str, act: Act, form: type[Form] = Form) -> Callable[..., HttpResponse]:
    """One button of the page: do it and say so, or say why not."""

    @require_POST
    @login_required
    def view(request: HttpRequest, code: str) -> HttpResponse:
        actor, found = _found(request, code)
        filled = form(request.POST)
        if not filled.is_valid():
            for errors in filled.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return redirect("needs:desk-festival", code=code)
        with refusals_as_messages(request) as answer:
            act(actor, found, filled)
        if not answer.refused:
            messages.success(request, _(done))
        return redirect("needs:desk-festival", code=code)

    return view


class CancelForm(ReasonForm):
    """Without a reason the action refuses, with its own sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


announce = _acting(
    gettext_noop("已公布，并通知了党员。"),
    lambda actor, festival, form: actions.announce_festival(
        actor=actor, festival=festival, now=clock.now()
    ),
)
move = _acting(
    gettext_noop("已改动开放时间。"),
    lambda actor, festival, form: actions.move_festival(
        actor=actor, festival=festival, opens_at=form.instant, now=clock.now()
    ),
    MoveForm,
)
cancel = _acting(
    gettext_noop("已取消，心愿回到待发布。"),
    lambda actor, festival, form: actions.cancel_festival(
        actor=actor, festival=festival, reason=form.cleaned_data["reason"], now=clock.now()
    ),
    CancelForm,
)
end = _acting(
    gettext_noop("已结束，余下的心愿按普通心愿办理。"),
    lambda actor, festival, form: actions.end_festival(
        actor=actor, festival=festival, now=clock.now()
    ),
)
