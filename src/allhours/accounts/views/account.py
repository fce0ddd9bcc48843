"""A person's own account: password, reading preferences, sign-in history."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from allhours.accounts import entry, queries
from allhours.accounts.actions import people
from allhours.accounts.browsers import browser_name
from allhours.accounts.forms import ChangePasswordForm, PreferencesForm
from allhours.accounts.requests import SignedInRequest
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.ui.preferences import write_preferences

SIGN_INS_SHOWN = 20


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: SignedInRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_password(
                actor=request.actor,
                user=request.user,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password1"],
                session_key=request.session.session_key or "",
                now=clock.now(),
            )
        except Refused as refused:
            form.add_refusals(refused)
        else:
            entry.keep_session(request)
            messages.success(request, _("密码已更改。其他设备上的登录已退出。"))
            return redirect("accounts:account")
    must = request.user.must_change_password
    return render(request, "accounts/password.html", {"form": form, "must": must})


@never_cache
@login_required
def account(request: SignedInRequest) -> HttpResponse:
    """The owner's account: sign-in history, preferences, the way to a new password."""
    user = request.user
    form = PreferencesForm(
        initial={
            "elder_mode": user.elder_mode,
            "theme": user.theme,
            "language": user.language or translation.get_language(),
        }
    )
    sign_ins = [
        {"at": each.at, "ok": each.succeeded, "browser": browser_name(each.browser),
         "address": each.address or "", "method": each.get_method_display()}
        for each in queries.sign_ins_of(user)[:SIGN_INS_SHOWN]
    ]  # fmt: skip
    return render(request, "accounts/account.html", {"form": form, "sign_ins": sign_ins})


@login_required
@require_POST
def preferences(request: SignedInRequest) -> HttpResponse:
    user = request.user
    form = PreferencesForm(request.POST)
    response = HttpResponseRedirect(reverse("accounts:account"))
    if form.is_valid():
        people.save_preferences(user=user, **form.cleaned_data)
        elder = "1" if user.elder_mode else "0"
        write_preferences(response, elder=elder, theme=user.theme or "auto")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        messages.success(request, _("阅读设置已保存。"))
    return response
