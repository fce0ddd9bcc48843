"""Signing in and out, and activating by a slip."""

from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from allhours.accounts import entry, queries
from allhours.accounts.actions import slips
from allhours.accounts.choices import Method
from allhours.accounts.forms import ActivateForm, SignInForm
from allhours.accounts.requests import address_of
from allhours.kernel import clock
from allhours.kernel.errors import Refused


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        return entry.begin(
            self.request,
            form.get_user(),
            method=Method.PASSWORD,
            now=clock.now(),
            to=self.get_success_url(),
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        tried = queries.user_named(str(form.cleaned_data.get("username", "")))
        if tried is not None:
            entry.record(
                self.request, tried, succeeded=False, method=Method.PASSWORD, now=clock.now()
            )
        return super().form_invalid(form)


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """The sign-in page again, saying for how long; called by the lock-out (settings)."""
    username = str((credentials or {}).get("username") or request.POST.get("username", ""))
    at = getattr(request, "axes_attempt_time", None) or clock.now()
    minutes = max(1, math.ceil(queries.lock_remaining(username, at).total_seconds() / 60))
    form = SignInForm(request, initial={"username": username})
    sentence = ngettext(
        "连续输错次数过多，账号已暂时锁定，请在 %(minutes)d 分钟后再试。",
        "连续输错次数过多，账号已暂时锁定，请在 %(minutes)d 分钟后再试。",
        minutes,
    ) % {"minutes": minutes}
    context = {"form": form, "locked": sentence, "next": request.POST.get("next", "")}
    return render(request, "accounts/sign_in.html", context, status=429)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Set the first (or a recovered) password by a slip; signs the person in."""
    form = ActivateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            user = slips.activate_on_page(
                username=form.cleaned_data["username"].strip(),
                code=form.cleaned_data["code"],
                password=form.cleaned_data["new_password1"],
                address=address_of(request),
                now=now,
            )
        except Refused as refused:
            form.add_refusals(refused)
        else:
            messages.success(request, _("密码已设好。"))
            return entry.begin(request, user, method=Method.SLIP, now=now)
    return render(request, "accounts/activate.html", {"form": form})
