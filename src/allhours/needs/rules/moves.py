"""The plain steps that take a card of the board into the next column. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allhours.kernel.errors import Refusal
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.needs.rules import claims, wishes

# step → the column in which the wish then stands
COLUMN_AFTER = {"publish": "open", "confirm": "confirmed", "send-back": "claimed"}


@dataclass(frozen=True)
class Moves:
    """What may be done by one step, and why not, in the words of the actions themselves."""

    allowed: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()  # of those that are not allowed, each once


def moves(wish: Wish, *, claimers: Collection[int], member_id: int | None, now: datetime) -> Moves:
    """Of a wish that the asking one handles. Publishing is now, never at an hour."""
    asked = {
        "publish": publish_now_refusals(wish, now),
        "confirm": confirm_refusals(wish, claimers=claimers, member_id=member_id),
        "send-back": send_back_refusals(wish),
    }
    refused = [reason for reasons in asked.values() for reason in reasons]
    return Moves(
        allowed=tuple(step for step, reasons in asked.items() if not reasons),
        refusals=tuple({reason.code: reason for reason in refused}.values()),
    )


def publish_now_refusals(wish: Wish, now: datetime) -> list[Refusal]:
    if wish.state == WishState.SCHEDULED:  # its hour was announced: take that back first
        return [wishes.NOT_IN_STATE.having(state=wish.get_state_display())]
    return wishes.publish_refusals(wish, at=None, now=now)


def confirm_refusals(
    wish: Wish, *, claimers: Collection[int], member_id: int | None
) -> list[Refusal]:
    if wish.state != WishState.DELIVERED:
        return [claims.NOT_DELIVERED]
    return claims.confirmer_refusals(claimers=set(claimers), member_id=member_id)


def send_back_refusals(wish: Wish) -> list[Refusal]:
    return [] if wish.state == WishState.DELIVERED else [claims.NOT_DELIVERED]
