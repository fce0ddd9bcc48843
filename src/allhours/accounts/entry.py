"""Letting somebody in, by whatever they proved: the one place that begins a session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from allhours.accounts import kept, queries
from allhours.accounts.actions import people, sessions
from allhours.accounts.choices import Method
from allhours.accounts.models import User
from allhours.accounts.requests import SignedInRequest, address_of
from allhours.kernel import clock
from allhours.ui.preferences import write_preferences

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING = "pending"  # who gave the right password and still owes the second factor
PENDING_FOR = timedelta(minutes=10)
WITH_FACTOR = frozenset({Method.TOTP, Method.PASSKEY, Method.RECOVERY})

View = Callable[..., HttpResponse]


def begin(
    request: HttpRequest, user: User, *, method: Method, now: datetime, to: str = ""
) -> HttpResponse:
    """After the first proof: in, or to the page that asks for the second factor."""
    if not queries.has_second_factor(user):
        return enter(request, user, method=method, now=now, to=to)
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": now.timestamp(),
        "to": to,
    }
    return redirect("accounts:second")


def pending_user(request: HttpRequest, now: datetime) -> User | None:
    """Who still owes the second factor; nobody once ten minutes or a password change have gone."""
    pending = request.session.get(PENDING)
    if not pending or now.timestamp() - pending["at"] > PENDING_FOR.total_seconds():
        return None
    user = queries.active_user(pending["user"])
    if user is None or not constant_time_compare(pending["hash"], user.get_session_auth_hash()):
        return None
    return user


def enter(
    request: HttpRequest, user: User, *, method: Method, now: datetime, to: str = ""
) -> HttpResponse:
    """Begin the session, note it in the history, and lead on (to a kept form first)."""
    form = request.session.get(kept.KEY)
    to = request.session.pop(PENDING, {}).get("to") or to
    sessions.forget(session_key=request.session.session_key or "")
    login(request, user, backend=MODEL_BACKEND)
    _mark(request, method, now)
    sessions.began(
        user=user,
        session_key=request.session.session_key or "",
        method=method,
        address=address_of(request),
        browser=request.headers.get("User-Agent", ""),
        now=now,
    )
    record(request, user, succeeded=True, method=method, now=now)
    if kept.belongs_to(form, user.pk, now):
        to = reverse("accounts:resume")
    else:
        request.session.pop(kept.KEY, None)
    response = redirect(to or resolve_url(settings.LOGIN_REDIRECT_URL))
    bring_preferences(response, user)
    return response


def keep_session(request: SignedInRequest) -> None:
    """After a password change the session at hand goes on, under a new key."""
    old = request.session.session_key or ""
    update_session_auth_hash(request, request.user)
    request.session.save()
    sessions.renewed(old_key=old, new_key=request.session.session_key or "")


def _mark(request: HttpRequest, method: Method, now: datetime) -> None:
    session = request.session
    session["began"] = session["confirmed"] = now.timestamp()
    if method in WITH_FACTOR:
        session["factor"] = str(method)
    session.save()  # so that it has its key


def record(
    request: HttpRequest, user: User, *, succeeded: bool, method: Method, now: datetime
) -> None:
    people.record_sign_in(
        user=user,
        succeeded=succeeded,
        address=address_of(request),
        browser=request.headers.get("User-Agent", ""),
        method=method,
        now=now,
    )


def bring_preferences(response: HttpResponse, user: User) -> None:
    """What the person chose elsewhere comes along; what was never chosen stays as it is here."""
    write_preferences(response, elder="1" if user.elder_mode else None, theme=user.theme)
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")


def is_confirmed(request: HttpRequest, now: datetime) -> bool:
    age = now.timestamp() - request.session.get("confirmed", 0)
    return bool(age <= settings.ALLHOURS_CONFIRM_MINUTES * 60)


def recently_confirmed(view: View) -> View:
    """Ask for a proof again before a delicate act, if the last one is a while ago."""

    @wraps(view)
    def asked_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_confirmed(request, clock.now()):
            return view(request, *args, **kwargs)
        after = request.get_full_path() if request.method == "GET" else reverse("accounts:security")
        return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': after})}")

    return asked_first
