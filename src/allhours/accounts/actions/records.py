"""What is done with the journal itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role


@transaction.atomic
def note_export(*, actor: Actor, kind: str, purpose: str, rows: int, now: datetime) -> None:
    """Taking lines of the journal out is itself a line; `purpose` is one of the form's codes."""
    actor.require(Role.AUDIT_ADMIN)
    journal.note(
        actor=actor, did="journal.exported", to=("journal", kind), now=now,
        kind=kind, purpose=purpose, rows=rows,
    )  # fmt: skip


@transaction.atomic
def note_sign_ins_export(*, actor: Actor, kind: str, rows: int, now: datetime) -> None:
    actor.require(Role.AUDIT_ADMIN)
    journal.note(
        actor=actor, did="sign_ins.exported", to=("sign_ins", kind), now=now, kind=kind, rows=rows
    )
