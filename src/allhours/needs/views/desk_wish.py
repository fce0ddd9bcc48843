"""One wish on the desk: check, approve, publish, confirm, end; its claims; who the wisher is."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from allhours.accounts.actor import Actor
from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import Wisher
from allhours.needs.actions.projects import convert_wish
from allhours.needs.choices import SightPurpose, WishState
from allhours.needs.forms.desk import (
    CheckForm,
    ConvertForm,
    ExtendForm,
    PublishForm,
    PurposeForm,
    ReasonForm,
)
from allhours.needs.models import Claim, Wish
from allhours.needs.queries import desk as queries
from allhours.needs.queries.deskpage import desk_page
from allhours.needs.queries.limits import categories
from allhours.needs.queries.suggested import suggested_category
from allhours.needs.queries.words import card, public_fields
from allhours.needs.scope import handles
from allhours.needs.views.common import (
    add_refusals,
    back_or,
    desk_actor,
    private,
    refusals_as_messages,
)
from allhours.projects.queries import joinable


def found_on_desk(request: HttpRequest, code: str) -> tuple[Actor, Wish]:
    """The wish with this code on the asking person's desk; 404 where it is on none of theirs."""
    actor = desk_actor(cast("ActorRequest", request))
    wish = queries.desk_wish(actor, code)
    if wish is None:
        raise Http404
    return actor, wish


def _page(
    request: HttpRequest,
    actor: Actor,
    wish: Wish,
    *,
    check: CheckForm | None = None,
    wisher: Wisher | None = None,
) -> HttpResponse:
    now = clock.now()
    context = {
        "wish": wish,
        "page": desk_page(actor, wish, now),
        "check": check or _check_form(wish),
        "publish": PublishForm(),
        "reason": ReasonForm(),
        "extend": ExtendForm(),
        "joinable": joinable(actor, now),
        "gathers": handles(actor, wish.community.path),
        "convert": ConvertForm(projects=joinable(actor, now), auto_id="convert_%s"),
        "purpose": PurposeForm(initial={"purpose": _purpose(wish)}),
        "wisher": wisher,
    }
    response = render(request, "needs/desk_wish.html", context)
    return private(response) if wisher else response


def _purpose(wish: Wish) -> SightPurpose:
    """What somebody most likely opens the wisher's facts for; they choose."""
    if wish.state == WishState.CONFIRMED:
        return SightPurpose.FOLLOW_UP
    return SightPurpose.ARRANGE if wish.checked_at else SightPurpose.VERIFY


def _check_form(wish: Wish) -> CheckForm:
    """As it stands; where no category was chosen yet, with the system's proposal."""
    now = clock.now()
    proposed = suggested_category(wish, now) if wish.state == WishState.NOTED else ""
    initial = {
        "title": wish.title,
        "category": wish.category or proposed,
        "wisher_kind": wish.wisher_kind,
        "places": wish.places,
        "budget_yuan": wish.budget_yuan,
        "own_community_only": wish.own_community_only,
        "show_wisher_kind": wish.show_wisher_kind,
        "show_community": wish.show_community,
    }
    return CheckForm(initial=initial, categories=categories(now), proposed=proposed)


@require_GET
@login_required
def wish(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, *found_on_desk(request, code))


@require_POST
@login_required
def open_wisher(request: HttpRequest, code: str) -> HttpResponse:
    """The wisher's facts, in the answer itself; the purpose stands in the journal."""
    actor, found = found_on_desk(request, code)
    form, wisher = PurposeForm(request.POST), None
    if not form.is_valid():
        messages.error(request, _("请选择查看用途。"))
        return _page(request, actor, found)
    with refusals_as_messages(request):
        wisher = actions.open_wisher(
            actor=actor, wish=found, purpose=form.cleaned_data["purpose"], now=clock.now()
        )
    return _page(request, actor, found, wisher=wisher)


@require_POST
@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """First shown as the public will see it; only the second press, below that, decides."""
    actor, found = found_on_desk(request, code)
    now = clock.now()
    form = CheckForm(request.POST, categories=categories(now))
    if not form.is_valid() or "again" in request.POST:
        return _page(request, actor, found, check=form)
    decided = "decide" in request.POST
    try:
        actions.check_wish(actor=actor, wish=found, text=form.text, decided=decided, now=now)
    except Refused as refused:
        add_refusals(form, refused)
        return _page(request, actor, found, check=form)
    if decided:
        messages.success(request, _("已核实。"))
        return redirect("needs:desk-wish", code=code)
    for name, value in form.cleaned_data.items():
        setattr(found, name, value)
    shown = card(found, categories=categories(now), now=now)
    context = {"form": form, "card": shown, "wish": found, "fields": public_fields(shown)}
    return render(request, "needs/desk_preview.html", context)


Act = Callable[[Actor, Wish, Form], object]


def _acting(done: str, act: Act, form: type[Form] = Form) -> Callable[..., HttpResponse]:
    """A page's one-button act: do it, say so or say why not, and show the wish again."""

    @require_POST
    @login_required
    def view(request: HttpRequest, code: str) -> HttpResponse:
        actor, found = found_on_desk(request, code)
        here = reverse("needs:desk-wish", args=[code])
        filled = form(request.POST)
        if not filled.is_valid():
            for errors in filled.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            if "back" not in request.POST:
                return _page(request, actor, found)
            return back_or(request, here)
        with refusals_as_messages(request) as answer:
            act(actor, found, filled)
        if not answer.refused:
            messages.success(request, _(done))
        return back_or(request, here)

    return view


def _reason(form: Form) -> str:
    return str(form.cleaned_data["reason"])


def _publish(actor: Actor, wish: Wish, form: Form) -> object:
    at = cast("PublishForm", form).instant
    return actions.publish_wish(actor=actor, wish=wish, at=at, now=clock.now())


approve = _acting(
    gettext_noop("已通过审核。"),
    lambda actor, wish, form: actions.approve_wish(actor=actor, wish=wish, now=clock.now()),
)
publish = _acting(gettext_noop("已发布。"), _publish, PublishForm)
unschedule = _acting(
    gettext_noop("已取消定时发布。"),
    lambda actor, wish, form: actions.unschedule_wish(actor=actor, wish=wish, now=clock.now()),
)
confirm = _acting(
    gettext_noop("已确认办结。"),
    lambda actor, wish, form: actions.confirm_delivery(actor=actor, wish=wish, now=clock.now()),
)
send_back = _acting(
    gettext_noop("已退回认领人继续办理。"),
    lambda actor, wish, form: actions.send_back(
        actor=actor, wish=wish, note=_reason(form), now=clock.now()
    ),
    ReasonForm,
)
decline = _acting(
    gettext_noop("已作不予受理处理。"),
    lambda actor, wish, form: actions.decline_wish(
        actor=actor, wish=wish, reason=_reason(form), now=clock.now()
    ),
    ReasonForm,
)
withdraw = _acting(
    gettext_noop("已撤回。"),
    lambda actor, wish, form: actions.withdraw_wish(
        actor=actor, wish=wish, reason=_reason(form), now=clock.now()
    ),
    ReasonForm,
)
expire = _acting(
    gettext_noop("已下架。"),
    lambda actor, wish, form: actions.expire_wish(
        actor=actor, wish=wish, reason=_reason(form), now=clock.now()
    ),
    ReasonForm,
)


def _claim(request: HttpRequest, pk: int) -> tuple[Actor, Claim, Wish]:
    actor = desk_actor(cast("ActorRequest", request))
    claim = queries.desk_claim(actor, pk)
    if claim is None or claim.wish is None:
        raise Http404
    return actor, claim, claim.wish


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    actor, claim, wish = _claim(request, pk)
    reason = request.POST.get("reason", "")
    with refusals_as_messages(request) as answer:
        actions.release_claim(actor=actor, claim=claim, reason=reason, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已收回认领，心愿重新开放。"))
    return back_or(request, reverse("needs:desk-wish", args=[wish.code]))


@require_POST
@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    actor, claim, wish = _claim(request, pk)
    form = ExtendForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    with refusals_as_messages(request) as answer:
        actions.extend_claim(actor=actor, claim=claim, days=days, now=clock.now())
    if not answer.refused:
        messages.success(request, _("已延长办理期限。"))
    return back_or(request, reverse("needs:desk-wish", args=[wish.code]))


@require_POST
@login_required
def convert(request: HttpRequest, code: str) -> HttpResponse:
    """Into a named project, with the reason that the resident reads."""
    actor, found = found_on_desk(request, code)
    form = ConvertForm(request.POST, projects=joinable(actor, clock.now()))
    if not form.is_valid():
        messages.error(request, _("请选择项目并写明原因；还没有项目的请先立项。"))
        return redirect("needs:desk-wish", code=code)
    with refusals_as_messages(request) as answer:
        convert_wish(actor=actor, wish=found, now=clock.now(), **form.cleaned_data)
    if not answer.refused:
        messages.success(request, _("已转为项目。"))
    return redirect("needs:desk-wish", code=code)
