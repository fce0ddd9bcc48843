"""A browser's session is nobody here: its cookie is dropped before anything reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

ROOT, REFERENCE = "/api/", "/api/v1/"  # the reference is a page for people


class NoSessionMiddleware:
    """Stands above the session's own middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ROOT) and request.path != REFERENCE:
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)
