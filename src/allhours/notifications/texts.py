"""The sentences of notices: key → template in the source language, filled in when it is read.

Each app keeps its own in `<app>/notices.py` and registers them in `AppConfig.ready`. Parameters are
plain values (codes, dates, titles that its reader may see); a date is given as an ISO string.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_texts: dict[str, str | _StrPromise] = {}


def register(texts: Mapping[str, str | _StrPromise]) -> None:
    """Add an app's sentences; a key that another app has is a mistake and raises."""
    for key, text in texts.items():
        if key in _texts and _texts[key] is not text and str(_texts[key]) != str(text):
            raise ValueError(f"the notice `{key}` is registered twice")
        _texts[key] = text


def known(key: str) -> bool:
    return key in _texts


def registered() -> frozenset[str]:
    return frozenset(_texts)


def render(key: str, params: Mapping[str, Any]) -> str:
    """The sentence in the reader's language; a blank without a value stays visible as “…”."""
    text = _texts.get(key)
    if text is None:
        return key
    return str(text) % _Blanks(params)


class _Blanks(dict[str, Any]):
    """An old notice may lack a parameter that a newer sentence has."""

    def __missing__(self, key: str) -> str:
        return "…"
