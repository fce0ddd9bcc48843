"""Why a post suits a member: what the card says, weighed. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# The nearest first: a post where one serves outweighs everything else that may speak for another.
WEIGHTS = {"serving": 32, "living": 16, "wished": 8, "skill": 4, "time": 2}
WORDS = {
    "serving": _("您服务的社区"),
    "living": _("您居住的社区"),
    "wished": _("您愿意做的"),
    "skill": _("用得上您的特长"),
    "time": _("时间合适"),
}


@dataclass(frozen=True)
class Card:
    """What a member's card says of their service: ids of communities, codes of the scheme."""

    serving: int | None = None
    residence: int | None = None
    wishes: Collection[str] = ()
    skills: Collection[str] = ()
    free_time: Collection[str] = ()


@dataclass(frozen=True)
class Wanted:
    """What a post asks for, in the same codes."""

    community: int
    item: str = ""
    skills: Collection[str] = ()
    weekly: Collection[str] = ()


def reasons(post: Wanted, card: Card) -> tuple[str, ...]:
    """The keys of `WORDS` that speak for the post, the weightiest first; none: it does not fit."""
    speaks = {
        "serving": post.community == card.serving,
        "living": post.community == card.residence != card.serving,
        "wished": bool(post.item) and post.item in card.wishes,
        "skill": not set(post.skills).isdisjoint(card.skills),
        "time": not set(post.weekly).isdisjoint(card.free_time),
    }
    found = tuple(why for why in WEIGHTS if speaks[why])
    # time alone says nothing: almost everybody is free at the week's end
    return () if found == ("time",) else found


def weight(why: Collection[str]) -> int:
    return sum(WEIGHTS[each] for each in why)
