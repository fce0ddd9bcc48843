"""How alike two texts are, by pairs of neighbouring characters. Pure."""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"[\W_]+")


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, without blanks and punctuation; a lone one by itself."""
    flat = _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())
    if len(flat) == 1:
        return frozenset({flat})
    return frozenset(flat[at : at + 2] for at in range(len(flat) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's measure, 0 (nothing in common) to 1 (the same pairs)."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0
