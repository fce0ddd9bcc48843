"""Whoever signed in with a password that another person chose must first choose their own."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

OPEN = ("accounts:password", "accounts:sign-out", "ui:preferences", "ui:language")


class OwnPasswordMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
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
