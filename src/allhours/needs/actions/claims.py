"""A member takes up a wish, waits for one, gives it back; a community releases it.

Exact by construction: the wish's row is changed first, under a condition; then the member's
allowance, under its limit; then the claim takes a seat. Losers get the sentence that fits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Member
from allhours.directory.presence import hold_place
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices, reasons, unit_notices
from allhours.needs.actions import festival_seats, nightly, seats
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import due_by
from allhours.needs.queries.claimers import claimer_of, member_of, open_claim
from allhours.needs.queries.festival_seats import festival_refusals
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import claims as rules
from allhours.needs.scope import HANDLERS, handles
from allhours.scheme.schema.needs import Wishes as WishLimits

FULL = Case(
    When(taken__gte=F("places") - 1, then=Value(WishState.CLAIMED.value)),
    default=Value(WishState.OPEN.value),
)


def claim_wish(*, actor: Actor, wish: Wish, now: datetime) -> Claim:
    """Give the wish to the actor's member, once, or refuse with a reason.

    A repeated claim of a wish that the member holds gives their claim back.
    """
    member = _member(actor)
    wish = Wish.objects.select_related("community").get(pk=wish.pk)
    mine = _held_or_refused(member, wish, now)
    if mine is not None:
        return mine
    limits = wish_limits(now)
    with_retry(partial(seats.ensure_allowance, member.pk))
    try:
        claim = with_retry(partial(_take, actor, wish, member, limits, now))
    except IntegrityError:  # the last fence
        claim = open_claim(wish, member.pk)
    if claim is not None:
        return claim
    mine = open_claim(wish, member.pk)
    if mine is not None and mine.state == ClaimState.LIVE:
        return mine
    wish.refresh_from_db()
    raise Refused(*(rules.published_refusals(wish, now) or [rules.ALREADY_TAKEN]))


def foresee_claim(*, actor: Actor, wish: Wish, now: datetime) -> None:
    """Refuse what can be refused without a write: in a rush, nearly everybody."""
    _held_or_refused(_member(actor), wish, now)


def _held_or_refused(member: Member, wish: Wish, now: datetime) -> Claim | None:
    """The live claim that the member has of it already; None: they may try."""
    mine = open_claim(wish, member.pk)
    if mine is not None and mine.state == ClaimState.LIVE:
        return mine
    refuse_if(rules.published_refusals(wish, now))
    refuse_if(
        rules.claim_refusals(wish, claimer_of(member), wish_limits(now), now)
        or festival_refusals(wish, member, now)
    )
    return None


@transaction.atomic
def _take(
    actor: Actor, wish: Wish, member: Member, limits: WishLimits, now: datetime
) -> Claim | None:
    """The claim, or None if no place was left."""
    if not hold_place(member.pk):
        raise Refused(rules.NOT_A_MEMBER)
    if not take_place(wish.pk, now):
        return None
    if Claim.objects.live().named().filter(wish=wish, member=member).exists():
        transaction.set_rollback(True)  # the same member's other request was quicker
        return None
    if not seats.take(member.pk, "live", limits.open_claims):
        raise Refused(rules.TOO_MANY.having(limit=limits.open_claims))
    festival_seats.take(wish, member.pk, now)
    claim = _seated(wish, member.pk, limits, now)
    journal.note(actor=actor, did="wish.claimed", to=wish, now=now, claim=claim.pk, seat=claim.seat)
    notices.after_commit(notices.wish_claimed, wish.pk, now=now)
    return claim


def take_place(wish_id: int, now: datetime) -> bool:
    """Count one more claim of an open wish, if a place is left; its row is held from now on."""
    free = Q(state=WishState.OPEN) | due_by(now)
    return bool(
        Wish.objects.filter(free, pk=wish_id, taken__lt=F("places")).update(
            taken=F("taken") + 1,
            state=FULL,
            opened_at=Coalesce(F("opened_at"), F("publish_at"), Value(now)),
            claimed_at=now,
        )
    )


def _seated(wish: Wish, member_id: int, limits: WishLimits, now: datetime) -> Claim:
    """The member's claim in the lowest free seat: their waiting one if there is one."""
    waiting = open_claim(wish, member_id)
    if waiting is not None:
        seats.give(member_id, "waiting")
    claim = waiting or Claim(wish=wish, member_id=member_id)
    claim.state, claim.claimed_at = ClaimState.LIVE, now
    claim.seat = seats.free_seat(wish.places, wish_id=wish.pk)
    claim.due_at = now + timedelta(days=limits.deliver_days)
    if waiting is None:
        claim.save(force_insert=True)
    else:
        claim.save(update_fields=["state", "claimed_at", "seat", "due_at"])
    return claim


def join_queue(*, actor: Actor, wish: Wish, now: datetime) -> Claim:
    """Wait for a place of a wish that is fully taken."""
    member = _member(actor)
    wish = Wish.objects.select_related("community").get(pk=wish.pk)
    if open_claim(wish, member.pk) is not None:
        raise Refused(rules.IN_QUEUE)
    limits = wish_limits(now)
    refuse_if(
        rules.queue_refusals(wish, claimer_of(member), limits, now)
        or festival_refusals(wish, member, now)
    )
    with_retry(partial(seats.ensure_allowance, member.pk))
    try:
        return with_retry(partial(_wait, actor, wish, member, limits, now))
    except IntegrityError:
        raise Refused(rules.IN_QUEUE) from None


@transaction.atomic
def _wait(actor: Actor, wish: Wish, member: Member, limits: WishLimits, now: datetime) -> Claim:
    if not hold_place(member.pk):
        raise Refused(rules.NOT_A_MEMBER)
    rows = Wish.objects.filter(pk=wish.pk, state=WishState.CLAIMED)
    if not rows.update(queue=F("queue") + 1):
        wish.refresh_from_db()
        raise Refused(*(rules.published_refusals(wish, now) or [rules.STILL_OPEN]))
    if not seats.take(member.pk, "waiting", limits.waiting_claims):
        raise Refused(rules.QUEUE_LIMIT.having(limit=limits.waiting_claims))
    claim = Claim.objects.create(
        wish=wish,
        member=member,
        state=ClaimState.WAITING,
        queue_no=rows.values_list("queue", flat=True).get(),
        claimed_at=now,
    )
    journal.note(actor=actor, did="wish.queued", to=wish, now=now, claim=claim.pk)
    return claim


def give_back(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """The member leaves a wish in hand or a queue; a coarse reason is enough."""
    refuse_if(rules.in_hand_refusals(claim, actor.member_id))
    if claim.unit_id is not None:
        raise Refused(rules.OF_A_UNIT)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    with_retry(partial(leave_claim, actor, claim, ClaimState.WITHDRAWN, reason, now))


def release_claim(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """The community takes a wish away from its claimer, who reads the reason."""
    wish = claim.wish
    if wish is None or not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    refuse_if(rules.live_refusals(claim))
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    with_retry(partial(leave_claim, actor, claim, ClaimState.RELEASED, reason, now))


def leave_for_good(
    actor: Actor, claim: Claim, reason: str, now: datetime, *, quiet: bool = False
) -> None:
    """The claimer's own situation ends it (needs.life); `quiet`: they are not told."""
    leave_claim(actor, claim, ClaimState.RELEASED, reason, now, quiet=quiet)


class Elsewhere(Exception):  # noqa: N818 - nothing was done, and the caller looks again
    """The claim is of another wish by now: two of the same community were merged."""


def leave_claim(
    actor: Actor, claim: Claim, to: ClaimState, reason: str, now: datetime, *, quiet: bool = False
) -> None:
    """A live or waiting claim ends: its place, and whose allowance it took, are free again."""
    while True:  # each time round one more wish has gone up in another: it ends
        try:
            return _leave(actor, claim, to, reason, now, quiet=quiet)
        except Elsewhere:
            claim.refresh_from_db()


@transaction.atomic
def _leave(
    actor: Actor, claim: Claim, to: ClaimState, reason: str, now: datetime, *, quiet: bool = False
) -> None:
    """Under the wish that the claim was read with; else not even that wish is touched."""
    wish = claim.wish
    if wish is None:
        raise ValueError("posts are left by actions.posts")
    was_live = claim.state == ClaimState.LIVE
    if was_live:
        Wish.objects.filter(
            pk=wish.pk, state__in=(WishState.OPEN, WishState.CLAIMED), taken__gt=0
        ).update(taken=F("taken") - 1, state=WishState.OPEN)
    _end(claim, wish.pk, to, reason, now)
    seats.free(claim)
    if was_live and claim.unit_id is None:
        festival_seats.give(wish, claim.member_id)
    did = "wish.given_back" if to == ClaimState.WITHDRAWN else "wish.released"
    journal.note(actor=actor, did=did, to=wish, now=now, claim=claim.pk)
    if not quiet:
        _tell(claim, to, now)
    if was_live and not _promote(actor, wish, now):
        settle(wish.pk, now)
    claim.refresh_from_db()


def _end(claim: Claim, wish_id: int, to: ClaimState, reason: str, now: datetime) -> None:
    """Of this wish and in this state still, or nothing is done."""
    mine = Claim.objects.filter(pk=claim.pk)
    won = mine.filter(wish_id=wish_id, state=claim.state, delivered_at=None).update(
        state=to, ended_at=now, end_reason=reason.strip()[:200]
    )
    if won:
        return
    if mine.exclude(wish_id=wish_id).exists():
        raise Elsewhere
    claim.refresh_from_db()
    raise Refused(
        *(rules.live_refusals(claim) or [rules.NOT_LIVE.having(state=claim.get_state_display())])
    )


def _tell(claim: Claim, to: ClaimState, now: datetime) -> None:
    """Those who did not end it themselves."""
    if to == ClaimState.RELEASED:
        notices.after_commit(notices.claim_released, claim.pk, now=now)
    if claim.unit_id is not None:
        told = unit_notices.ended if to == ClaimState.RELEASED else unit_notices.given_back
        notices.after_commit(told, claim.pk, now=now)


def _promote(actor: Actor, wish: Wish, now: datetime) -> Claim | None:
    """The first who waits and may hold one more wish gets the free place."""
    limits = wish_limits(now)
    waiting = Claim.objects.filter(wish=wish, state=ClaimState.WAITING).order_by("queue_no")
    for claim in waiting:
        if not seats.take(claim.member_id, "live", limits.open_claims):
            continue
        if not festival_seats.try_take(wish, claim.member_id, now):
            seats.give(claim.member_id, "live")
            continue
        Wish.objects.filter(pk=wish.pk).update(taken=F("taken") + 1, state=FULL, claimed_at=now)
        promoted = _seated(wish, claim.member_id, limits, now)
        journal.note(actor=actor, did="wish.promoted", to=wish, now=now, claim=promoted.pk)
        notices.after_commit(notices.claim_promoted, promoted.pk, now=now)
        return promoted
    return None


def settle(wish_id: int, now: datetime) -> bool:
    """A wish whose row is held is delivered once every live claim is."""
    live = Claim.objects.filter(wish_id=wish_id, state=ClaimState.LIVE)
    if not live.exists() or live.filter(delivered_at=None).exists():
        return False
    return bool(
        Wish.objects.filter(pk=wish_id, state__in=(WishState.OPEN, WishState.CLAIMED)).update(
            state=WishState.DELIVERED, delivered_at=now
        )
    )


def end_all(*, actor: Actor, wish: Wish, now: datetime) -> None:
    """All live and waiting claims of a wish that has ended; its row is held."""
    rows = Claim.objects.filter(wish=wish, state__in=(ClaimState.LIVE, ClaimState.WAITING))
    for claim in rows.order_by(*seats.IN_ORDER):
        seats.free(claim)
        if claim.state == ClaimState.LIVE and claim.unit_id is None:
            festival_seats.give(wish, claim.member_id)
        claim.state, claim.ended_at = ClaimState.RELEASED, now
        claim.save(update_fields=["state", "ended_at"])
        notices.after_commit(notices.wish_ended, claim.pk, now=now)
        if claim.unit_id is not None:
            notices.after_commit(unit_notices.ended, claim.pk, now=now)


def release_departed(*, actor: Actor, now: datetime) -> int:
    """Nightly: members who left the roster hold nothing; how many claims ended."""
    rows = Claim.objects.filter(
        wish__isnull=False,
        state__in=(ClaimState.LIVE, ClaimState.WAITING),
        delivered_at=None,
        unit=None,  # a unit names another
        member__left_on__isnull=False,
    ).select_related("wish")
    reason = reasons.stored(reasons.LEFT_ROSTER)
    return nightly.each(
        rows, lambda claim: leave_claim(actor, claim, ClaimState.RELEASED, reason, now)
    )


def _member(actor: Actor) -> Member:
    member = member_of(actor)
    if member is None:
        raise Refused(rules.NOT_A_MEMBER)
    return member
