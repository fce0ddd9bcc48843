"""Who a wisher is: opened one at a time, by those who may, each opening in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.kernel import crypto
from allhours.kernel.errors import Refused, refuse_if
from allhours.needs.choices import SightPurpose
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import (
    GUARDIAN_NAME,
    WISHER_ADDRESS,
    WISHER_NAME,
    WISHER_PHONE,
    WISHER_WORDS,
)
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import claims as rules
from allhours.needs.scope import HANDLERS, handles


@dataclass(frozen=True)
class Wisher:
    """The facts in plain; never stored, logged or put into an address."""

    words: str
    name: str
    phone: str
    address: str
    guardian_name: str = ""


def _facts(wish: Wish) -> Wisher:
    return Wisher(
        words=crypto.unseal(wish.words_sealed, WISHER_WORDS),
        name=crypto.unseal(wish.wisher_name_sealed, WISHER_NAME),
        phone=crypto.unseal(wish.wisher_phone_sealed, WISHER_PHONE),
        address=crypto.unseal(wish.wisher_address_sealed, WISHER_ADDRESS),
        guardian_name=crypto.unseal(wish.guardian_name_sealed, GUARDIAN_NAME),
    )


@transaction.atomic
def see_wisher(*, actor: Actor, claim: Claim, now: datetime) -> Wisher:
    """For the claimer, while the wish is in hand and some days after its confirmation."""
    if actor.member_id is None or claim.member_id != actor.member_id or claim.wish is None:
        raise Refused(rules.NOT_YOURS)
    # what holds now, not when the page was made
    claim.refresh_from_db(fields=["state", "member", "unnamed_since", "wish"])
    if claim.member_id != actor.member_id:  # a unit has named another
        raise Refused(rules.NOT_YOURS)
    wish = claim.wish  # read anew: two may have been merged
    refuse_if(rules.sight_refusals(claim, wish, wish_limits(now), now))
    journal.note(
        actor=actor, did="wish.identity_read", to=wish, now=now, claim=claim.pk, purpose="claim"
    )
    return _facts(wish)


@transaction.atomic
def open_wisher(*, actor: Actor, wish: Wish, purpose: str, now: datetime) -> Wisher:
    """For the community's staff and the grid worker who noted it, with a purpose."""
    own_note = actor.user_id is not None and wish.noted_by_plain == actor.user_id
    if not own_note and not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    journal.note(
        actor=actor,
        did="wish.identity_read",
        to=wish,
        now=now,
        purpose=SightPurpose(purpose).value,
    )
    return _facts(wish)
