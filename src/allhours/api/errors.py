"""Everything that is not the answer hoped for, in the contract's two shapes.

A refusal by the rules is 409 and has codes; bad input is 422 and names fields. Sentences are in
the language that the caller asked for.
"""

from __future__ import annotations

import json
import logging
import traceback
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from allhours.api.sentences import sentence_of
from allhours.jobs.once import OtherRequest
from allhours.kernel.errors import Refusal, Refused
from allhours.kernel.retry import is_transient
from allhours.needs.actions.flood import TOO_OFTEN

if TYPE_CHECKING:
    from ninja import NinjaAPI

logger = logging.getLogger("allhours.api")

TOKEN_NEEDED = Refusal(
    "token.needed", gettext_lazy("请先申请令牌，并在 Authorization 标头中带上它。")
)
TOKEN_BAD = Refusal("token.bad", gettext_lazy("令牌不对，或已到期、已撤销，请重新申请。"))
SCOPE_MISSING = Refusal(
    "token.scope_missing", gettext_lazy("这个令牌没有“%(scope)s”的范围，请申请有此范围的令牌。")
)
FACTOR_NEEDED = Refusal(
    "token.factor_needed",
    gettext_lazy("您的职务须有第二重验证，请先登录网页设置，再申请令牌。"),
)


class Invalid(Exception):  # noqa: N818 - names what is the matter
    """Input that has the right type and yet cannot be taken: 422. `more`: further fields."""

    def __init__(self, field: str, text: str, *more: tuple[str, str]) -> None:
        self.found = [(field, text), *more]
        super().__init__(field)


class Unauthorized(Exception):  # noqa: N818 - names what is the matter
    def __init__(self, reason: Refusal) -> None:
        self.reason = reason
        super().__init__(reason.code)


class Forbidden(Exception):  # noqa: N818 - names what is the matter
    """A good token that was not issued for this."""

    def __init__(self, reason: Refusal) -> None:
        self.reason = reason
        super().__init__(reason.code)


class NotJson(Exception):  # noqa: N818 - names what is the matter
    """A body of another kind."""


class TooMany(Exception):  # noqa: N818 - names what is the matter
    def __init__(self, seconds: int, text: str = "") -> None:
        self.seconds, self.text = max(1, seconds), text
        super().__init__(str(seconds))


def answer(status: int, body: Any, **headers: str) -> HttpResponse:
    response = HttpResponse(json.dumps(body), status=status, content_type="application/json")
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def errors(status: int, field: str, text: str, **headers: str) -> HttpResponse:
    return answer(status, {"errors": [{"field": field, "text": text}]}, **headers)


def refusals_body(*reasons: Refusal) -> dict[str, Any]:
    return {"refusals": [{"code": reason.code, "text": str(reason)} for reason in reasons]}


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    for reason in error.reasons:
        if reason.code == TOO_OFTEN.code:  # the page answers 429 too
            return too_many(request, TooMany(reason.params.get("seconds", 60), str(reason)))
    return answer(409, refusals_body(*error.reasons))


def unauthorized(request: HttpRequest, error: Unauthorized | AuthenticationError) -> HttpResponse:
    reason = error.reason if isinstance(error, Unauthorized) else TOKEN_NEEDED
    challenge = 'Bearer realm="allhours"'
    if reason is TOKEN_BAD:
        challenge += ', error="invalid_token"'
    return answer(401, refusals_body(reason), WWW_Authenticate=challenge)


def forbidden(request: HttpRequest, error: Forbidden) -> HttpResponse:
    challenge = 'Bearer realm="allhours", error="insufficient_scope"'
    return answer(403, refusals_body(error.reason), WWW_Authenticate=challenge)


def not_found(request: HttpRequest, error: Http404 | None = None) -> HttpResponse:
    return errors(404, "", _("没有找到，或不在您的查看范围内。"))


def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    body = [{"field": field, "text": text} for field, text in error.found]
    return answer(422, {"errors": body})


def unprocessable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Pydantic's findings in our words, one a field."""
    found = {_field(each["loc"]): sentence_of(each) for each in reversed(error.errors)}
    body = [{"field": field, "text": text} for field, text in reversed(found.items())]
    return answer(422, {"errors": body})


def _field(location: tuple[str | int, ...]) -> str:
    """`("body", "given", "ids", 0)` → `ids.0`: where it came from and our own name for the body
    are nobody's business."""
    parts = [str(part) for part in location]
    skipped = 2 if parts[:2] in (["body", "given"], ["query", "asked"]) else 1
    return ".".join(parts[skipped:])


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The body is no JSON; nothing else raises this."""
    return errors(422, "", _("请求的内容不是有效的 JSON。"))


def too_large(request: HttpRequest, error: SuspiciousOperation | None = None) -> HttpResponse:
    if error is not None and not isinstance(error, RequestDataTooBig):
        return errors(422, "", _("请求的内容有误，请核对。"))
    return errors(413, "", _("请求的内容太大。"))


def not_json(request: HttpRequest, error: NotJson) -> HttpResponse:
    return errors(415, "", _("请求的内容应为 JSON（application/json）。"))


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    text = error.text or _("请求太频繁，请稍后再试。")
    return errors(429, "", text, Retry_After=str(error.seconds))


def other_request(request: HttpRequest, error: OtherRequest) -> HttpResponse:
    text = _("这个 Idempotency-Key 已用于另一个请求，请换一个。")
    return errors(422, "Idempotency-Key", text)


def database(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """Too many writers for too long may pass; anything else is our mistake."""
    if is_transient(error):
        return errors(503, "", _("系统正忙，请稍后再试。"), Retry_After="2")
    return broken(request, error)


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    # Where it failed, without the error's own text: that may quote a row.
    frames = traceback.extract_tb(error.__traceback__)
    where = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
    kind = type(error).__name__
    logger.error("%s %s: %s at %s", request.method, request.path, kind, where)
    return errors(500, "", _("系统出错，已记录；请稍后再试。"))


def register(api: NinjaAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        Refused: refused,
        Unauthorized: unauthorized,
        AuthenticationError: unauthorized,
        Forbidden: forbidden,
        Http404: not_found,
        Invalid: invalid,
        ValidationError: unprocessable,
        HttpError: unreadable,
        SuspiciousOperation: too_large,
        NotJson: not_json,
        TooMany: too_many,
        OtherRequest: other_request,
        DatabaseError: database,
        Exception: broken,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
