"""One wish's public page, as this reader sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allhours.accounts.actor import Actor
from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Wish
from allhours.needs.queries.claimers import open_claim
from allhours.needs.queries.festival_seats import festival_refusals
from allhours.needs.queries.limits import item_titles
from allhours.needs.queries.wall import Reader, reader
from allhours.needs.queries.words import Card, card, progress
from allhours.needs.rules.claims import claim_refusals, queue_refusals
from allhours.ui.parts import Event


@dataclass(frozen=True)
class WishPage:
    card: Card
    events: list[Event]
    sign_in: bool  # a guest may sign in to claim
    claimable: bool
    queueable: bool
    refusals: list[Refusal]  # why this member may not, told instead of the button
    in_hand: bool
    waiting: int | None  # the reader's queue number


def wish_page(actor: Actor, wish: Wish, now: datetime) -> WishPage:
    who = reader(actor, now)
    mine = open_claim(wish, who.member.pk) if who.member else None
    state = mine.state if mine else ""
    refusals = _refusals(wish, who, now) if not mine else []
    claimable = who.claimer is not None and mine is None and not refusals
    return WishPage(
        card=card(
            wish,
            categories=item_titles(now),
            now=now,
            claimable=claimable,
            for_unit=who.may_for_unit(wish, now),
            own=wish.community_id in who.communities or state == ClaimState.LIVE,
        ),
        events=progress(wish, now),
        sign_in=not actor.is_signed_in and wish.state_at(now) == WishState.OPEN,
        claimable=claimable,
        queueable=mine is None and _queueable(wish, who, now),
        refusals=refusals,
        in_hand=state == ClaimState.LIVE,
        waiting=mine.queue_no if mine and state == ClaimState.WAITING else None,
    )


def _refusals(wish: Wish, who: Reader, now: datetime) -> list[Refusal]:
    if who.claimer is None:
        return []
    return claim_refusals(wish, who.claimer, who.limits, now) or festival_refusals(
        wish, who.member, now
    )


def _queueable(wish: Wish, who: Reader, now: datetime) -> bool:
    if who.claimer is None or wish.state != WishState.CLAIMED:
        return False
    reasons = queue_refusals(wish, who.claimer, who.limits, now)
    return not (reasons or festival_refusals(wish, who.member, now))
