"""The outermost layer: how operations are declared, and what every answer has in common."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.parser import Parser

from allhours.accounts.choices import ApiScope
from allhours.api import errors, once
from allhours.api.caller import Caller
from allhours.api.shapes import FAILURES, Refusals

LARGEST_BODY = 1024 * 1024
KEYLESS: set[str] = set()  # operations to which a key means nothing
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def says(
    scope: ApiScope | None,
    out: Any,
    *,
    status: int = HTTPStatus.OK,
    public: bool = False,
    refuses: bool = False,
) -> dict[str, Any]:
    """What an operation declares: who may call it and all it may answer."""
    caller = Caller(scope, public=public)
    described: dict[int, Any] = {int(status): out, **FAILURES}
    if refuses:
        described[409] = Refusals
    return {
        "auth": caller,
        "response": dict(sorted(described.items())),
        "openapi_extra": {"security": caller.described},
    }


def reads(scope: ApiScope | None, out: Any, *, public: bool = False) -> dict[str, Any]:
    return says(scope, out, public=public)


def acts(
    scope: ApiScope | None, out: Any, *, status: int = HTTPStatus.OK, public: bool = False
) -> dict[str, Any]:
    """Changes something, so the rules may refuse it."""
    return says(scope, out, status=status, public=public, refuses=True)


def keyless(work: Callable[..., Any]) -> Callable[..., Any]:
    """An operation whose answer is never kept: an `Idempotency-Key` means nothing to it."""
    work.handles_repeats = True  # type: ignore[attr-defined]
    work.keyless = True  # type: ignore[attr-defined]
    return work


def repeats_itself(work: Callable[..., Any]) -> Callable[..., Any]:
    """An operation that sees to its `Idempotency-Key` itself."""
    work.handles_repeats = True  # type: ignore[attr-defined]
    return work


def file_of(content_type: str) -> dict[str, Any]:
    """The description of an answer that is a file."""
    schema = {"type": "string", "format": "binary"}
    return {
        "responses": {200: {"description": "OK", "content": {content_type: {"schema": schema}}}}
    }


class StrictParser(Parser):
    """Text that no database column takes is bad input, wherever it stands."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(request.body, parse_constant=_no_number)
        for text in _texts(body):
            text.encode()  # a lone surrogate raises
            if "\x00" in text:
                raise ValueError("NUL")
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for name, values in data.lists():
            if any("\x00" in value for value in (name, *values)):
                raise errors.Invalid(name.replace("\x00", ""), _("含有不能使用的字符。"))
        return super().parse_querydict(data, list_fields, request)


def _no_number(name: str) -> float:
    raise ValueError(name)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def operations(api: NinjaAPI) -> Iterator[tuple[str, Operation]]:
    """Path and operation of everything that is mounted."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                yield path, operation


def finish(api: NinjaAPI) -> None:
    """Names and words from the code; repeated requests honoured on every POST."""
    for _path, operation in operations(api):
        function = operation.view_func
        lines = (inspect.getdoc(function) or "").split("\n\n", 1)
        operation.summary = " ".join(lines[0].split())
        operation.description = " ".join(lines[1].split()) if len(lines) > 1 else ""
        operation.operation_id = function.__name__
        if getattr(function, "keyless", False):
            KEYLESS.add(function.__name__)
        if operation.methods == ["POST"] and not getattr(function, "handles_repeats", False):
            once.honour(operation)


def url_patterns(api: NinjaAPI) -> list[URLPattern]:
    found: list[URLPattern] = []
    for bound in api._get_bound_routers():
        for pattern in bound.urls_paths(bound.prefix):
            pattern.callback = framed(pattern.callback)
            found.append(pattern)
    return found


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        only_head = request.method == "HEAD"
        if only_head:
            request.method = "GET"
        response = _refused_at_the_door(request) or view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = errors.errors(405, "", _("这个地址不能这样调用。"), Allow=response["Allow"])
        if only_head:
            response.content = b""
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie counts here
    return answer


def _refused_at_the_door(request: HttpRequest) -> HttpResponse | None:
    if request.method not in WRITES:
        return None
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length[:12]) > LARGEST_BODY:
        return errors.too_large(request)
    return None
