"""A member's own note of service: noted, confirmed or returned by the community, then posted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.activities import rules
from allhours.activities.actions.signups import member_of
from allhours.activities.choices import NoteState
from allhours.activities.models import ServiceNote
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.ledger import actions as ledger
from allhours.ledger import queries as ledger_queries
from allhours.ledger.rules import LONGEST, overlap_with
from allhours.ledger.values import Source
from allhours.notifications.actions import tell

SOURCE = "note"


@dataclass(frozen=True)
class NoteFacts:
    """What the member writes down; minutes are net of the way there and back."""

    kind: str  # ledger.EntryKind
    started_at: datetime
    minutes: int
    text: str
    place: str = ""
    item: str = ""  # menu item code


@transaction.atomic
def note_service(
    *, actor: Actor, facts: NoteFacts, now: datetime, key: str | None = None
) -> ServiceNote:
    """Note own service; it counts once the community has confirmed it.

    `key` marks one filled-in form: sent twice, it gives the first note.
    """
    member = member_of(actor)
    first = ServiceNote.objects.filter(idempotency_key=key).first() if key else None
    if first is not None and first.member_id == member.pk:
        return first
    refuse_if(rules.member_refusals(member, now))
    if member.serving_community is None:
        raise Refused(rules.NO_COMMUNITY)
    _check_time(member, facts, now, key=key)
    note = ServiceNote(
        member=member,
        community=member.serving_community,
        submitted_at=now,
        idempotency_key=key or None,
        **_values(facts),
    )
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:  # the same form, sent twice at the same instant
        return ServiceNote.objects.get(idempotency_key=key, member=member)
    journal.note(actor=actor, did="note.submitted", to=note, now=now, member=member.pk)
    return note


@transaction.atomic
def change_note(*, actor: Actor, note: ServiceNote, facts: NoteFacts, now: datetime) -> ServiceNote:
    """Correct a note that waits or was returned, and hand it in (again)."""
    member = member_of(actor)
    if note.member_id != member.pk:
        raise Refused(rules.NOT_RETURNED)
    _check_time(member, facts, now, but=note)
    won = ServiceNote.objects.filter(
        pk=note.pk, state__in=[NoteState.SUBMITTED, NoteState.RETURNED]
    ).update(state=NoteState.SUBMITTED, submitted_at=now, return_reason="", **_values(facts))
    if not won:
        raise Refused(rules.NOT_RETURNED)
    journal.note(actor=actor, did="note.changed", to=note, now=now)
    note.refresh_from_db()
    return note


@transaction.atomic
def withdraw_note(*, actor: Actor, note: ServiceNote, now: datetime) -> None:
    """The member takes back what is not confirmed yet."""
    won = ServiceNote.objects.filter(
        pk=note.pk,
        member_id=actor.member_id or 0,
        state__in=[NoteState.SUBMITTED, NoteState.RETURNED],
    ).update(state=NoteState.WITHDRAWN, decided_at=now)
    if not won:
        raise Refused(rules.NOT_RETURNED)
    journal.note(actor=actor, did="note.withdrawn", to=note, now=now)


def confirm_notes(
    *, actor: Actor, notes: Iterable[ServiceNote], now: datetime
) -> tuple[list[ServiceNote], list[tuple[ServiceNote, tuple[Refusal, ...]]]]:
    """Confirm many, each by itself: those confirmed, and those refused with the reasons."""
    confirmed, refused = [], []
    for note in notes:
        try:
            with_retry(partial(confirm_note, actor=actor, note=note, now=now))
            confirmed.append(note)
        except Refused as refusal:
            refused.append((note, refusal.reasons))
    return confirmed, refused


@transaction.atomic
def confirm_note(*, actor: Actor, note: ServiceNote, now: datetime) -> ServiceNote:
    """It was so: post it to the ledger. Refused if the time is already taken by another record."""
    refuse_if(rules.decide_refusals(actor, note))
    _decide(actor, note, NoteState.CONFIRMED, now)
    entry = ledger.post_service(
        member=note.member,
        kind=note.kind,
        source=Source(SOURCE, str(note.pk), note.revision),
        started_at=note.started_at,
        minutes=note.minutes,
        community=note.community,
        actor=actor,
        now=now,
    )
    ServiceNote.objects.filter(pk=note.pk).update(late=entry.late)
    _journal(actor, note, "note.confirmed", now, entry=entry.pk)
    transaction.on_commit(partial(_tell, note, "note.confirmed", now))
    return note


@transaction.atomic
def return_note(*, actor: Actor, note: ServiceNote, reason: str, now: datetime) -> None:
    """Send it back with a reason, which the member reads and may answer by correcting it."""
    refuse_if(rules.decide_refusals(actor, note))
    if not reason.strip():
        raise Refused(rules.RETURN_REASON)
    _decide(actor, note, NoteState.RETURNED, now, return_reason=reason.strip()[:200])
    _journal(actor, note, "note.returned", now)
    transaction.on_commit(partial(_tell, note, "note.returned", now))


@transaction.atomic
def reopen_note(*, actor: Actor, note: ServiceNote, reason: str, now: datetime) -> None:
    """Take back a confirmation that was wrong: reverse its entry and return the note."""
    actor.require(*rules.CONFIRM_ROLES, over=note.community.path)
    if actor.member_id == note.member_id:
        raise Refused(rules.OWN_NOTE)
    if not reason.strip():
        raise Refused(rules.RETURN_REASON)
    won = ServiceNote.objects.filter(
        pk=note.pk, state=NoteState.CONFIRMED, revision=note.revision
    ).update(
        state=NoteState.RETURNED,
        revision=note.revision + 1,
        return_reason=reason.strip()[:200],
        decided_at=now,
        decided_by_plain=actor.user_id,
    )
    if not won:
        raise Refused(rules.NOT_CONFIRMED)
    entry = ledger_queries.live_entry(member_id=note.member_id, kind=SOURCE, key=str(note.pk))
    if entry is not None:
        ledger.reverse(entry=entry, reason=reason.strip(), actor=actor, now=now)
    _journal(actor, note, "note.reopened", now)
    transaction.on_commit(partial(_tell, note, "note.returned", now))


def _decide(
    actor: Actor, note: ServiceNote, state: NoteState, now: datetime, **more: object
) -> None:
    """By compare-and-set: of two who decide at once, one does, on the note as they read it."""
    won = ServiceNote.objects.filter(
        pk=note.pk, state=NoteState.SUBMITTED, submitted_at=note.submitted_at
    ).update(state=state, decided_at=now, decided_by_plain=actor.user_id, **more)
    if not won:
        raise Refused(rules.NOT_SUBMITTED)


def _values(facts: NoteFacts) -> dict[str, object]:
    values = {each.name: getattr(facts, each.name) for each in fields(facts)}
    return values | {"text": facts.text.strip()[:200], "place": facts.place.strip()[:80]}


def _check_time(
    member: Member,
    facts: NoteFacts,
    now: datetime,
    *,
    but: ServiceNote | None = None,
    key: str | None = None,
) -> None:
    """Refuse a time that is taken; `but` and the note of the same form are no obstacle."""
    refuse_if(rules.note_time_refusals(facts.started_at, facts.minutes, now))
    taken = ledger_queries.meeting(
        member_id=member.pk, started_at=facts.started_at, minutes=facts.minutes
    )
    if taken:
        raise Refused(overlap_with(taken[0]))
    end = facts.started_at + timedelta(minutes=facts.minutes)
    waiting = ServiceNote.objects.filter(
        member=member,
        state=NoteState.SUBMITTED,
        started_at__gt=facts.started_at - timedelta(minutes=LONGEST),
        started_at__lt=end,
    )
    for note in waiting:
        itself = note == but or (key and note.idempotency_key == key)
        if not itself and note.started_at + timedelta(minutes=note.minutes) > facts.started_at:
            begin = f"{clock.local(note.started_at):%Y-%m-%d %H:%M}"
            raise Refused(rules.SAME_TIME.having(**{"from": begin, "minutes": note.minutes}))


def _journal(actor: Actor, note: ServiceNote, did: str, now: datetime, **facts: int) -> None:
    under = actor.acting_as(*rules.CONFIRM_ROLES, over=note.community.path)
    journal.note(
        actor=actor, did=did, to=note, now=now, under=under, revision=note.revision, **facts
    )


def _tell(note: ServiceNote, key: str, now: datetime) -> None:
    tell(
        note.member.user_id,
        key,
        now=now,
        url=reverse("activities:note", args=[note.pk]),
        community=note.community.label,
        day=clock.local_date(note.started_at).isoformat(),
    )
