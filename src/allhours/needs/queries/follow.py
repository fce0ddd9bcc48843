"""A wish as its maker follows it: nothing personal beyond what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allhours.kernel import codes, crypto
from allhours.needs.choices import NEXT, RatingLevel, WishState
from allhours.needs.models import Wish
from allhours.needs.models.wish import WISHER_WORDS
from allhours.needs.queries.words import KINDS, pill, progress
from allhours.ui.parts import Event, Kind

FOLLOW = "wish.follow"  # purpose of the follow code's look-up hash


@dataclass(frozen=True)
class Followed:
    code: str
    words: str
    title: str
    community: str
    community_phone: str
    state: str
    pill: str
    kind: Kind
    events: list[Event]
    may_confirm: bool
    may_rate: bool
    may_withdraw: bool
    may_hide: bool
    note: str
    ratings: list[tuple[int, str]]


def follow_hash(code: str) -> str:
    return crypto.lookup_hash(codes.normal_code(code), FOLLOW)


def wish_followed(code: str) -> Wish | None:
    wanted = follow_hash(code)
    if not wanted:
        return None
    return Wish.objects.select_related("community").filter(follow_hash=wanted).first()


def followed(code: str, now: datetime) -> Followed | None:
    wish = wish_followed(code)
    if wish is None:
        return None
    state = wish.state_at(now)
    return Followed(
        code=wish.code,
        words=crypto.unseal(wish.words_sealed, WISHER_WORDS),
        title=wish.title,
        community=wish.community.label,
        community_phone=wish.community.phone,
        state=state,
        pill=pill(wish, state),
        kind=KINDS[state],
        events=progress(wish, now),
        may_confirm=state == WishState.DELIVERED,
        may_rate=state == WishState.CONFIRMED and wish.rating is None,
        may_withdraw=WishState.WITHDRAWN in NEXT.get(WishState(wish.state), set()),
        may_hide=wish.may_publish,
        note=wish.note,
        ratings=[(level.value, str(level.label)) for level in RatingLevel],
    )
