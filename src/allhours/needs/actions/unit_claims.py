"""A unit takes up a wish: it names who answers for it (负责人) and who helps.

Whoever is named was asked, not ordered: they may say at any time and without a reason that the
unit should send another. From that instant they see nothing of the wisher; the place stays the
unit's, and its desk names somebody else or gives the wish back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES
from allhours.directory.models import Member, Organization
from allhours.directory.presence import hold_place
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices, reasons, unit_notices
from allhours.needs.actions import nightly, seats
from allhours.needs.actions.claims import leave_claim, take_place
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimHelper, Wish
from allhours.needs.models.claim import ClaimQuerySet
from allhours.needs.queries.claimers import named, unit_claim, unit_claims_held
from allhours.needs.queries.festival_seats import audience_refusals
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import claims as claim_rules
from allhours.needs.rules import unit_claims as rules
from allhours.scheme.schema.needs import Wishes as WishLimits


def claim_for_unit(
    *,
    actor: Actor,
    wish: Wish,
    unit: Organization,
    responsible: Member,
    helpers: Sequence[Member] = (),
    now: datetime,
) -> Claim:
    """Give the wish to the unit, in whose name `responsible` sees to it; once, or refused.

    The same again gives the claim back. Units have a limit of their own and do not queue.
    """
    actor.require(*UNIT_ROLES, over=unit.path)
    wish = Wish.objects.select_related("community").get(pk=wish.pk)
    mine = unit_claim(wish, unit.pk)
    if mine is not None and mine.member_id == responsible.pk:
        return _answered(mine)
    limits = wish_limits(now)
    held = unit_claims_held(unit.pk)
    refuse_if(
        rules.unit_refusals(
            wish, unit, held=held, holds_it=mine is not None, limits=limits, now=now
        )
    )
    helpers = [each for each in helpers if each.pk != responsible.pk]
    _refuse_people(wish, unit.pk, [responsible, *helpers], now)
    _refuse_crowd(len(helpers))
    with_retry(partial(seats.ensure_unit_allowance, unit.pk))
    try:
        claim = with_retry(partial(_take, actor, wish, unit, responsible, helpers, limits, now))
    except IntegrityError:  # the last fence: the member claimed it themself, or a second press
        claim = None
    if claim is not None:
        return claim
    mine = unit_claim(wish, unit.pk)
    if mine is not None:
        if mine.member_id == responsible.pk:
            return _answered(mine)
        raise Refused(rules.UNIT_HOLDS_IT.having(unit=unit.label))
    _refuse_people(wish, unit.pk, [responsible], now)
    wish.refresh_from_db()
    raise Refused(*(claim_rules.published_refusals(wish, now) or [claim_rules.ALREADY_TAKEN]))


def _answered(claim: Claim) -> Claim:
    """The same again, unless the one named has asked the unit to send another."""
    if claim.is_unnamed:
        raise Refused(rules.WANTS_ANOTHER)
    return claim


@transaction.atomic
def _take(
    actor: Actor,
    wish: Wish,
    unit: Organization,
    responsible: Member,
    helpers: Sequence[Member],
    limits: WishLimits,
    now: datetime,
) -> Claim | None:
    """The claim, or None if no place was left."""
    _hold(unit.pk, [responsible, *helpers])
    if not take_place(wish.pk, now):
        return None
    if unit_claim(wish, unit.pk) is not None:
        transaction.set_rollback(True)  # a colleague at the desk was quicker
        return None
    if not seats.take_for_unit(unit.pk, limits.unit_open_claims):
        limit = limits.unit_open_claims
        raise Refused(rules.UNIT_TOO_MANY.having(unit=unit.label, limit=limit))
    claim = Claim.objects.create(
        wish=wish,
        unit=unit,
        member=responsible,
        seat=seats.free_seat(wish.places, wish_id=wish.pk),
        claimed_at=now,
        named_at=now,
        due_at=now + timedelta(days=limits.deliver_days),
    )
    _add(claim, helpers, now)
    journal.note(
        actor=actor, did="wish.claimed_by_unit", to=wish, now=now, claim=claim.pk, seat=claim.seat,
        unit=unit.pk, member=responsible.pk, helpers=[each.pk for each in helpers],
    )  # fmt: skip
    notices.after_commit(notices.wish_claimed, wish.pk, now=now)
    notices.after_commit(unit_notices.named, claim.pk, now=now)
    told = partial(unit_notices.helpers_named, members=[each.pk for each in helpers])
    notices.after_commit(told, claim.pk, now=now)
    return claim


def ask_for_another(*, actor: Actor, claim: Claim, now: datetime) -> None:
    """请单位另派: by the one who answers for it, without a reason."""
    refuse_if(claim_rules.in_hand_refusals(claim, actor.member_id))
    if claim.unit_id is None:
        raise Refused(claim_rules.NOT_YOURS)
    if not with_retry(partial(leave_to_unit, actor, claim, now)):
        claim.refresh_from_db()
        refuse_if(claim_rules.in_hand_refusals(claim, actor.member_id) or [claim_rules.NOT_YOURS])


@transaction.atomic
def leave_to_unit(actor: Actor, claim: Claim, now: datetime) -> bool:
    """From now on nobody answers for the unit's claim; the place stays the unit's."""
    won = _in_hand(claim).filter(member_id=claim.member_id, unnamed_since=None)
    if not won.update(unnamed_since=now):
        return False
    journal.note(
        actor=actor, did="wish.unit_asked_for_another", to=("wish", _wish_id(claim)), now=now,
        claim=claim.pk, member=claim.member_id,
    )  # fmt: skip
    notices.after_commit(unit_notices.to_rename, claim.pk, now=now)
    claim.refresh_from_db()
    return True


def reassign_unit_claim(*, actor: Actor, claim: Claim, responsible: Member, now: datetime) -> Claim:
    """Another of the unit answers for it; who did before sees nothing of the wisher any more."""
    unit = _desk(actor, claim)
    refuse_if(rules.renaming_refusals(claim, responsible.pk))
    _refuse_people(_wish(claim), unit.pk, [responsible], now, besides=claim)
    try:
        with_retry(partial(_reassign, actor, claim, responsible, now))
    except IntegrityError:  # they claimed it themselves in the same moment
        raise Refused(rules.HOLDS_IT) from None
    claim.refresh_from_db()
    return claim


@transaction.atomic
def _reassign(actor: Actor, claim: Claim, responsible: Member, now: datetime) -> None:
    _hold(claim.unit_id or 0, [responsible])
    before = claim.member_id
    won = (
        _in_hand(claim)
        .filter(member_id=before, wish_id=_wish_id(claim))
        .update(member=responsible, named_at=now, unnamed_since=None, contacted_at=None)
    )
    if not won:
        claim.refresh_from_db()
        raise Refused(
            *(
                rules.renaming_refusals(claim, responsible.pk)
                or [claim_rules.NOT_LIVE.having(state=claim.get_state_display())]
            )
        )
    ClaimHelper.objects.filter(claim=claim, member=responsible).delete()
    journal.note(
        actor=actor, did="wish.unit_renamed", to=("wish", _wish_id(claim)), now=now,
        claim=claim.pk, before=before, member=responsible.pk,
    )  # fmt: skip
    notices.after_commit(unit_notices.named, claim.pk, now=now)
    if claim.unnamed_since is None:
        notices.after_commit(partial(unit_notices.relieved, member_id=before), claim.pk, now=now)


def name_helpers(*, actor: Actor, claim: Claim, helpers: Sequence[Member], now: datetime) -> None:
    """More of the unit take part; who is named already stays so."""
    with_retry(partial(_name_helpers, actor, claim, helpers, now))


@transaction.atomic
def _name_helpers(actor: Actor, claim: Claim, helpers: Sequence[Member], now: datetime) -> None:
    unit = _desk(actor, claim)
    refuse_if(rules.in_unit_hand_refusals(claim))
    if not helpers:
        raise Refused(rules.NOBODY_NAMED)
    if any(each.pk == claim.member_id and not claim.is_unnamed for each in helpers):
        raise Refused(rules.ANSWERS_ALREADY)
    _refuse_people(_wish(claim), unit.pk, helpers, now, besides=claim)
    _hold(unit.pk, helpers)
    _hold_claim(claim)
    there = set(claim.helpers.values_list("member_id", flat=True))
    fresh = [each for each in helpers if each.pk not in there]
    _refuse_crowd(len(there) + len(fresh))
    if not fresh:
        return
    _add(claim, fresh, now)
    added = [each.pk for each in fresh]
    journal.note(
        actor=actor, did="wish.helpers_named", to=("wish", _wish_id(claim)), now=now,
        claim=claim.pk, helpers=added,
    )  # fmt: skip
    told = partial(unit_notices.helpers_named, members=added)
    notices.after_commit(told, claim.pk, now=now)


def remove_helper(*, actor: Actor, claim: Claim, member: Member, now: datetime) -> None:
    """Off the list again: by the unit's desk, or, at any time before delivery, by themself."""
    with_retry(partial(_remove_helper, actor, claim, member, now))


@transaction.atomic
def _remove_helper(actor: Actor, claim: Claim, member: Member, now: datetime) -> None:
    if actor.member_id is None or actor.member_id != member.pk:
        _desk(actor, claim)
    refuse_if(rules.in_unit_hand_refusals(claim))
    _hold_claim(claim)
    deleted, _tables = ClaimHelper.objects.filter(claim=claim, member=member).delete()
    if not deleted:
        raise Refused(rules.NOT_HELPING)
    journal.note(
        actor=actor, did="wish.helper_removed", to=("wish", _wish_id(claim)), now=now,
        claim=claim.pk, member=member.pk,
    )  # fmt: skip


def remove_helpers(*, actor: Actor, claim: Claim, numbers: Iterable[str], now: datetime) -> None:
    """Several at once by their numbers; all or none."""
    with_retry(partial(_remove_helpers, actor, claim, list(numbers), now))


@transaction.atomic
def _remove_helpers(actor: Actor, claim: Claim, numbers: Iterable[str], now: datetime) -> None:
    rows = Member.objects.filter(pk__in=claim.helpers.values("member"))
    found = {member.member_no: member for member in rows}
    for number in dict.fromkeys(numbers):
        if number not in found:
            raise Refused(rules.NOT_HELPING)
        _remove_helper(actor, claim, found[number], now)


def give_back_for_unit(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """The unit leaves the wish to others; a coarse reason is enough."""
    _desk(actor, claim)
    refuse_if(rules.in_unit_hand_refusals(claim))
    if not reason.strip():
        raise Refused(claim_rules.REASON_MISSING)
    with_retry(partial(leave_claim, actor, claim, ClaimState.WITHDRAWN, reason, now))


def release_of_closed_units(*, actor: Actor, now: datetime) -> int:
    """Nightly: what a unit that is closed has in hand is free again; how many."""
    rows = Claim.objects.live().filter(unit__closed_on__isnull=False, delivered_at=None)
    reason = reasons.stored(reasons.UNIT_CLOSED)
    return nightly.each(
        rows.select_related("wish").order_by("wish_id"),
        lambda claim: leave_claim(actor, claim, ClaimState.RELEASED, reason, now),
    )


def ask_for_departed(*, actor: Actor, now: datetime) -> int:
    """Nightly: a unit is asked to name another where the one named has left; how many."""
    rows = (
        Claim.objects.live()
        .named()
        .filter(unit__isnull=False, delivered_at=None, member__left_on__isnull=False)
    )
    rows = rows.order_by("wish_id")
    return sum(with_retry(partial(leave_to_unit, actor, claim, now)) for claim in rows)


def _desk(actor: Actor, claim: Claim) -> Organization:
    unit = claim.unit
    if unit is None:
        raise Refused(rules.NOT_A_UNIT)
    actor.require(*UNIT_ROLES, over=unit.path)
    return unit


def _hold(unit_id: int, people: Iterable[Member]) -> None:
    """Their rows until the end, in the order of numbers; refused if one is of the unit no more."""
    ids = sorted({each.pk for each in people})
    held = [hold_place(pk) for pk in ids]
    if not all(held) or Member.objects.filter(pk__in=ids, unit_id=unit_id).count() != len(ids):
        raise Refused(rules.NOT_OF_UNIT)


def _in_hand(claim: Claim) -> ClaimQuerySet:
    return Claim.objects.live().filter(pk=claim.pk, unit__isnull=False, delivered_at=None)


def _hold_claim(claim: Claim) -> None:
    """The claim's row until the end: a delivery says who took part of those named by then."""
    if not _in_hand(claim).update(extended=F("extended")):
        claim.refresh_from_db()
        raise Refused(
            *(
                rules.in_unit_hand_refusals(claim)
                or [claim_rules.NOT_LIVE.having(state=claim.get_state_display())]
            )
        )


def _refuse_people(
    wish: Wish,
    unit_id: int,
    people: Sequence[Member],
    now: datetime,
    *,
    besides: Claim | None = None,
) -> None:
    refuse_if(rules.named_refusals(wish, unit_id, [named(each, wish, besides) for each in people]))
    for each in people:
        refuse_if(audience_refusals(wish, each, now))


def _refuse_crowd(count: int) -> None:
    if count > rules.MOST_HELPERS:
        raise Refused(rules.TOO_MANY_HELPERS.having(most=rules.MOST_HELPERS))


def _add(claim: Claim, helpers: Iterable[Member], now: datetime) -> None:
    ids = sorted({each.pk for each in helpers})
    ClaimHelper.objects.bulk_create(
        ClaimHelper(claim=claim, member_id=pk, added_at=now) for pk in ids
    )


def _wish(claim: Claim) -> Wish:
    return Wish.objects.select_related("community").get(pk=_wish_id(claim))


def _wish_id(claim: Claim) -> int:
    if claim.wish_id is None:
        raise ValueError("not a claim of a wish")
    return claim.wish_id
