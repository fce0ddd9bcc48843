"""A resident's way: make a wish, follow it by a code, say how well it was done."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from allhours.directory.middleware import ActorRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import flood
from allhours.needs.choices import Origin
from allhours.needs.forms.public import FollowForm, WishForm, stamp
from allhours.needs.queries.channels import wish_channels
from allhours.needs.queries.follow import Followed, followed
from allhours.needs.queries.limits import wish_limits
from allhours.needs.queries.suggestions import by_follow_code
from allhours.needs.queries.suggestions import told as suggestion_told
from allhours.needs.views.common import add_refusals, address_of, prefilled, private
from allhours.needs.views.told import codes_told, stamped_anew, told_at

TOO_MANY = 429


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    limits = wish_limits(now)
    if Origin.PAGE not in wish_channels(now):
        return private(render(request, "needs/wish_new.html", {"closed": True}))
    if request.method != "POST":
        return _form(
            request, WishForm(initial={"stamp": stamp(now)} | prefilled(request), limits=limits)
        )
    form = WishForm(request.POST, limits=limits)
    if not form.is_valid():
        return _form(request, form)
    read = form.read_stamp(now)
    if read is None:
        form.add_error(None, _("页面打开的时间太久了，内容已为您保留，请再提交一次。"))
        return _form(request, form)
    key, quick = read
    try:
        noted = actions.submit_wish(
            actor=cast("ActorRequest", request).actor,
            community=form.cleaned_data["community"],
            voice=form.voice,
            consent=form.cleaned_data["consent"],
            intake_key=key,
            address=address_of(request),
            quick=quick,
            now=now,
        )
    except Refused as refused:
        add_refusals(form, refused)
        too_often = flood.TOO_OFTEN.code in refused.codes
        return _form(request, form, status=TOO_MANY if too_often else 200)
    return told_at("needs:wish-done", request, noted.wish.code, noted.follow_code)


def _form(request: HttpRequest, form: WishForm, *, status: int = 200) -> HttpResponse:
    stamped_anew(request, form)
    return private(render(request, "needs/wish_new.html", {"form": form}, status=status))


@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The two codes, shown while the sealed cookie lasts and then never again."""
    context = codes_told(request)
    if context is None:
        return redirect("needs:wish-new")
    return private(render(request, "needs/wish_done.html", context))


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Everything by POST, so that the code stands in no address and no log."""
    form = FollowForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return private(render(request, "needs/follow.html", {"form": form}))
    now = clock.now()
    answer, status = "", 200
    found: Followed | None = None
    try:
        answer = actions.follow_wish(
            actor=cast("ActorRequest", request).actor,
            code=form.cleaned_data["code"],
            do=request.POST.get("do", ""),
            rating=request.POST.get("rating", ""),
            note=request.POST.get("note", ""),
            address=address_of(request),
            now=now,
        )
        found = followed(form.cleaned_data["code"], now)
    except Refused as refused:
        add_refusals(form, refused)
        status = TOO_MANY if flood.TOO_OFTEN.code in refused.codes else 200
        if status == 200:
            found = followed(form.cleaned_data["code"], now)
    told = None
    if found is None and status == 200:
        suggestion = by_follow_code(form.cleaned_data["code"])
        told = suggestion_told(suggestion) if suggestion else None
    context = {"form": form, "found": found, "told": told, "answer": answer}
    return private(render(request, "needs/follow.html", context, status=status))
