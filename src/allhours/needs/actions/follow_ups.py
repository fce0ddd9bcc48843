"""Confirmed wishes are drawn by night, and what a call to their makers found is noted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.kernel.errors import Refused, refuse_if
from allhours.needs.choices import ClaimState, FollowUpResult, WishState
from allhours.needs.models import Claim, FollowUp, Wish
from allhours.needs.queries.limits import wish_limits
from allhours.needs.rules import follow_ups as rules
from allhours.needs.scope import HANDLERS, handles

LOOKED_BACK = timedelta(days=30)  # nights on which the machine was off are made up for


@transaction.atomic
def draw_follow_ups(*, actor: Actor, now: datetime) -> int:
    """Every confirmed wish that its code draws gets a follow-up, once; how many new ones."""
    confirmed = Wish.objects.filter(
        state=WishState.CONFIRMED, confirmed_at__gt=now - LOOKED_BACK, follow_up=None
    ).order_by("pk")
    new = [
        FollowUp(wish_id=pk, drawn_at=now)
        for pk, code, at in confirmed.values_list("pk", "code", "confirmed_at")
        if at is not None and rules.drawn(code, wish_limits(at).follow_up_percent)
    ]
    FollowUp.objects.bulk_create(new, ignore_conflicts=True)
    journal.note_many(
        journal.line(actor=actor, did="wish.follow_up_drawn", to=("wish", each.wish_id), now=now)
        for each in new
    )
    return len(new)


@transaction.atomic
def note_follow_up(
    *, actor: Actor, follow_up: FollowUp, findings: rules.Findings, now: datetime
) -> FollowUp:
    """What the community's call found. Never by who had the wish in hand. Raises Refused."""
    wish = follow_up.wish
    if not handles(actor, wish.community.path, HANDLERS):
        raise Refused(NOT_YOURS_TO_DO)
    done = Claim.objects.filter(wish=wish, state=ClaimState.FULFILLED)
    own = Q(member_id=actor.member_id) | Q(helpers__member_id=actor.member_id)
    if actor.member_id is not None and done.filter(own).exists():
        raise Refused(rules.NOT_BY_CLAIMER)
    refuse_if(rules.findings_refusals(follow_up.result, findings))
    reached = findings.result == FollowUpResult.REACHED
    won = (
        FollowUp.objects.filter(pk=follow_up.pk)
        .exclude(result=FollowUpResult.REACHED)
        .update(
            result=findings.result,
            satisfied=findings.satisfied if reached else None,
            matches=findings.matches if reached else None,
            note=findings.note.strip()[:200],
            done_at=now,
            done_by_plain=actor.user_id,
        )
    )
    if not won:
        raise Refused(rules.DONE)
    journal.note(
        actor=actor,
        did="wish.followed_up",
        to=wish,
        now=now,
        result=findings.result,
        satisfied=findings.satisfied if reached else None,
        matches=findings.matches if reached else None,
    )
    follow_up.refresh_from_db()
    return follow_up
