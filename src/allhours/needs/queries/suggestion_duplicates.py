"""What may be the same thing said before: a hint for who takes it on, decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allhours.accounts.actor import Actor
from allhours.kernel import crypto
from allhours.needs.models import Suggestion
from allhours.needs.models.suggestion import AUTHOR_WORDS
from allhours.needs.queries.suggestions import OPEN, TONES, joinable
from allhours.needs.rules.alike import bigrams, likeness
from allhours.needs.rules.duplicates import ALIKE
from allhours.ui.parts import Kind

WITHIN = timedelta(days=90)
COMPARED = 300  # the newest; more would only slow the page
SHOWN = 5


@dataclass(frozen=True)
class Alike:
    """Another suggestion by the desk's own line about it, never in its author's words."""

    code: str
    title: str
    noted_at: datetime
    state_label: str
    kind: Kind


def alike_to(actor: Actor, suggestion: Suggestion, now: datetime) -> list[Alike]:
    """Those of the same community it may be joined to, the likeliest first. One query."""
    if suggestion.state not in OPEN:
        return []
    rows = joinable(actor, suggestion).filter(noted_at__gte=now - WITHIN)[:COMPARED]
    mine = _pairs(suggestion)
    marked = [(likeness(mine, _pairs(other)), other) for other in rows]
    found = sorted((each for each in marked if each[0] >= ALIKE), key=lambda e: -e[0])
    return [_hint(other) for _alike, other in found[:SHOWN]]


def _pairs(suggestion: Suggestion) -> frozenset[str]:
    return bigrams(crypto.unseal(suggestion.words_sealed, AUTHOR_WORDS))


def _hint(other: Suggestion) -> Alike:
    return Alike(
        code=other.code,
        title=other.title,
        noted_at=other.noted_at,
        state_label=str(other.get_state_display()),
        kind=TONES[other.state],
    )
