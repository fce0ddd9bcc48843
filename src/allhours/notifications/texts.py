"""The sentences of notices: key → template in the source language, filled in when it is read.

Each app keeps its own in `<app>/notices.py` and registers them in `AppConfig.ready`, with the
category that decides how a reader may be told of them, and the title under which they stand in
the inbox. Parameters are plain values (codes, dates, titles that the reader may see); a date is
given as an ISO string.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACTION, INFO, SECURITY = "action", "info", "security"
CATEGORIES: dict[str, str | _StrPromise] = {
    ACTION: _("需要办理"),
    INFO: _("告知"),
    SECURITY: _("账号安全"),
}


@dataclass(frozen=True)
class Text:
    key: str
    sentence: str | _StrPromise
    category: str
    title: str | _StrPromise


_texts: dict[str, Text] = {}


def register(
    texts: Mapping[str, str | _StrPromise],
    *,
    category: str = INFO,
    title: str | _StrPromise = "",
    action: Collection[str] = (),
) -> None:
    """Add an app's sentences; a key that another app has is a mistake and raises.

    `action` names those of them that ask their reader to do something; all others are of
    `category`.
    """
    if category not in CATEGORIES:
        raise ValueError(f"no category of notices is called `{category}`")
    if unknown := set(action) - set(texts):
        raise ValueError(f"no text is given for {sorted(unknown)}")
    for key, sentence in texts.items():
        known_as = _texts.get(key)
        if known_as is not None and str(known_as.sentence) != str(sentence):
            raise ValueError(f"the notice `{key}` is registered twice")
        _texts[key] = Text(key, sentence, ACTION if key in action else category, title)


def known(key: str) -> bool:
    return key in _texts


def registered() -> frozenset[str]:
    return frozenset(_texts)


def all_texts() -> list[Text]:
    return sorted(_texts.values(), key=lambda text: text.key)


def keys_of(category: str) -> list[str]:
    return [text.key for text in all_texts() if text.category == category]


def category_of(key: str) -> str:
    """A key that is no longer known is for information."""
    return _texts[key].category if key in _texts else INFO


def title_of(key: str) -> str:
    return str(_texts[key].title) if key in _texts else ""


def render(key: str, params: Mapping[str, Any]) -> str:
    """The sentence in the reader's language; a blank without a value stays visible as “…”."""
    text = _texts.get(key)
    if text is None:
        return key
    return str(text.sentence) % _Blanks(params)


class _Blanks(dict[str, Any]):
    """An old notice may lack a parameter that a newer sentence has."""

    def __missing__(self, key: str) -> str:
        return "…"
