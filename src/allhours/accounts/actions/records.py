"""What is done with the journal itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role


@transaction.atomic
def note_export(*, actor: Actor, kind: str, rows: int, now: datetime) -> None:
    """Taking lines of the journal out is itself a line."""
    actor.require(Role.AUDIT_ADMIN)
    journal.note(
        actor=actor, did="journal.exported", to=("journal", kind), now=now, kind=kind, rows=rows
    )
