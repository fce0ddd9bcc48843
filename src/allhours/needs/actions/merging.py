"""Two wishes that say the same go on as one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices, reasons
from allhours.needs.actions import claims, festival_seats, seats
from allhours.needs.choices import WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import due_by
from allhours.needs.queries.claimers import claimer_of, open_claim, unit_claim
from allhours.needs.rules import duplicates as rules
from allhours.needs.rules.claims import claimer_refusals
from allhours.needs.scope import HANDLERS, handles


def merge_wishes(*, actor: Actor, wish: Wish, into: Wish, now: datetime) -> Wish:
    """From now on `wish` is seen to as `into`, to which its follow code leads on.

    Who holds `wish` is given a place of `into` while there is one; other claims end, and their
    members are told. Gives `into`. Raises Refused.
    """
    for each in (wish, into):
        if not handles(actor, each.community.path, HANDLERS):
            raise Refused(NOT_YOURS_TO_DO)
    with_retry(partial(_merge, actor, wish, into, now))
    wish.refresh_from_db()
    into.refresh_from_db()
    return into


@transaction.atomic
def _merge(actor: Actor, wish: Wish, into: Wish, now: datetime) -> None:
    wish, into = _held(wish, into)
    done = Claim.objects.live().filter(wish=wish, delivered_at__isnull=False).exists()
    refuse_if(rules.merge_refusals(wish, into, delivered=done))
    before = str(wish.state)
    Wish.objects.filter(pk=wish.pk).update(
        state=WishState.MERGED,
        merged_into=into,
        taken=0,
        publish_at=None,
        ended_at=now,
        end_reason=reasons.stored(reasons.MERGED, code=into.code),
    )
    Wish.objects.filter(merged_into=wish).update(merged_into=into)  # one step, never a chain
    moved = [claim.pk for claim in _live(wish) if _moved(claim, into, now)]
    claims.end_all(actor=actor, wish=wish, now=now)
    journal.note(
        actor=actor, did="wish.merged", to=wish, now=now, before=before, into=into.pk, moved=moved
    )
    journal.note(actor=actor, did="wish.merged_from", to=into, now=now, wish=wish.pk)


def _held(wish: Wish, into: Wish) -> tuple[Wish, Wish]:
    """Both rows as they are, held until the end; in the order of numbers, so that two merges
    the other way round wait for each other instead of locking each other out."""
    for pk in sorted({wish.pk, into.pk}):
        Wish.objects.filter(pk=pk).update(taken=F("taken"))
    rows = Wish.objects.select_related("community").in_bulk([wish.pk, into.pk])
    return rows[wish.pk], rows[into.pk]


def _live(wish: Wish) -> list[Claim]:
    rows = Claim.objects.live().filter(wish=wish).select_related("member", "wish")
    return list(rows.order_by(*seats.IN_ORDER))


def _moved(claim: Claim, into: Wish, now: datetime) -> bool:
    """The claim takes a free place of the other wish, if its member or unit may hold that one."""
    if not _may_hold(claim, into):
        return False
    former = claim.wish
    elsewhere = former is None or former.festival_id != into.festival_id
    elsewhere = elsewhere and claim.unit_id is None  # a festival's limit is for members
    if elsewhere and not festival_seats.try_take(into, claim.member_id, now):
        return False
    free = Q(state=WishState.OPEN) | due_by(now)
    won = Wish.objects.filter(free, pk=into.pk, taken__lt=F("places")).update(
        taken=F("taken") + 1,
        state=claims.FULL,
        opened_at=Coalesce(F("opened_at"), F("publish_at")),
        claimed_at=now,
    )
    if elsewhere and former is not None:  # one of the two is not theirs
        festival_seats.give(former if won else into, claim.member_id)
    if not won:
        return False
    same = former is not None and former.wisher_phone_hash == into.wisher_phone_hash
    claim.seat = seats.free_seat(into.places, wish_id=into.pk)
    claim.wish = into
    if not same:  # somebody else to speak with
        claim.contacted_at = None
    claim.save(update_fields=["seat", "wish", "contacted_at"])
    notices.after_commit(notices.claim_moved, claim.pk, now=now)
    return True


def _may_hold(claim: Claim, into: Wish) -> bool:
    if claim.unit_id is not None and unit_claim(into, claim.unit_id):
        return False
    if claim.is_unnamed:  # whom the unit names next is asked about then
        return True
    if open_claim(into, claim.member_id):
        return False
    return not claimer_refusals(into, claimer_of(claim.member))
