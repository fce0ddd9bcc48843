"""Who is told what about festivals of wishes; texts are in `needs.notices`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from allhours.kernel import clock
from allhours.needs.models import Festival
from allhours.needs.queries.festival_people import desks_of, members_of
from allhours.notifications.actions import tell_many


def _one(festival_id: int) -> Festival:
    return Festival.objects.select_related("audience").get(pk=festival_id)


def planned(festival_id: int, *, now: datetime) -> None:
    """The desks of its communities: to gather wishes before the hour."""
    festival = _one(festival_id)
    tell_many(
        desks_of(festival, clock.local_date(now)),
        "needs.festival_planned",
        now=now,
        url=reverse("needs:festival-gather", args=[festival.code]),
        due_on=clock.local_date(festival.opens_at),
        about=f"festival:{festival.code}",
        title=festival.title,
    )


def announced(festival_id: int, *, now: datetime) -> None:
    _members(festival_id, "needs.festival_announced", now)


def moved(festival_id: int, *, now: datetime) -> None:
    _members(festival_id, "needs.festival_moved", now)


def cancelled(festival_id: int, *, now: datetime) -> None:
    _members(festival_id, "needs.festival_cancelled", now)


def _members(festival_id: int, key: str, now: datetime) -> None:
    festival = _one(festival_id)
    params: dict[str, Any] = {
        "title": festival.title,
        "at": f"{clock.local(festival.opens_at):%Y-%m-%d %H:%M}",
    }
    url = reverse("needs:festival", args=[festival.code])
    tell_many(members_of(festival), key, now=now, url=url, **params)
