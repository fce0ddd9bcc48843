"""Accounts as the security administrator keeps them: locks, factors, stopping."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allhours.accounts import queries
from allhours.accounts.actions import people, recovery
from allhours.accounts.choices import Role
from allhours.accounts.entry import recently_confirmed
from allhours.accounts.forms import FindAccountForm, ReasonForm
from allhours.accounts.models import User
from allhours.accounts.requests import SignedInRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.parts import Fact


@never_cache
@login_required
def accounts(request: SignedInRequest) -> HttpResponse:
    """What is locked or stopped now, and the way to any account by its user name."""
    _keepers_only(request)
    form = FindAccountForm(request.GET or None)
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["username"].strip()
        found = queries.accounts_visible_to(request.actor).filter(username=name).first()
        if found is not None:
            return redirect("accounts:kept-account", pk=found.pk)
        form.add_error("username", _("没有这个用户名，请核对后再查。"))
    locks = queries.locks_visible_to(request.actor, clock.now())
    return render(request, "accounts/accounts.html", {"form": form, "locks": locks})


@never_cache
@login_required
def account(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _account(request, pk)
    locked = queries.lock_of(person, clock.now())
    last = queries.sign_ins_of(person).filter(succeeded=True).first()
    context = {
        "person": person,
        "name": person.display_name or person.username,
        "facts": [
            Fact(_("用户名"), person.username),
            Fact(_("状态"), _state(person)),
            Fact(_("第二重验证"), _factors(person)),
            Fact(_("最近登录"), f"{clock.local(last.at):%Y-%m-%d %H:%M}" if last else "—"),
        ],
        "locked": locked,
        "oneself": request.actor.user_id == person.pk,
        "has_factor": queries.has_second_factor(person),
        "reason": ReasonForm(),
    }
    return render(request, "accounts/kept_account.html", context)


def _state(person: User) -> str:
    if not person.is_active:
        return _("已停用")
    return _("已激活") if person.has_usable_password() else _("待激活")


def _factors(person: User) -> str:
    """What kinds there are: nothing that would help to imitate them."""
    kinds = [_("动态口令")] if queries.totp_of(person) else []
    keys = len(queries.passkeys_of(person))
    if keys:
        kinds.append(_("通行密钥 %d 把") % keys)
    return _("、").join(kinds) or _("没有设置")


@login_required
@require_POST
def unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _account(request, pk)
    with _told(request):
        recovery.unlock(actor=request.actor, user=person, reason=_reason(request), now=clock.now())
        messages.success(request, _("锁定已解除。"))
    return redirect("accounts:kept-account", pk=pk)


@never_cache
@login_required
@require_POST
@recently_confirmed
def reset(request: SignedInRequest, pk: int) -> HttpResponse:
    """The slip is in the answer, once."""
    person = _account(request, pk)
    try:
        slip = recovery.reset_factors(
            actor=request.actor, user=person, reason=_reason(request), now=clock.now()
        )
    except Refused as refused:
        _say(request, refused)
        return redirect("accounts:kept-account", pk=pk)
    context = {"slip": slip, "until": clock.local_date(slip.expires_at), "person": person}
    return render(request, "accounts/reset_slip.html", context)


@login_required
@require_POST
def set_active(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _account(request, pk)
    active = request.POST.get("active") == "1"
    with _told(request):
        people.set_active(
            actor=request.actor, user=person, active=active, reason=_reason(request),
            now=clock.now(),
        )  # fmt: skip
        messages.success(request, _("账号已恢复。") if active else _("账号已停用。"))
    return redirect("accounts:kept-account", pk=pk)


def _keepers_only(request: SignedInRequest) -> None:
    if not request.actor.holds(Role.SECURITY_ADMIN):
        raise Http404


def _account(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(queries.accounts_visible_to(request.actor), pk=pk)


def _reason(request: SignedInRequest) -> str:
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


@contextmanager
def _told(request: SignedInRequest) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        _say(request, refused)


def _say(request: SignedInRequest, refused: Refused) -> None:
    for sentence in refused.sentences:
        messages.error(request, sentence)
