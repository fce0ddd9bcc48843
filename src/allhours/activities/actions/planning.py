"""Plan, change, publish and cancel an activity."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import Actor, Grant
from allhours.activities import rules
from allhours.activities.actions.signups import fill_from_queue, take_turn
from allhours.activities.choices import OPEN_SIGN_UPS, ActivityState
from allhours.activities.kinds import titles
from allhours.activities.models import Activity, SignUp
from allhours.activities.queries.activities import community_of
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refused, refuse_if
from allhours.notifications.actions import tell_many


@dataclass(frozen=True)
class Plan:
    """What is written down about an activity; `community` None: the whole county is served."""

    title: str
    kind: str  # code of the scheme's activities.kinds
    place: str
    starts_at: datetime
    ends_at: datetime
    places: int
    text: str = ""
    item: str = ""
    community: Organization | None = None
    travel_minutes: int = 0
    waiting_list: bool = True


def _check(plan: Plan) -> None:
    refuse_if(rules.time_refusals(plan.starts_at, plan.ends_at, plan.travel_minutes))
    if plan.kind not in titles(clock.local_date(plan.starts_at)):
        raise Refused(rules.NO_SUCH_KIND)


def _values(plan: Plan, organizer: Organization) -> dict[str, object]:
    values = {each.name: getattr(plan, each.name) for each in fields(plan)}
    return values | {"community": community_of(organizer) or plan.community}


@transaction.atomic
def plan_activity(*, actor: Actor, organizer: Organization, plan: Plan, now: datetime) -> Activity:
    """A draft, seen by its organiser only until published."""
    actor.require(*rules.RUN_ROLES, over=organizer.path)
    _check(plan)
    activity = Activity.objects.create(
        code=public_code(), organizer=organizer, created_at=now, **_values(plan, organizer)
    )
    journal.note(
        actor=actor,
        did="activity.planned",
        to=activity,
        now=now,
        under=under(actor, activity),
        code=activity.code,
    )
    return activity


@transaction.atomic
def change_activity(*, actor: Actor, activity: Activity, plan: Plan, now: datetime) -> Activity:
    """Change the plan until attendance is entered; more places call up those who wait."""
    refuse_if(rules.run_refusals(actor, activity))
    _check(plan)
    activity = take_turn(activity)
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise Refused(rules.NOT_CHANGEABLE)
    if plan.places < activity.taken:
        raise Refused(rules.FEWER_PLACES.having(taken=activity.taken))
    moved = (activity.starts_at, activity.place) != (plan.starts_at, plan.place)
    values = _values(plan, activity.organizer)
    for name, value in values.items():
        setattr(activity, name, value)
    activity.save(update_fields=list(values))
    fill_from_queue(activity, now=now)
    journal.note(
        actor=actor, did="activity.changed", to=activity, now=now, under=under(actor, activity)
    )
    if moved and activity.state == ActivityState.PUBLISHED:
        transaction.on_commit(partial(_tell_all, activity, "activity.moved", now))
    return activity


@transaction.atomic
def publish_activity(*, actor: Actor, activity: Activity, now: datetime) -> None:
    """Announce it; from now on members may sign up."""
    refuse_if(rules.run_refusals(actor, activity))
    won = Activity.objects.filter(pk=activity.pk, state=ActivityState.DRAFT).update(
        state=ActivityState.PUBLISHED, published_at=now
    )
    if not won:
        raise Refused(rules.NOT_DRAFT)
    activity.state, activity.published_at = ActivityState.PUBLISHED, now
    journal.note(
        actor=actor, did="activity.published", to=activity, now=now, under=under(actor, activity)
    )


@transaction.atomic
def cancel_activity(*, actor: Actor, activity: Activity, reason: str, now: datetime) -> None:
    """Call it off; those who signed up are told. The reason is shown to them."""
    refuse_if(rules.run_refusals(actor, activity))
    if not reason.strip():
        raise Refused(rules.REASON_NEEDED)
    won = Activity.objects.filter(
        pk=activity.pk, state__in=[ActivityState.DRAFT, ActivityState.PUBLISHED]
    ).update(state=ActivityState.CANCELLED, cancel_reason=reason.strip()[:200])
    if not won:
        raise Refused(rules.NOT_CANCELLABLE)
    activity.state, activity.cancel_reason = ActivityState.CANCELLED, reason.strip()[:200]
    journal.note(
        actor=actor, did="activity.cancelled", to=activity, now=now, under=under(actor, activity)
    )
    transaction.on_commit(partial(_tell_all, activity, "activity.cancelled", now))


def under(actor: Actor, activity: Activity) -> Grant | None:
    """The grant under which the actor runs the activity, for the journal."""
    grant = actor.acting_as(*rules.RUN_ROLES, over=activity.organizer.path)
    if grant is None and activity.community is not None:
        grant = actor.acting_as(*rules.RUN_ROLES, over=activity.community.path)
    return grant


def _tell_all(activity: Activity, key: str, now: datetime) -> None:
    people = SignUp.objects.filter(
        activity=activity, state__in=OPEN_SIGN_UPS, member__user__isnull=False
    )
    tell_many(
        people.values_list("member__user_id", flat=True),
        key,
        now=now,
        url=reverse("activities:show", args=[activity.code]),
        title=activity.title,
    )
