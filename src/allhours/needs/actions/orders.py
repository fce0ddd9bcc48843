"""点单: a member orders from the menu or proposes a post of their own; the community sets it up."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.directory.presence import hold_place
from allhours.kernel import codes
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.needs import notices, post_notices
from allhours.needs.actions import seats
from allhours.needs.actions.desk import require_handler
from allhours.needs.actions.posts import PostText, publish_post
from allhours.needs.choices import ClaimState, OrderState, PostState
from allhours.needs.models import Claim, Post, PostOrder
from allhours.needs.queries.claimers import member_of, posts_held
from allhours.needs.queries.limits import menu, programme_year
from allhours.needs.rules import orders as rules
from allhours.needs.rules import posts as post_rules
from allhours.needs.rules.claims import REASON_MISSING

TRIES = 3  # of finding a free slot, when one member orders twice at the same instant


def order_item(*, actor: Actor, item: str, now: datetime, text: str = "") -> PostOrder:
    """Ask for a post of a menu item; once more gives the same order."""
    title = menu(now).title_of(item)
    return _place(actor, item=item, title=title, text=text, times="", now=now)


def propose_post(
    *, actor: Actor, title: str, now: datetime, text: str = "", times: str = ""
) -> PostOrder:
    """Offer a service of one's own outside the menu (S3 项目外岗位)."""
    return _place(actor, item="", title=title, text=text, times=times, now=now)


def _place(
    actor: Actor, *, item: str, title: str, text: str, times: str, now: datetime
) -> PostOrder:
    member = member_of(actor)
    if member is None or member.left_on is not None:
        raise Refused(post_rules.NOT_A_MEMBER)
    community, year, rules_of = _community(member), programme_year(now), menu(now)
    refuse_if(
        rules.order_refusals(
            item=item,
            title=title,
            community=community,
            offered=_offered(item, community, year),
            menu=rules_of,
        )
    )
    new = PostOrder(
        member=member, community_id=community or 0, year=year, item=item, title=title.strip()[:60],
        text=text.strip()[:300], times=times.strip()[:80], asked_at=now,
    )  # fmt: skip
    for attempt in range(TRIES):
        mine = _same(new)
        if mine is not None:
            return mine
        try:
            return with_retry(partial(_write, actor, new, rules_of.choices_per_member, now))
        except IntegrityError:  # the slot went to the same member's other request
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _community(member: Member) -> int | None:
    return member.serving_community_id or member.residence_id


def _offered(item: str, community: int | None, year: int) -> bool:
    rows = Post.objects.filter(item=item, community=community, year=year, state=PostState.OPEN)
    return bool(item) and rows.filter(taken__lt=F("places")).exists()


def _same(new: PostOrder) -> PostOrder | None:
    rows = PostOrder.objects.open().filter(member=new.member, year=new.year, item=new.item)
    return (rows if new.item else rows.filter(title=new.title)).first()


@transaction.atomic
def _write(actor: Actor, new: PostOrder, limit: int, now: datetime) -> PostOrder:
    if not hold_place(new.member_id):
        raise Refused(post_rules.NOT_A_MEMBER)
    open_ones = PostOrder.objects.open().filter(member=new.member, year=new.year)
    used = set(open_ones.values_list("slot", flat=True))
    if limit and len(used) + posts_held(new.member_id, new.year) >= limit:
        raise Refused(rules.TOO_MANY.having(limit=limit))
    new.pk, new.code = None, codes.public_code()
    new.slot = next(slot for slot in range(1, len(used) + 2) if slot not in used)
    new.save(force_insert=True)
    journal.note(actor=actor, did="order.placed", to=new, now=now, item=new.item)
    notices.after_commit(post_notices.order_placed, new.pk, now=now)
    return new


@transaction.atomic
def withdraw_order(*, actor: Actor, order: PostOrder, now: datetime) -> None:
    if actor.member_id is None or order.member_id != actor.member_id:
        raise Refused(rules.NOT_YOURS)
    _end(actor, order, OrderState.WITHDRAWN, "order.withdrawn", now)


@transaction.atomic
def decline_order(*, actor: Actor, order: PostOrder, reason: str, now: datetime) -> None:
    """The community's no, with the reason that the member reads."""
    require_handler(actor, order.community)
    if not reason.strip():
        raise Refused(REASON_MISSING)
    _end(actor, order, OrderState.DECLINED, "order.declined", now, reason=reason.strip()[:200])
    notices.after_commit(post_notices.order_declined, order.pk, now=now)


def _end(
    actor: Actor, order: PostOrder, to: OrderState, did: str, now: datetime, reason: str = ""
) -> None:
    rows = PostOrder.objects.open().filter(pk=order.pk)
    if not rows.update(state=to, ended_at=now, reason=reason):
        order.refresh_from_db()
        raise Refused(*rules.open_refusals(order))
    journal.note(actor=actor, did=did, to=order, now=now)


def meet_order(*, actor: Actor, order: PostOrder, text: PostText, now: datetime) -> Post:
    """Set up the post that was asked for.

    Of a menu item: everybody who ordered it there is invited. Of a proposal: its member is on it.
    """
    require_handler(actor, order.community)
    if not order.item and actor.member_id == order.member_id:
        raise Refused(rules.OWN_REQUEST)
    refuse_if(rules.open_refusals(order))
    with_retry(partial(seats.ensure_allowance, order.member_id))
    return with_retry(partial(_meet, actor, order, text, now))


@transaction.atomic
def _meet(actor: Actor, order: PostOrder, text: PostText, now: datetime) -> Post:
    if not order.item and not hold_place(order.member_id):
        raise Refused(post_rules.NOT_A_MEMBER)
    post = publish_post(actor=actor, community=order.community, text=text, now=now)
    rows = PostOrder.objects.open().filter(pk=order.pk)
    if order.item:
        rows = PostOrder.objects.open().filter(
            community=order.community, year=order.year, item=order.item
        )
    met = list(rows.order_by("pk").values_list("pk", flat=True))
    won = PostOrder.objects.open().filter(pk__in=met)
    if not won.update(state=OrderState.MET, post=post, ended_at=now):
        order.refresh_from_db()
        raise Refused(*rules.open_refusals(order))
    if not order.item:
        _seat(actor, post, order.member_id, now)
    journal.note(actor=actor, did="order.met", to=order, now=now, post=post.pk, orders=len(met))
    for pk in met:
        notices.after_commit(post_notices.order_met, pk, now=now)
    return post


def _seat(actor: Actor, post: Post, member_id: int, now: datetime) -> None:
    """Both sides have said yes: the member is on the post at once."""
    if not seats.take_post_allowance(member_id, post.year, menu(now).choices_per_member):
        raise Refused(rules.MEMBER_FULL)
    Post.objects.filter(pk=post.pk).update(taken=F("taken") + 1)
    claim = Claim.objects.create(
        post=post, member_id=member_id, state=ClaimState.LIVE, seat=1, claimed_at=now
    )
    journal.note(actor=actor, did="post.taken", to=post, now=now, claim=claim.pk)
