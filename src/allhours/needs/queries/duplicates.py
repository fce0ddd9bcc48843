"""What may be the same need as a wish on the desk: a hint, decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.kernel import crypto
from allhours.needs.choices import ENDED, WishState
from allhours.needs.models import Wish
from allhours.needs.models.wish import WISHER_WORDS
from allhours.needs.queries.words import KINDS
from allhours.needs.rules.alike import bigrams, likeness
from allhours.needs.rules.duplicates import ALIKE, ONGOING
from allhours.ui.parts import Kind

WITHIN = timedelta(days=90)
COMPARED = 300  # the newest; more would only slow the page
SHOWN = 5
BEFORE_PUBLICATION = (WishState.NOTED, WishState.VERIFIED, WishState.SCHEDULED)


@dataclass(frozen=True)
class Duplicate:
    """Another wish, by its public text; why it is shown, never what the resident wrote."""

    code: str
    title: str
    noted_at: datetime
    state_label: str
    kind: Kind
    why: str
    mergeable: bool


def duplicates(actor: Actor, wish: Wish, now: datetime) -> list[Duplicate]:
    """The likeliest first: the same telephone, then by words alike. One query."""
    if wish.state not in BEFORE_PUBLICATION:
        return []
    near = Q(noted_at__gte=now - WITHIN)
    if wish.wisher_phone_hash:
        near |= Q(wisher_phone_hash=wish.wisher_phone_hash)
    rows = (
        Wish.objects.on_desk_of(actor)
        .filter(near, community_id=wish.community_id)
        .exclude(pk=wish.pk)
        .exclude(state__in=ENDED)
        .order_by("-noted_at", "-pk")[:COMPARED]
    )
    mine = _pairs(wish)
    marked = [(_same_phone(wish, other), likeness(mine, _pairs(other)), other) for other in rows]
    found = [each for each in marked if each[0] or each[1] >= ALIKE]
    found.sort(key=lambda each: each[:2], reverse=True)
    return [_hint(other, now, same=same) for same, _alike, other in found[:SHOWN]]


def _pairs(wish: Wish) -> frozenset[str]:
    return bigrams(crypto.unseal(wish.words_sealed, WISHER_WORDS))


def _same_phone(wish: Wish, other: Wish) -> bool:
    return bool(wish.wisher_phone_hash) and wish.wisher_phone_hash == other.wisher_phone_hash


def _hint(other: Wish, now: datetime, *, same: bool) -> Duplicate:
    state = WishState(other.state_at(now))
    return Duplicate(
        code=other.code,
        title=other.title or _("（待核实的心愿）"),
        noted_at=other.noted_at,
        state_label=str(state.label),
        kind=KINDS[state],
        why=_("同一联系电话") if same else _("内容相近"),
        mergeable=other.state in ONGOING,
    )
