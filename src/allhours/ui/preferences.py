"""The reader's own settings: elder mode and theme, kept in two cookies of this device."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

THEMES = ("auto", "light", "dark")
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    elder: bool = False
    theme: str = "auto"


def read_preferences(request: HttpRequest | None) -> Preferences:
    if request is None:
        return Preferences()
    theme = request.COOKIES.get("theme", "auto")
    return Preferences(
        elder=request.COOKIES.get("elder") == "1",
        theme=theme if theme in THEMES else "auto",
    )


def write_preferences(response: HttpResponse, *, elder: str | None, theme: str | None) -> None:
    """Store what was sent; a missing or unknown value leaves the cookie as it is."""
    if elder in ("0", "1"):
        _set(response, "elder", elder)
    if theme in THEMES:
        _set(response, "theme", theme)


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
