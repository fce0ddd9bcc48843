"""Service posts: a community publishes them, members take them, either side may end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.directory.presence import hold_place
from allhours.kernel import clock, codes
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.kernel.periods import Period
from allhours.kernel.retry import with_retry
from allhours.needs import notices
from allhours.needs.actions import applications, seats
from allhours.needs.actions.applications import open_claim_of
from allhours.needs.actions.desk import require_handler
from allhours.needs.choices import ClaimState, HandoverState, PostState
from allhours.needs.models import Claim, Post, PostHandover
from allhours.needs.queries.claimers import member_of, posts_held
from allhours.needs.queries.limits import menu, programme_year, year_period, year_period_of
from allhours.needs.rules import claims as claim_rules
from allhours.needs.rules import posts as rules


@dataclass(frozen=True)
class PostText:
    """What a post says; `item` "" is outside the menu, the rest in the scheme's codes.

    `weekly`: of its free times; `from_on`, `until_on`: None is the programme year's.
    """

    title: str
    item: str = ""
    text: str = ""
    place: str = ""
    times: str = ""
    skills: tuple[str, ...] = ()
    places: int = 1
    weekly: tuple[str, ...] = ()
    from_on: date | None = None
    until_on: date | None = None


@transaction.atomic
def publish_post(*, actor: Actor, community: Organization, text: PostText, now: datetime) -> Post:
    """Open a post of the present programme year for members to take."""
    require_handler(actor, community)
    refuse_if(_refusals(text, year_period(now), now))
    post = Post.objects.create(
        code=codes.public_code(),
        community=community,
        year=programme_year(now),
        created_at=now,
        **_columns(text),
    )
    journal.note(actor=actor, did="post.published", to=post, now=now, item=text.item)
    return post


@transaction.atomic
def edit_post(*, actor: Actor, post: Post, text: PostText, now: datetime) -> Post:
    """Change what a post says; its places never below those on it."""
    require_handler(actor, post.community)
    refuse_if(_refusals(text, year_period_of(post.year, now), now, post))
    won = Post.objects.filter(pk=post.pk, taken__lte=text.places).update(**_columns(text))
    if not won:
        post.refresh_from_db()
        raise Refused(rules.PLACES_BELOW.having(taken=post.taken))
    journal.note(actor=actor, did="post.edited", to=post, now=now, places=text.places)
    post.refresh_from_db()
    return post


def _refusals(
    text: PostText, year: Period, now: datetime, post: Post | None = None
) -> list[Refusal]:
    """`post`: the one that is changed, which keeps what it has."""
    taken, was = (post.taken, post.item) if post else (0, "")
    return [
        *rules.post_refusals(
            title=text.title,
            item=text.item,
            places=text.places,
            taken=taken,
            menu=menu(now),
            was=was,
        ),
        *rules.term_refusals(text.from_on, text.until_on, year=year),
    ]


def _columns(text: PostText) -> dict[str, str | int | list[str] | date | None]:
    return {
        "title": text.title.strip(),
        "item": text.item,
        "text": text.text.strip(),
        "place": text.place.strip(),
        "times": text.times.strip(),
        "skills": list(text.skills),
        "places": text.places,
        "weekly": list(text.weekly),
        "from_on": text.from_on,
        "until_on": text.until_on,
    }


@transaction.atomic
def close_post(*, actor: Actor, post: Post, now: datetime) -> None:
    """No one can take it any more; those on it stay."""
    require_handler(actor, post.community)
    if Post.objects.filter(pk=post.pk, state=PostState.OPEN).update(state=PostState.CLOSED):
        journal.note(actor=actor, did="post.closed", to=post, now=now)


@transaction.atomic
def reopen_post(*, actor: Actor, post: Post, now: datetime) -> None:
    require_handler(actor, post.community)
    if Post.objects.filter(pk=post.pk, state=PostState.CLOSED).update(state=PostState.OPEN):
        journal.note(actor=actor, did="post.reopened", to=post, now=now)


def take_post(*, actor: Actor, post: Post, now: datetime) -> Claim:
    """Give the actor's member a place of the post, once; a repeat gives the same claim.

    Where both sides choose, the claim waits for the community's yes.
    """
    member = member_of(actor)
    if member is None:
        raise Refused(rules.NOT_A_MEMBER)
    mine = open_claim_of(post, member.pk)
    if mine is not None:
        return mine
    post = Post.objects.get(pk=post.pk)
    limit, both_sides = menu(now).choices_per_member, menu(now).both_sides
    held = posts_held(member.pk, post.year)
    on = clock.local_date(now)
    refuse_if(
        rules.take_refusals(post, on_roster=member.left_on is None, held=held, limit=limit, on=on)
    )
    with_retry(partial(seats.ensure_allowance, member.pk))
    try:
        do = applications.apply if both_sides else _take
        return with_retry(partial(do, actor, post, member.pk, limit, now))
    except IntegrityError:
        mine = open_claim_of(post, member.pk)
        if mine is None:
            raise
        return mine


@transaction.atomic
def _take(actor: Actor, post: Post, member_id: int, limit: int, now: datetime) -> Claim:
    if not hold_place(member_id):
        raise Refused(rules.NOT_A_MEMBER)
    rows = Post.objects.filter(pk=post.pk, state=PostState.OPEN, taken__lt=F("places"))
    if not rows.update(taken=F("taken") + 1):
        post.refresh_from_db()
        raise Refused(rules.CLOSED if post.state != PostState.OPEN else rules.FULL)
    mine = open_claim_of(post, member_id)
    if mine is not None:
        transaction.set_rollback(True)
        return mine
    if not seats.take_post_allowance(member_id, post.year, limit):
        raise Refused(rules.TOO_MANY.having(limit=limit))
    places = Post.objects.values_list("places", flat=True).get(pk=post.pk)
    claim = Claim.objects.create(
        post=post,
        member_id=member_id,
        seat=seats.free_seat(places, post_id=post.pk),
        claimed_at=now,
    )
    journal.note(actor=actor, did="post.taken", to=post, now=now, claim=claim.pk)
    notices.after_commit(notices.post_taken, post.pk, now=now)
    return claim


def leave_post(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """The member gives the post back; a coarse reason is enough."""
    if actor.member_id is None or claim.member_id != actor.member_id:
        raise Refused(rules.NOT_YOURS)
    with_retry(partial(_leave, actor, claim, ClaimState.WITHDRAWN, reason, now))


def release_from_post(*, actor: Actor, claim: Claim, reason: str, now: datetime) -> None:
    """The community ends a member's post, with the reason that the member reads."""
    if claim.post is None:
        raise Refused(rules.NOT_YOURS)
    require_handler(actor, claim.post.community)
    with_retry(partial(_leave, actor, claim, ClaimState.RELEASED, reason, now))


def leave_for_good(
    actor: Actor, claim: Claim, reason: str, now: datetime, *, quiet: bool = False
) -> None:
    """The member's own situation ends it (needs.life); `quiet`: they are not told."""
    _leave(actor, claim, ClaimState.RELEASED, reason, now, quiet=quiet)


@transaction.atomic
def _leave(
    actor: Actor, claim: Claim, to: ClaimState, reason: str, now: datetime, *, quiet: bool = False
) -> None:
    post = claim.post
    if post is None:
        raise Refused(rules.NOT_YOURS)
    if not reason.strip():
        raise Refused(claim_rules.REASON_MISSING)
    # The row competed for first: by then an application may have become a place.
    Post.objects.filter(pk=post.pk).update(taken=F("taken"))
    was = Claim.objects.values_list("state", flat=True).get(pk=claim.pk)
    if was not in (ClaimState.LIVE, ClaimState.WAITING):
        claim.refresh_from_db()
        raise Refused(claim_rules.NOT_LIVE.having(state=claim.get_state_display()))
    if was == ClaimState.LIVE:
        Post.objects.filter(pk=post.pk, taken__gt=0).update(taken=F("taken") - 1)
    Claim.objects.filter(pk=claim.pk).update(
        state=to, ended_at=now, end_reason=reason.strip()[:200]
    )
    seats.give_post_allowance(claim.member_id, post.year)
    PostHandover.objects.filter(claim=claim, state=HandoverState.OPEN).update(
        state=HandoverState.WITHDRAWN, ended_at=now
    )
    did = "post.given_back" if to == ClaimState.WITHDRAWN else "post.released"
    journal.note(actor=actor, did=did, to=post, now=now, claim=claim.pk)
    if to == ClaimState.RELEASED and not quiet:
        notices.after_commit(notices.post_released, claim.pk, now=now)
