"""How a signed-in member last looked at the wall: kept on their device, for them alone.

A cookie like the other settings of a reader (`ui.preferences`), signed and named after the member,
so that on a shared machine nobody finds another's choice, and a guest finds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from allhours.directory.middleware import ActorRequest

COOKIE = "wall"
KEPT = ("community", "category", "fits")
YEAR_SECONDS = 365 * 24 * 3600


def asked(request: HttpRequest) -> tuple[Mapping[str, str], bool]:
    """What of the wall is asked for; of a bare address what the member chose last, and whether."""
    given = {name: str(value) for name, value in request.GET.items()}
    if given or _salt(request) is None:
        return given, False
    found = request.get_signed_cookie(COOKIE, "", salt=_salt(request) or "")
    kept = {name: value for name, value in parse_qsl(found) if name in KEPT}
    return kept, bool(kept)


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Remember what a member chose; a page further on or another state is no choice."""
    salt = _salt(request)
    if salt is None or not set(KEPT) & set(request.GET):
        return
    chosen = {name: request.GET.get(name, "")[:40] for name in KEPT}
    response.set_signed_cookie(
        COOKIE,
        urlencode({name: value for name, value in chosen.items() if value}),
        salt=salt,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
    )


def _salt(request: HttpRequest) -> str | None:
    member = cast("ActorRequest", request).actor.member_id
    return None if member is None else f"wall of {member}"
