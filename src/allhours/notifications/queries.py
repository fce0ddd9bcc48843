"""A person's own inbox."""

from __future__ import annotations

from django.db.models import F, QuerySet

from allhours.accounts.actor import Actor
from allhours.notifications.models import Notice


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Unread first, then the newest; nothing for somebody not signed in."""
    return Notice.objects.filter(user_id=actor.user_id or 0).order_by(
        F("read_at").asc(nulls_first=True), "-created_at", "-pk"
    )


def unread_count(actor: Actor) -> int:
    """For the badge in the shells: one query, none without a sign-in."""
    if actor.user_id is None:
        return 0
    return Notice.objects.filter(user_id=actor.user_id, read_at=None).count()
