"""One look-up of the law in a request: see `memo`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from allhours.scheme import memo


class SchemeMiddleware:
    """Keeps what a request reads of the scheme until its answer stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with memo.kept():
            return self.get_response(request)
