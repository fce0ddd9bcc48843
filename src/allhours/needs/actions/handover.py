"""Handing over a post to another member, with that member's yes; the place is never empty."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.directory.presence import hold_place
from allhours.kernel import clock, codes
from allhours.kernel.errors import Refused
from allhours.kernel.retry import with_retry
from allhours.needs import notices, post_notices, reasons
from allhours.needs.actions import seats
from allhours.needs.actions.applications import open_claim_of
from allhours.needs.choices import ClaimState, HandoverState
from allhours.needs.models import Claim, Post, PostHandover
from allhours.needs.queries.claimers import member_of, posts_held
from allhours.needs.queries.limits import menu
from allhours.needs.rules import claims as claim_rules
from allhours.needs.rules import orders as rules
from allhours.needs.rules import posts as post_rules


def offer_post(
    *, actor: Actor, claim: Claim, name: str, member_no: str, now: datetime
) -> PostHandover:
    """Ask a colleague or neighbour, named by both name and number, to take the post over."""
    me, post = member_of(actor), claim.post
    if me is None or claim.member_id != me.pk or post is None:
        raise Refused(post_rules.NOT_YOURS)
    if claim.state != ClaimState.LIVE:
        raise Refused(claim_rules.NOT_LIVE.having(state=claim.get_state_display()))
    other = _near(me, name.strip(), member_no.strip())
    if other == me:
        raise Refused(rules.TO_ONESELF)
    if other is None:
        raise Refused(rules.NOBODY_THERE)
    if open_claim_of(post, other.pk) is not None:
        raise Refused(rules.ON_IT)
    try:
        return with_retry(partial(_offer, actor, claim, other, now))
    except IntegrityError:
        raise Refused(rules.OFFER_OPEN) from None


def _near(me: Member, name: str, member_no: str) -> Member | None:
    """Only of the same unit or community, so that nobody's number can be tried out."""
    near = Q(unit=me.unit_id)
    if me.serving_community_id is not None:
        near |= Q(serving_community=me.serving_community_id)
    rows = Member.objects.on_roster().filter(near)
    return rows.filter(name=name, member_no=member_no.upper()).first()


@transaction.atomic
def _offer(actor: Actor, claim: Claim, other: Member, now: datetime) -> PostHandover:
    Post.objects.filter(pk=claim.post_id or 0).update(taken=F("taken"))
    if not Claim.objects.live().filter(pk=claim.pk).exists():
        claim.refresh_from_db()
        raise Refused(claim_rules.NOT_LIVE.having(state=claim.get_state_display()))
    row = PostHandover.objects.create(
        code=codes.public_code(), claim=claim, to_member=other, asked_at=now
    )
    journal.note(actor=actor, did="post.handover_offered", to=row, now=now, claim=claim.pk)
    notices.after_commit(post_notices.handover_offered, row.pk, now=now)
    return row


def accept_handover(*, actor: Actor, handover: PostHandover, now: datetime) -> Claim:
    """The other's yes: they stand where the first stood."""
    me, post = member_of(actor), handover.claim.post
    if me is None or handover.to_member_id != me.pk or post is None:
        raise Refused(rules.OFFER_NOT_YOURS)
    limit, held = menu(now).choices_per_member, posts_held(me.pk, post.year)
    if limit and held >= limit:
        raise Refused(post_rules.TOO_MANY.having(limit=limit))
    if post.until_on is not None and post.until_on < clock.local_date(now):
        raise Refused(post_rules.OVER.having(day=post.until_on.isoformat()))
    with_retry(partial(seats.ensure_allowance, me.pk))
    try:
        return with_retry(partial(_accept, actor, handover, post, limit, now))
    except IntegrityError:
        raise Refused(rules.ON_IT) from None


@transaction.atomic
def _accept(actor: Actor, handover: PostHandover, post: Post, limit: int, now: datetime) -> Claim:
    if not hold_place(handover.to_member_id):
        raise Refused(post_rules.NOT_A_MEMBER)
    Post.objects.filter(pk=post.pk).update(taken=F("taken"))
    _end(handover, HandoverState.ACCEPTED, now)
    old = Claim.objects.get(pk=handover.claim_id)
    if old.state != ClaimState.LIVE:
        raise Refused(claim_rules.NOT_LIVE.having(state=old.get_state_display()))
    if not seats.take_post_allowance(handover.to_member_id, post.year, limit):
        raise Refused(post_rules.TOO_MANY.having(limit=limit))
    seats.give_post_allowance(old.member_id, post.year)
    Claim.objects.filter(pk=old.pk).update(
        state=ClaimState.WITHDRAWN, ended_at=now, end_reason=reasons.stored(reasons.HANDED_OVER)
    )
    new = Claim.objects.create(
        post=post, member_id=handover.to_member_id, seat=old.seat, claimed_at=now
    )
    journal.note(actor=actor, did="post.handed_over", to=post, now=now, claim=new.pk, before=old.pk)
    notices.after_commit(post_notices.handover_accepted, handover.pk, now=now)
    return new


@transaction.atomic
def decline_handover(*, actor: Actor, handover: PostHandover, now: datetime) -> None:
    if actor.member_id is None or handover.to_member_id != actor.member_id:
        raise Refused(rules.OFFER_NOT_YOURS)
    _end(handover, HandoverState.DECLINED, now)
    journal.note(actor=actor, did="post.handover_declined", to=handover, now=now)
    notices.after_commit(post_notices.handover_declined, handover.pk, now=now)


@transaction.atomic
def withdraw_handover(*, actor: Actor, handover: PostHandover, now: datetime) -> None:
    if actor.member_id is None or handover.claim.member_id != actor.member_id:
        raise Refused(rules.OFFER_NOT_YOURS)
    _end(handover, HandoverState.WITHDRAWN, now)
    journal.note(actor=actor, did="post.handover_withdrawn", to=handover, now=now)


def _end(handover: PostHandover, to: HandoverState, now: datetime) -> None:
    rows = PostHandover.objects.filter(pk=handover.pk, state=HandoverState.OPEN)
    if not rows.update(state=to, ended_at=now):
        handover.refresh_from_db()
        raise Refused(rules.OFFER_ENDED.having(state=handover.get_state_display()))
