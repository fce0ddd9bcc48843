"""From the first contact to the confirmation, when hours are posted once."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.ledger.actions import post, post_service
from allhours.ledger.choices import EntryKind
from allhours.ledger.values import Source
from allhours.needs import notices, unit_notices
from allhours.needs.actions import participants, seats
from allhours.needs.actions.claims import settle
from allhours.needs.choices import ClaimState, RatingLevel, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import claims as rules
from allhours.needs.rules import wishes as wish_rules
from allhours.needs.scope import HANDLERS, handles

SOURCE = "wish"


@transaction.atomic
def note_contact(*, actor: Actor, claim: Claim, now: datetime) -> None:
    """The claimer has spoken with the wisher; noting it again changes nothing."""
    refuse_if(rules.in_hand_refusals(claim, actor.member_id))
    mine = Claim.objects.live().named().filter(pk=claim.pk, member_id=claim.member_id)
    first = mine.filter(contacted_at=None)
    if first.update(contacted_at=now):
        journal.note(
            actor=actor, did="wish.contacted", to=("wish", _wish_id(claim)), now=now, claim=claim.pk
        )


def deliver_claim(*, actor: Actor, claim: Claim, delivery: rules.Delivery, now: datetime) -> Claim:
    """The claimer reports what was done, when and for how long (minutes without the way).

    Of a unit's claim also who took part: all whom the unit named, if not said.
    """
    refuse_if(
        rules.in_hand_refusals(claim, actor.member_id)
        or rules.delivery_refusals(claim, delivery, now)
    )
    with_retry(partial(_deliver, actor, claim, delivery, now))
    claim.refresh_from_db()
    return claim


@transaction.atomic
def _deliver(actor: Actor, claim: Claim, delivery: rules.Delivery, now: datetime) -> None:
    wish_id = _wish_id(claim)
    in_work = Wish.objects.filter(pk=wish_id, state__in=(WishState.OPEN, WishState.CLAIMED))
    held = in_work.update(note="")
    mine = Claim.objects.live().named().filter(pk=claim.pk, member_id=claim.member_id)
    won = held and mine.filter(delivered_at=None).update(
        delivered_at=now,
        contacted_at=claim.contacted_at or now,
        delivery_note=delivery.note.strip()[:300],
        goods_value_fen=delivery.goods_value_fen,
        started_at=delivery.started_at,
        minutes=delivery.minutes,
    )
    if not won:
        claim.refresh_from_db()
        raise Refused(
            *(rules.in_hand_refusals(claim, actor.member_id) or [rules.ALREADY_DELIVERED])
        )
    if claim.unit_id is not None:
        participants.note_participants(claim, delivery.helpers)
    journal.note(
        actor=actor,
        did="wish.delivered",
        to=("wish", wish_id),
        now=now,
        claim=claim.pk,
        minutes=delivery.minutes,
        goods_fen=delivery.goods_value_fen,
    )
    if settle(wish_id, now):
        notices.after_commit(notices.wish_delivered, wish_id, now=now)


def confirm_delivery(*, actor: Actor, wish: Wish, now: datetime) -> Wish:
    """The community confirms that the wish came true; never a claimer of it."""
    if not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    return _confirmed(actor, wish, None, now)


def confirm_by_resident(
    *, actor: Actor, wish: Wish, rating: int | None = None, now: datetime
) -> Wish:
    """The holder of the follow code confirms, with one tap of how well it was done."""
    return _confirmed(actor, wish, rating, now)


def _confirmed(actor: Actor, wish: Wish, rating: int | None, now: datetime) -> Wish:
    with_retry(partial(_confirm, actor, wish, rating, now))
    wish.refresh_from_db()
    return wish


@transaction.atomic
def _confirm(actor: Actor, wish: Wish, rating: int | None, now: datetime) -> None:
    won = Wish.objects.filter(pk=wish.pk, state=WishState.DELIVERED).update(
        state=WishState.CONFIRMED,
        confirmed_at=now,
        ended_at=now,
        rating=RatingLevel(rating) if rating else None,
    )
    if not won:
        raise Refused(rules.NOT_DELIVERED)
    live = list(
        Claim.objects.filter(wish=wish, state=ClaimState.LIVE)
        .select_related("member__unit", "member__serving_community")
        .order_by(*seats.IN_ORDER)
    )
    served = participants.who_served(live)
    claimers = {member.pk for people in served.values() for member in people}
    refuse_if(rules.confirmer_refusals(claimers=claimers, member_id=actor.member_id))
    _end_waiting(wish, now)
    credited: set[int] = set()
    for claim in live:
        seats.free(claim)
        Claim.objects.filter(pk=claim.pk).update(state=ClaimState.FULFILLED, ended_at=now)
        for member in served[claim.pk]:
            if member.pk not in credited:  # one wish is one service, by whichever claim
                _credit(actor, wish, claim, member, now)
                credited.add(member.pk)
    journal.note(
        actor=actor, did="wish.confirmed", to=wish, now=now, rating=rating, claims=len(live)
    )
    notices.after_commit(notices.wish_confirmed, wish.pk, now=now)
    notices.after_commit(unit_notices.confirmed, wish.pk, now=now)


def _end_waiting(wish: Wish, now: datetime) -> None:
    waiting = Claim.objects.filter(wish=wish, state=ClaimState.WAITING)
    for member_id in waiting.order_by("member_id").values_list("member_id", flat=True):
        seats.give(member_id, "waiting")
    waiting.update(state=ClaimState.RELEASED, ended_at=now)


def _credit(actor: Actor, wish: Wish, claim: Claim, member: Member, now: datetime) -> None:
    """The hours of one who served stand in the ledger.

    Where the hours meet a record that the member already has, the service is posted without
    hours: a resident's word is not refused for it, and the member sees why in the journal.
    """
    source = Source(SOURCE, str(claim.pk), 1)
    started_at, minutes = claim.started_at, claim.minutes
    if started_at is None or minutes is None:
        raise ValueError("a delivered claim has its time")
    try:
        with transaction.atomic():
            post_service(
                member=member,
                kind=EntryKind.WISH,
                source=source,
                started_at=started_at,
                minutes=minutes,
                quantity=1,
                community=wish.community,
                actor=actor,
                now=now,
            )
    except Refused as refused:
        _post_without_hours(actor, wish, member, source, clock.local_date(started_at), now)
        journal.note(
            actor=actor, did="wish.hours_not_counted", to=wish, now=now, claim=claim.pk,
            member=member.pk, why=list(refused.codes),
        )  # fmt: skip


def _post_without_hours(
    actor: Actor, wish: Wish, member: Member, source: Source, on: date, now: datetime
) -> None:
    """The service as a piece, without a time of day that could meet another record."""
    post(
        member=member,
        kind=EntryKind.WISH,
        source=source,
        started_at=None,
        minutes=0,
        minutes_off=0,
        quantity=1,
        on=on,
        unit_code=member.unit.code,
        community_code=wish.community.code,
        actor=actor,
        now=now,
    )


@transaction.atomic
def rate_wish(*, actor: Actor, wish: Wish, rating: int, now: datetime) -> None:
    """The resident rates a wish that the community confirmed; once."""
    unrated = Wish.objects.filter(pk=wish.pk, state=WishState.CONFIRMED, rating=None)
    if not unrated.update(rating=RatingLevel(rating)):
        raise Refused(rules.ALREADY_RATED)
    journal.note(actor=actor, did="wish.rated", to=wish, now=now, rating=rating)
    wish.refresh_from_db()


@transaction.atomic
def report_not_done(*, actor: Actor, wish: Wish, note: str, now: datetime) -> None:
    """By the holder of the follow code: not done yet, back to the claimers."""
    won = Wish.objects.filter(pk=wish.pk, state=WishState.DELIVERED).update(
        state=WishState.CLAIMED, delivered_at=None, note=note.strip()[:200]
    )
    if not won:
        raise Refused(rules.NOT_DELIVERED)
    Claim.objects.filter(wish=wish, state=ClaimState.LIVE).update(
        delivered_at=None, sent_back_at=now
    )
    participants.forget_participants(wish.pk)
    journal.note(actor=actor, did="wish.sent_back", to=wish, now=now)
    notices.after_commit(notices.wish_sent_back, wish.pk, now=now)
    wish.refresh_from_db()


def send_back(*, actor: Actor, wish: Wish, note: str, now: datetime) -> None:
    """The community, having asked the resident: not done yet, and why."""
    if not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    if not note.strip():
        raise Refused(wish_rules.REASON_MISSING)
    report_not_done(actor=actor, wish=wish, note=note, now=now)


@transaction.atomic
def extend_claim(*, actor: Actor, claim: Claim, days: int, now: datetime) -> None:
    """The community gives more time, as often as the scheme allows."""
    wish = claim.wish
    if wish is None or not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    limit = wish_limits(now).extend_times
    won = Claim.objects.filter(
        pk=claim.pk, state=ClaimState.LIVE, delivered_at=None, extended__lt=limit
    ).update(
        extended=F("extended") + 1, due_at=clock.end_of(rules.extended_until(claim, days, now))
    )
    if not won:
        raise Refused(rules.EXTENDED_ENOUGH.having(times=limit))
    journal.note(actor=actor, did="wish.extended", to=wish, now=now, claim=claim.pk, days=days)


def _wish_id(claim: Claim) -> int:
    if claim.wish_id is None:
        raise ValueError("not a claim of a wish")
    return claim.wish_id
