"""`note`: one line of the journal, written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from allhours.accounts.actor import Actor, Grant
from allhours.accounts.models import JournalEntry


def line(
    *,
    actor: Actor,
    did: str,
    to: Model | tuple[str, int | str],
    now: datetime,
    under: Grant | None = None,
    **facts: Any,
) -> JournalEntry:
    """An unsaved entry, for `note_many`. `facts` hold ids, codes, states and numbers only.

    Under which appointment an act was done is `under`, or the grant that the permission check
    found; under a delegation the line names the principal's appointment too.
    """
    grant = under or _grant_of(actor)
    if grant and grant.for_user is not None:
        facts["for_user"] = grant.for_user
    subject, subject_id = (
        to if isinstance(to, tuple) else (to._meta.model_name or to._meta.label_lower, to.pk)
    )
    return JournalEntry(
        at=now,
        user_id_plain=actor.user_id,
        label=actor.label,
        role=grant.role if grant else ("member" if actor.member_id and not actor.grants else ""),
        appointment_id_plain=grant.appointment_id if grant else None,
        acting_for_plain=grant.acting_for if grant else None,
        did=did,
        subject=subject,
        subject_id=str(subject_id),
        facts=facts,
    )


def _grant_of(actor: Actor) -> Grant | None:
    """Of several, or of a delegated one, the grant that the permission check found: a delegate
    who acts as the member they are does not act for the holder."""
    if len(actor.grants) == 1 and actor.grants[0].acting_for is None:
        return actor.grants[0]
    return actor.found[0] if actor.found else None


def note(
    *,
    actor: Actor,
    did: str,
    to: Model | tuple[str, int | str],
    now: datetime,
    under: Grant | None = None,
    **facts: Any,
) -> JournalEntry:
    """Write who did what to what; call inside the action's own transaction."""
    entry = line(actor=actor, did=did, to=to, now=now, under=under, **facts)
    entry.save(force_insert=True)
    return entry


def note_many(entries: Iterable[JournalEntry]) -> None:
    JournalEntry.objects.bulk_create(entries, batch_size=500)
