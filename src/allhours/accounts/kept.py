"""A form that was being filled in when the session ended: kept sealed until its writer is back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from allhours.kernel import crypto

KEY = "kept"
PURPOSE = "session.kept"
KEEP_FOR = timedelta(minutes=30)
MOST_BYTES = 64 * 1024
# Neither passwords and codes nor requests of programs.
NEVER = ("accounts", "api")


def pack(request: HttpRequest, user_id: int, now: datetime) -> dict[str, Any] | None:
    """What was sent, for the anonymous session that follows; None for what is not kept.

    The request's CSRF token has been checked by now, so nobody else put these words there.
    Attached files are not kept, and `files` says so.
    """
    match = request.resolver_match
    fields = [
        (name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
    ]
    if match is None or match.app_name in NEVER or any("password" in name for name, _ in fields):
        return None
    body = json.dumps(fields, ensure_ascii=False)
    if not fields or len(body.encode()) > MOST_BYTES:
        return None
    return {
        "user": user_id,
        "path": request.get_full_path(),
        "at": now.timestamp(),
        "files": bool(request.FILES),
        "sealed": crypto.seal(body, PURPOSE),
    }


def belongs_to(kept: dict[str, Any] | None, user_id: int, now: datetime) -> bool:
    if not kept or kept["user"] != user_id:
        return False
    return bool(now.timestamp() - kept["at"] < KEEP_FOR.total_seconds())


def fields(kept: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(name, values) for name, values in json.loads(crypto.unseal(kept["sealed"], PURPOSE))]
