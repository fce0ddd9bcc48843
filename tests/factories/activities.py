"""Activities, sign-ups and notes of a small county."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.activities import actions
from allhours.activities.models import Activity, ServiceNote
from allhours.directory.models import Member, Organization
from allhours.kernel import clock

from .directory import TODAY, make_community, make_member, make_unit, member_actor, staff_actor

SYSTEM = Actor.system("tests")
SATURDAY = clock.at(TODAY).replace(day=13, hour=9)  # a day off
BEFORE = SATURDAY - timedelta(days=3)
AFTER = SATURDAY + timedelta(hours=5)


def make_plan(**over: Any) -> actions.Plan:
    """A public activity of two hours on Saturday morning for 40 people."""
    starts_at: datetime = over.pop("starts_at", SATURDAY)
    values: dict[str, Any] = {
        "title": "清扫家园",
        "kind": "public",
        "place": "社区广场",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "places": 40,
    } | over
    return actions.Plan(**values)


def make_activity(
    organizer: Organization | None = None, *, published: bool = True, **over: Any
) -> Activity:
    organizer = organizer or make_community()
    activity = actions.plan_activity(
        actor=SYSTEM, organizer=organizer, plan=make_plan(**over), now=BEFORE
    )
    if published:
        actions.publish_activity(actor=SYSTEM, activity=activity, now=BEFORE)
    return activity


def make_people(count: int, **over: Any) -> list[Member]:
    unit = over.pop("unit", None) or make_unit()
    return [make_member(unit, **over) for _ in range(count)]


def signed_up(activity: Activity, members: list[Member], *, now: datetime = BEFORE) -> None:
    for member in members:
        actions.sign_up(actor=member_actor(member), activity=activity, now=now)


def organiser_of(activity: Activity) -> Actor:
    return staff_actor(Role.COMMUNITY_STAFF, activity.organizer)


def make_note(member: Member | None = None, **over: Any) -> ServiceNote:
    """An hour of post service on Saturday at nine, handed in on the same afternoon."""
    member = member or make_member(serving_community=make_community())
    now = over.pop("now", AFTER)
    values: dict[str, Any] = {
        "kind": "post_service",
        "started_at": SATURDAY,
        "minutes": 60,
        "text": "在社区图书室整理图书",
    } | over
    return actions.note_service(
        actor=member_actor(member), facts=actions.NoteFacts(**values), now=now
    )
