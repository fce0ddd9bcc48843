"""Once a day: claimers whose term nears or has passed, and desks where something waits too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce

from allhours.needs import notices, unit_notices
from allhours.needs.models import Claim
from allhours.needs.queries.desk import late_by_community, terms
from allhours.needs.queries.limits import wish_limits

SOON = timedelta(days=3)
DAY = timedelta(days=1)
OVERDUE = ("needs.contact_overdue", "needs.delivery_overdue")  # told to a unit's desk as well


def remind_of_terms(*, now: datetime) -> int:
    """Each term is told on the day it passes (and three days before delivery); how many notices."""
    limits = wish_limits(now)
    live = Claim.objects.live().filter(wish__isnull=False, delivered_at=None)
    begun = live.annotate(begun=Coalesce("named_at", "claimed_at"))
    contact = timedelta(hours=limits.contact_hours)
    due = {
        "needs.contact_overdue": begun.filter(
            contacted_at=None, begun__gt=now - contact - DAY, begun__lte=now - contact
        ),
        "needs.delivery_soon": live.filter(due_at__gt=now + SOON - DAY, due_at__lte=now + SOON),
        "needs.delivery_overdue": live.filter(due_at__gt=now - DAY, due_at__lte=now),
    }
    told = 0
    for key, claims in due.items():
        for claim in claims.select_related("wish"):
            if not claim.is_unnamed:
                notices.remind(claim, key, now=now)
            if claim.unit_id is not None and key in OVERDUE:
                unit_notices.overdue(claim, now=now)
            told += 1
    for community_id, count in late_by_community(terms(now)).items():
        notices.desk_is_late(community_id, count, now=now)
        told += 1
    return told
