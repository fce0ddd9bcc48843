from __future__ import annotations

from datetime import datetime

from allhours.accounts import journal
from allhours.accounts.actor import Actor


def note_export(*, actor: Actor, name: str, kind: str, rows: int, now: datetime) -> None:
    """A list of people left the system as a file."""
    journal.note(
        actor=actor, did="list.exported", to=("placement", name), now=now, kind=kind, rows=rows
    )
