"""双向选择: where the scheme says so, a post is applied for, and its community decides.

An application holds no place, so that a community may choose among more than it has places for;
it counts towards what the member may hold. The place is taken by conditional update at the yes.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.presence import hold_place
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices, post_notices
from allhours.needs.actions import seats
from allhours.needs.actions.desk import require_handler
from allhours.needs.choices import ClaimState, PostState
from allhours.needs.models import Claim, Post
from allhours.needs.rules import claims as claim_rules
from allhours.needs.rules import orders as order_rules
from allhours.needs.rules import posts as rules


@transaction.atomic
def apply(actor: Actor, post: Post, member_id: int, limit: int, now: datetime) -> Claim:
    """The member's application; `actions.take_post` has asked the rules."""
    if not hold_place(member_id):
        raise Refused(rules.NOT_A_MEMBER)
    if not Post.objects.filter(pk=post.pk, state=PostState.OPEN).update(taken=F("taken")):
        raise Refused(rules.CLOSED)
    mine = open_claim_of(post, member_id)
    if mine is not None:
        return mine
    if not seats.take_post_allowance(member_id, post.year, limit):
        raise Refused(rules.TOO_MANY.having(limit=limit))
    claim = Claim.objects.create(
        post=post, member_id=member_id, state=ClaimState.WAITING, claimed_at=now
    )
    journal.note(actor=actor, did="post.applied", to=post, now=now, claim=claim.pk)
    notices.after_commit(post_notices.post_applied, claim.pk, now=now)
    return claim


def open_claim_of(post: Post, member_id: int) -> Claim | None:
    """The member's place of the post, or their application for one."""
    states = (ClaimState.LIVE, ClaimState.WAITING)
    return Claim.objects.filter(post=post, member_id=member_id, state__in=states).first()


def accept_application(*, actor: Actor, claim: Claim, now: datetime) -> Claim:
    """The community's yes: the member has a place. Twice gives the same."""
    post = _of_desk(actor, claim)
    if post.until_on is not None and post.until_on < clock.local_date(now):
        raise Refused(rules.OVER.having(day=post.until_on.isoformat()))
    return with_retry(partial(_accept, actor, claim, post, now))


@transaction.atomic
def _accept(actor: Actor, claim: Claim, post: Post, now: datetime) -> Claim:
    hold_place(claim.member_id)
    room = Post.objects.filter(pk=post.pk, taken__lt=F("places")).update(taken=F("taken") + 1)
    claim = Claim.objects.select_related("member").get(pk=claim.pk)
    if claim.state == ClaimState.LIVE:
        transaction.set_rollback(True)
        return claim
    refuse_if(_waiting(claim))
    if not room:
        raise Refused(order_rules.NO_PLACE)
    places = Post.objects.values_list("places", flat=True).get(pk=post.pk)
    claim.state, claim.seat = ClaimState.LIVE, seats.free_seat(places, post_id=post.pk)
    claim.save(update_fields=["state", "seat"])
    journal.note(actor=actor, did="post.accepted", to=post, now=now, claim=claim.pk)
    notices.after_commit(post_notices.post_accepted, claim.pk, now=now)
    return claim


def decline_application(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """The community's no, with the reason that the member reads."""
    post = _of_desk(actor, claim)
    if not reason.strip():
        raise Refused(claim_rules.REASON_MISSING)
    with_retry(partial(_decline, actor, claim, post, reason.strip(), now))


@transaction.atomic
def _decline(actor: Actor, claim: Claim, post: Post, reason: str, now: datetime) -> None:
    Post.objects.filter(pk=post.pk).update(taken=F("taken"))
    won = Claim.objects.filter(pk=claim.pk, state=ClaimState.WAITING).update(
        state=ClaimState.REFUSED, ended_at=now, end_reason=reason[:200]
    )
    if not won:
        claim.refresh_from_db()
        raise Refused(*_waiting(claim))
    seats.give_post_allowance(claim.member_id, post.year)
    journal.note(actor=actor, did="post.declined", to=post, now=now, claim=claim.pk)
    notices.after_commit(post_notices.post_declined, claim.pk, now=now)


def _of_desk(actor: Actor, claim: Claim) -> Post:
    if claim.post is None:
        raise Refused(rules.NOT_YOURS)
    require_handler(actor, claim.post.community)
    if actor.member_id == claim.member_id:
        raise Refused(order_rules.OWN_REQUEST)
    return claim.post


def _waiting(claim: Claim) -> list[Refusal]:
    if claim.state == ClaimState.WAITING:
        return []
    return [order_rules.NOT_WAITING.having(state=claim.get_state_display())]
