from __future__ import annotations

from django.db.models import QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.models import JournalEntry
from allhours.rights.models import DataCopy

SMALL = 2000  # lines of the journal that are put together while a person waits


def copies_of(actor: Actor) -> QuerySet[DataCopy]:
    """One's own, newest first, without their content."""
    rows = DataCopy.objects.defer("content_sealed").order_by("-asked_at", "-pk")
    return rows.filter(user_id=actor.user_id or 0)


def is_big(user_id: int) -> bool:
    """Whether somebody has done so much that their copy is made in the background."""
    lines = JournalEntry.objects.filter(user_id_plain=user_id).values_list("pk", flat=True)
    return len(lines[: SMALL + 1]) > SMALL
