"""录入心愿箱: a stack of cards by keyboard; each one's codes are shown above the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allhours.accounts.actor import Actor
from allhours.directory.pages import actor_of
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import voicing
from allhours.needs.actions.intake import note_once
from allhours.needs.choices import Origin
from allhours.needs.forms.box import KEPT, SlipForm, WishCardForm
from allhours.needs.forms.public import stamp
from allhours.needs.queries.channels import offered_at_desk, suggestion_channels, wish_channels
from allhours.needs.queries.desk import grid_of
from allhours.needs.queries.limits import suggestion_rules, wish_limits
from allhours.needs.scope import NOTERS
from allhours.needs.views.common import add_refusals, private
from allhours.needs.views.told import codes_told, told_at

MOST_COUNTED = 9999


def _initial(request: HttpRequest, usual: Mapping[str, str]) -> dict[str, str]:
    """What the last card left for the next."""
    return (
        dict(usual)
        | {"stamp": stamp(clock.now())}
        | {name: request.GET[name] for name in KEPT if name in request.GET}
    )


def _count(request: HttpRequest) -> int:
    text = request.GET.get("n", "")
    return min(int(text), MOST_COUNTED) if text.isdecimal() and len(text) < 6 else 0


def _next(
    request: HttpRequest, view: str, data: Mapping[str, Any], code: str, follow_code: str
) -> HttpResponse:
    kept = {name: data[name] for name in KEPT if data.get(name)}
    kept |= {"community": data["community"].pk, "n": _count(request) + 1}
    answer = told_at(view, request, code, follow_code)
    answer["Location"] += f"?{urlencode(kept)}"
    return answer


def _page(request: HttpRequest, form: Form, *, wishes: bool, suggestions: bool) -> HttpResponse:
    count = _count(request)
    told = codes_told(request) if count and not form.is_bound else None
    context = {
        "form": form, "count": count, "told": told, "wishes": wishes, "suggestions": suggestions,
    }  # fmt: skip
    return private(render(request, "needs/box.html", context))


def _box(channels: Mapping[str, str]) -> dict[str, str]:
    """The box, or where the scheme has none the first of its ways in."""
    offered = [code for code, _title in offered_at_desk(dict(channels))]
    return {"origin": Origin.BOX.value if Origin.BOX in offered else next(iter(offered), "")}


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request, *NOTERS), clock.now()
    limits = wish_limits(now)
    usual = _box(wish_channels(now)) | {
        "wisher_kind": "resident", "signed": limits.consent_version,
    }  # fmt: skip
    form = WishCardForm(
        request.POST or None, actor=actor, limits=limits, initial=_initial(request, usual)
    )
    if request.method == "POST" and form.is_valid():
        try:
            noted = _noted(actor, form)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return _next(
                request, "needs:wish-box", form.cleaned_data, noted.wish.code, noted.follow_code
            )
    return _page(request, form, wishes=True, suggestions=suggestion_rules(now).enabled)


def _noted(actor: Actor, form: WishCardForm) -> actions.Noted:
    data = form.cleaned_data
    key, follow_code = form.once()
    return note_once(
        actor=actor,
        community=data["community"],
        voice=form.voice,
        origin=data["origin"],
        consent=data["consent"],
        signed=data["signed"],
        wisher_kind=data["wisher_kind"],
        grid=grid_of(actor, data["community"]),
        intake_key=key,
        follow_code=follow_code,
        now=clock.now(),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request, *NOTERS), clock.now()
    usual = _box(suggestion_channels(now)) | {"kind": "suggestion"}
    form = SlipForm(request.POST or None, actor=actor, initial=_initial(request, usual))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key, follow_code = form.once()
        try:
            made = voicing.note_suggestion(
                actor=actor, community=data["community"], voice=form.voice, kind=data["kind"],
                origin=data["origin"], grid=grid_of(actor, data["community"]), intake_key=key,
                follow_code=follow_code, now=now,
            )  # fmt: skip
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return _next(
                request, "needs:suggestion-box", data, made.suggestion.code, made.follow_code
            )
    return _page(request, form, wishes=False, suggestions=True)
