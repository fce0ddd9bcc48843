"""Sign up, withdraw, and call up whoever waits: exact under contention.

Whatever changes the sign-ups of an activity first takes its turn on the activity's row. That
orders them on both databases: what is read afterwards holds until the transaction ends.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, F, Max
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.activities import rules
from allhours.activities.choices import OPEN_SIGN_UPS, SignUpState
from allhours.activities.models import Activity, SignUp
from allhours.directory.models import Member
from allhours.directory.presence import hold_place
from allhours.kernel.errors import Refused, refuse_if
from allhours.notifications.actions import tell


def take_turn(activity: Activity) -> Activity:
    """Lock the activity's row for this transaction and read it anew."""
    Activity.objects.filter(pk=activity.pk).update(turn=F("turn") + 1)
    return Activity.objects.select_related("organizer", "community").get(pk=activity.pk)


@transaction.atomic
def sign_up(*, actor: Actor, activity: Activity, now: datetime) -> SignUp:
    """A place, or a number in the queue when all are taken; repeated, the same sign-up."""
    member = member_of(actor)
    refuse_if(rules.member_refusals(member, now))
    if not hold_place(member.pk):
        raise Refused(rules.NOT_ON_ROSTER)
    activity = take_turn(activity)
    mine = SignUp.objects.filter(activity=activity, member=member, state__in=OPEN_SIGN_UPS).first()
    if mine is not None:
        return mine
    refuse_if(rules.sign_up_refusals(activity, now))
    signup = SignUp(activity=activity, member=member, signed_up_at=now)
    if activity.places_left:
        signup.seat = free_seat(activity)
        activity.taken += 1
    else:
        signup.state = SignUpState.WAITING
        signup.queue_no = activity.queue = activity.queue + 1
    activity.save(update_fields=["taken", "queue"])
    signup.save(force_insert=True)
    journal.note(
        actor=actor,
        did="activity.signed_up",
        to=activity,
        now=now,
        member=member.pk,
        state=str(signup.state),
    )
    return signup


@transaction.atomic
def withdraw(*, actor: Actor, activity: Activity, now: datetime) -> None:
    """Give the place back, without having to say why; the first who waits gets it."""
    member = member_of(actor)
    activity = take_turn(activity)
    signup = SignUp.objects.filter(
        activity=activity, member=member, state__in=OPEN_SIGN_UPS
    ).first()
    if signup is None:
        raise Refused(rules.NOT_SIGNED_UP)
    if activity.starts_at <= now:
        raise Refused(rules.BEGUN_NO_WAY_BACK)
    held = signup.state == SignUpState.LIVE
    signup.state, signup.ended_at = SignUpState.WITHDRAWN, now
    signup.save(update_fields=["state", "ended_at"])
    if held:
        activity.taken -= 1
        activity.save(update_fields=["taken"])
        fill_from_queue(activity, now=now)
    journal.note(actor=actor, did="activity.withdrew", to=activity, now=now, member=member.pk)


def fill_from_queue(activity: Activity, *, now: datetime) -> None:
    """Give free places to those who wait, in their order; the caller has taken the turn.

    Nobody moves up once it has begun: the sheet says who came.
    """
    if not activity.places_left or activity.starts_at <= now:
        return
    waiting = SignUp.objects.filter(activity=activity, state=SignUpState.WAITING)
    for signup in waiting.select_related("member").order_by("queue_no"):
        if rules.member_refusals(signup.member, now):
            continue
        if not activity.places_left:
            break
        signup.state, signup.seat = SignUpState.LIVE, free_seat(activity)
        signup.save(update_fields=["state", "seat"])
        activity.taken += 1
        transaction.on_commit(
            partial(
                tell,
                signup.member.user_id,
                "activity.promoted",
                now=now,
                url=reverse("activities:show", args=[activity.code]),
                title=activity.title,
            )
        )
    activity.save(update_fields=["taken"])


def free_seat(activity: Activity) -> int:
    """The lowest seat nobody holds."""
    live = SignUp.objects.filter(activity=activity, state=SignUpState.LIVE)
    top = live.aggregate(held=Count("pk"), last=Max("seat"))
    if (top["last"] or 0) == top["held"]:
        return int(top["held"]) + 1
    held = set(live.values_list("seat", flat=True))
    return next(seat for seat in range(1, len(held) + 2) if seat not in held)


def member_of(actor: Actor) -> Member:
    if actor.member_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    return Member.objects.select_related("unit", "serving_community").get(pk=actor.member_id)
