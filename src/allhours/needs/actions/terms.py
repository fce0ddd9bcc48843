"""Posts whose term is over, or whose year is: those on it have done it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.kernel.retry import with_retry
from allhours.needs import notices, post_notices, reasons
from allhours.needs.actions import seats
from allhours.needs.choices import ClaimState, HandoverState, PostState
from allhours.needs.models import Claim, Post, PostHandover
from allhours.needs.queries.limits import programme_year

OPEN = (ClaimState.LIVE, ClaimState.WAITING)


def end_terms(*, actor: Actor, now: datetime) -> int:
    """Close every post that is over; the number of posts. Nightly; once more changes nothing."""
    over = Q(until_on__lt=clock.local_date(now)) | Q(year__lt=programme_year(now))
    begun = Claim.objects.filter(post=OuterRef("pk"), state__in=OPEN)
    rows = Post.objects.filter(over).filter(Q(state=PostState.OPEN) | Exists(begun))
    found = list(rows.order_by("pk"))
    for post in found:
        with_retry(partial(_end, actor, post, now))
    return len(found)


@transaction.atomic
def _end(actor: Actor, post: Post, now: datetime) -> None:
    """Hours are not worked out: what was served stands in the ledger already."""
    Post.objects.filter(pk=post.pk).update(state=PostState.CLOSED, taken=0)
    claims = Claim.objects.filter(post=post)
    waiting = list(claims.filter(state=ClaimState.WAITING).values_list("pk", "member_id"))
    live = list(claims.filter(state=ClaimState.LIVE).values_list("pk", flat=True))
    for _pk, member_id in waiting:
        seats.give_post_allowance(member_id, post.year)
    reason = reasons.stored(reasons.TERM_OVER)
    claims.filter(pk__in=[pk for pk, _member in waiting]).update(
        state=ClaimState.REFUSED, ended_at=now, end_reason=reason
    )
    claims.filter(pk__in=live).update(state=ClaimState.FULFILLED, ended_at=now)
    PostHandover.objects.filter(claim__in=live, state=HandoverState.OPEN).update(
        state=HandoverState.WITHDRAWN, ended_at=now
    )
    journal.note(
        actor=actor, did="post.term_ended", to=post, now=now, fulfilled=len(live),
        refused=len(waiting),
    )  # fmt: skip
    for pk in live:
        notices.after_commit(post_notices.post_ended, pk, now=now)
