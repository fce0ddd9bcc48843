"""A person's own inbox."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, When

from allhours.accounts.actor import Actor
from allhours.notifications import texts
from allhours.notifications.models import Notice
from allhours.scheme import memo

UNREAD, ACTION = "unread", "action"


def notices_of(actor: Actor, only: str = "") -> QuerySet[Notice]:
    """Unread first, then the newest; nothing for somebody not signed in.

    `only`: `unread`, or `action` for what still asks its reader to do something.
    """
    rows = Notice.objects.filter(user_id=actor.user_id or 0)
    if only == UNREAD:
        rows = rows.filter(read_at=None, done_at=None)
    if only == ACTION:
        rows = rows.filter(key__in=texts.keys_of(texts.ACTION), done_at=None)
    fresh = Case(When(read_at=None, done_at=None, then=0), default=1, output_field=IntegerField())
    return rows.order_by(fresh, "-created_at", "-pk")


def unread_count(actor: Actor) -> int:
    """For the badge in the shells and the home pages: one query a request, none without sign-in."""
    if actor.user_id is None:
        return 0
    rows = Notice.objects.filter(user_id=actor.user_id, read_at=None, done_at=None)
    return memo.once(("unread", actor.user_id), rows.count)
