"""What of the inbox is to leave the system: rows of the outbox, written with the notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from allhours.kernel import clock
from allhours.notifications.channels import mail
from allhours.notifications.choices import OutgoingKind, OutgoingState
from allhours.notifications.models import Contact, Notice, Outgoing
from allhours.notifications.queries import contacts

GATHER = timedelta(minutes=10)  # what comes within it becomes one mail


def queue(notices: Sequence[Notice], *, now: datetime) -> None:
    """Rows for those readers who want a mail; none at all without a mail server."""
    if not mail.is_on():
        return
    known = contacts.reachable({notice.user_id for notice in notices})
    rows = [_row(known[each.user_id], each, now) for each in notices if each.user_id in known]
    Outgoing.objects.bulk_create([row for row in rows if row], batch_size=500)


def _row(contact: Contact, notice: Notice, now: datetime) -> Outgoing | None:
    kind = contacts.wanted(contact, notice.key)
    if not kind or (kind == OutgoingKind.DIGEST and not _digests(now)):
        return None
    return Outgoing(
        user_id=notice.user_id,
        notice=notice,
        channel=mail.NAME,
        kind=kind,
        not_before=due_at(contact, kind, now),
        created_at=now,
    )


def _digests(now: datetime) -> bool:
    return contacts.digests_a_week(clock.local_date(now)) > 0


def due_at(contact: Contact, kind: str, now: datetime) -> datetime:
    if kind == OutgoingKind.DIGEST:
        return contacts.digest_at(contact, now)
    wait = GATHER if kind == OutgoingKind.ACTION else timedelta(0)
    return contacts.may_leave_at(contact, kind, now + wait)


def queue_one(*, user_id: int, kind: str, now: datetime, secret_sealed: str = "") -> Outgoing:
    """A mail that is about no notice: a confirmation, a test."""
    return Outgoing.objects.create(
        user_id=user_id,
        channel=mail.NAME,
        kind=kind,
        not_before=now,
        created_at=now,
        secret_sealed=secret_sealed,
    )


def requeue(contact: Contact, *, now: datetime) -> None:
    """After new choices: what waits is dropped, or waits for its new time."""
    waiting = Outgoing.objects.filter(
        user_id=contact.user_id, state=OutgoingState.WAITING, notice__isnull=False
    )
    for row in waiting.select_related("notice"):
        kind = contacts.wanted(contact, row.notice.key) if row.notice else ""
        if not kind:
            Outgoing.objects.filter(pk=row.pk, state=OutgoingState.WAITING).update(
                state=OutgoingState.DROPPED, ended_at=now
            )
        else:
            Outgoing.objects.filter(pk=row.pk, state=OutgoingState.WAITING).update(
                kind=kind, not_before=due_at(contact, kind, now)
            )
