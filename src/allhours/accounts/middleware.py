"""What may come before a page: one's own password, a second factor, a session still alive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from allhours.accounts import kept, policy
from allhours.accounts.actions import sessions
from allhours.kernel import clock

if TYPE_CHECKING:
    from allhours.accounts.requests import SignedInRequest

GetResponse = Callable[[HttpRequest], HttpResponse]
OPEN = ("accounts:password", "accounts:sign-out", "ui:preferences", "ui:language")
SECONDS_BETWEEN_STAMPS = 60
POLLING = "/progress/"  # a page that asks by itself is nobody at the desk


class OwnPasswordMiddleware:
    """Whoever signed in with a password that another person chose must first choose their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_change(request):
            return redirect("accounts:password")
        return self.get_response(request)

    def _must_change(self, request: HttpRequest) -> bool:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return False
        user = request.user
        return (
            user.is_authenticated
            and user.must_change_password
            and request.path not in {reverse(name) for name in OPEN}
        )


class SessionEndMiddleware:
    """Ends a session that was idle too long, on the server; a form in its last request is kept.

    Marks (`began`, `seen`, `idle`: seconds) are put into the session at sign-in. Stands below
    `ActorMiddleware`, because staff have a shorter limit than members.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        began = request.session.get("began")
        if began is not None and request.user.is_authenticated:
            seen = request.session.get("seen", began)
            idle = request.session.get("idle", policy.idle_limit(staff=True).total_seconds())
            if not policy.has_ended(began=began, seen=seen, idle=idle, now=now):
                self._stamp(cast("SignedInRequest", request), now)
            elif request.method == "POST":  # ended once the CSRF token has been looked at
                request.session_over = now  # type: ignore[attr-defined]
            else:
                return self._end(request, None)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        over: datetime | None = getattr(request, "session_over", None)
        if over is None:
            return None
        return self._end(request, kept.pack(request, int(str(request.user.pk)), over))

    def _stamp(self, request: SignedInRequest, now: datetime) -> None:
        seen = request.session.get("seen", 0)
        if now.timestamp() - seen < SECONDS_BETWEEN_STAMPS or request.path.endswith(POLLING):
            return
        staff = bool(request.actor.grants)
        request.session["seen"] = now.timestamp()
        request.session["idle"] = policy.idle_limit(staff=staff).total_seconds()
        sessions.seen(session_key=request.session.session_key or "", now=now)

    def _end(self, request: HttpRequest, form: dict[str, Any] | None) -> HttpResponse:
        sessions.forget(session_key=request.session.session_key or "")
        request.session.flush()
        request.user = AnonymousUser()
        if form is not None:
            request.session[kept.KEY] = form
            text = _("太久没有操作，已自动退出。您填写的内容已保留，请重新登录后继续。")
        else:
            text = _("太久没有操作，已自动退出，请重新登录。")
        messages.info(request, text)
        url = f"{reverse('accounts:sign-in')}?{urlencode({'next': _page_of(request)})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return redirect(url)


def _page_of(request: HttpRequest) -> str:
    """Where to go on: the page asked for, or the one on which the form stood."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class SecondFactorMiddleware:
    """Roles that need a second factor do nothing before it is set up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and self._is_missing(request):
            return redirect("accounts:security")
        return self.get_response(request)

    def _is_missing(self, request: HttpRequest) -> bool:
        if settings.ALLHOURS_SECOND_FACTOR != "required" or not request.user.is_authenticated:
            return False
        if "factor" in request.session or _open_without_factor(request.path):
            return False
        return policy.needs_second_factor(cast("SignedInRequest", request).actor.roles)


def _open_without_factor(path: str) -> bool:
    return path.startswith(reverse("accounts:security")) or path in {reverse(n) for n in OPEN}
