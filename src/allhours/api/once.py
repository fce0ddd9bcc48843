"""`Idempotency-Key` on every POST: the same key and request give the first answer again."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation

from allhours.api import errors
from allhours.api.caller import user_of
from allhours.jobs import once
from allhours.kernel import clock, codes, crypto
from allhours.kernel.errors import Refused

HEADER = "Idempotency-Key"
SHORTEST = 16  # of a key without a token
INTAKE, CODE = "api.intake", "api.follow"  # purposes of the digests
FORM = re.compile(r"[\x21-\x7e]{1,80}")


def key_of(request: HttpRequest) -> str:
    """Empty when none was sent."""
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    if not FORM.fullmatch(key):
        raise errors.Invalid(HEADER, _("应为 1 至 80 个英文字母、数字或符号。"))
    return key


def print_of(request: HttpRequest) -> str:
    return once.fingerprint((request.method or "").encode(), request.path.encode(), request.body)


@dataclass(frozen=True)
class Repeatable:
    """What makes a request of nobody in particular safe to repeat: see `repeatable`."""

    intake_key: str
    follow_code: str | None


def repeatable(request: HttpRequest) -> Repeatable:
    """For what is made without an account and answers with a code that is told once.

    The answer is not kept, or the code could be read there; with a key, the code follows from the
    key and the request under the installation's key, so that the same request is told the same
    code and nobody else can work it out. Two strangers who chose the same key never meet: key,
    caller and body count together. Without a token a key must be too long to be chosen twice.
    """
    key, token = key_of(request), getattr(request, "token", None)
    if not key:
        return Repeatable(secrets.token_hex(32), None)
    if token is None and len(key) < SHORTEST:
        raise errors.Invalid(HEADER, _("没有令牌时，应为 16 至 80 个英文字母、数字或符号。"))
    caller = str(token.user_id) if token else ""
    print_ = once.fingerprint(key.encode(), caller.encode(), request.path.encode(), request.body)
    return Repeatable(
        crypto.lookup_hash(print_, INTAKE), codes.code_from(crypto.lookup_hash(print_, CODE))
    )


def honour(operation: Operation) -> None:
    """Let an operation that changes something answer a repeated request as the first.

    Its function may have a `foresee`, called alike: raises what would be refused, writes nothing.
    """
    work = operation.view_func
    foresee = getattr(work, "foresee", None)

    def view(request: HttpRequest, **values: Any) -> Any:
        key = key_of(request)
        if not key:
            return work(request, **values)
        return answered(
            request,
            key,
            user_of(request).pk,
            lambda: _answer(operation, work, request, values),
            lambda: _foreseen(foresee, request, values),
        )

    operation.view_func = view


def answered(
    request: HttpRequest,
    key: str,
    user_id: int,
    work: Callable[[], once.Answer],
    foresee: Callable[[], once.Answer | None] = lambda: None,
) -> HttpResponse:
    return told(
        once.once(
            user_id=user_id,
            key=key,
            print_=print_of(request),
            work=work,
            foresee=foresee,
            now=clock.now(),
        )
    )


def told(answer: once.Answer) -> HttpResponse:
    response = errors.answer(answer.status, answer.body)
    if answer.repeated:
        response["Idempotent-Replayed"] = "true"
    return response


def _foreseen(
    foresee: Callable[..., None] | None, request: HttpRequest, values: dict[str, Any]
) -> once.Answer | None:
    if foresee is None:
        return None
    try:
        foresee(request, **values)
    except Refused as refused:
        return once.Answer(409, errors.refusals_body(*refused.reasons))
    return None


def _answer(
    operation: Operation, work: Callable[..., Any], request: HttpRequest, values: dict[str, Any]
) -> once.Answer:
    """What would go over the wire; a refusal is an answer too, and its act is undone."""
    try:
        with once.undone_if_refused():
            result = work(request, **values)
            response = operation._result_to_response(
                request, result, operation.api.create_temporal_response(request)
            )
    except Refused as refused:
        return once.Answer(409, errors.refusals_body(*refused.reasons))
    content = response.content if isinstance(response, HttpResponse) else b"null"
    return once.Answer(response.status_code, json.loads(content or b"null"))
