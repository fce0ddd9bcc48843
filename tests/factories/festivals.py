"""Festivals of wishes, made through the actions that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allhours.directory.models import Organization
from allhours.needs import actions as needs
from allhours.needs.actions import festivals
from allhours.needs.models import Festival, Wish
from allhours.needs.rules.festivals import Outline
from tests.factories.needs import NOW, SYSTEM, note_wish, public_text

HOUR = timedelta(hours=1)


def outline(now: datetime = NOW, **over: Any) -> Outline:
    values: dict[str, Any] = {
        "title": "“七一”微心愿",
        "text": "为留守儿童圆一个小心愿。",
        "opens_at": now + 2 * HOUR,
        "claims_each": 1,
    } | over
    return Outline(**values)


def plan(*, now: datetime = NOW, **over: Any) -> Festival:
    return festivals.plan_festival(actor=SYSTEM, outline=outline(now, **over), now=now)


def verified_wish(
    community: Organization | None = None,
    *,
    now: datetime = NOW,
    consent: bool = True,
    **text: Any,
) -> Wish:
    wish = note_wish(community, now=now, consent=consent).wish
    return needs.verify_wish(actor=SYSTEM, wish=wish, text=public_text(now, **text), now=now)


def gather(festival: Festival, *wishes: Wish, now: datetime = NOW) -> Festival:
    return festivals.gather_wishes(actor=SYSTEM, festival=festival, wishes=wishes, now=now)


def announced(wishes: list[Wish], *, now: datetime = NOW, **over: Any) -> Festival:
    """Gathered and announced; it opens two hours after `now`, unless said otherwise."""
    festival = gather(plan(now=now, **over), *wishes, now=now)
    return festivals.announce_festival(actor=SYSTEM, festival=festival, now=now)


def running(
    count: int = 1,
    *,
    community: Organization | None = None,
    now: datetime = NOW,
    places: int = 1,
    **over: Any,
) -> tuple[Festival, list[Wish]]:
    """Opened a minute before `now`."""
    then = now - 3 * HOUR
    wishes = [verified_wish(community, now=then, places=places) for _ in range(count)]
    over = {"opens_at": now - HOUR / 60} | over
    festival = announced(wishes, now=then, **over)
    for wish in wishes:
        wish.refresh_from_db()
    return festival, wishes
