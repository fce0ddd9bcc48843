"""What those who keep the installation do with the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.kernel.errors import Refused
from allhours.notifications import rules
from allhours.notifications.actions.queueing import queue_one
from allhours.notifications.actions.sending import UNSURE
from allhours.notifications.channels import mail
from allhours.notifications.choices import OutgoingKind, OutgoingState
from allhours.notifications.models import Outgoing
from allhours.notifications.queries import contacts
from allhours.notifications.queries.outbox import KEEPERS

KEEP = timedelta(days=90)


@transaction.atomic
def send_test(*, actor: Actor, now: datetime) -> None:
    """A mail to oneself, to see whether the settings are right."""
    actor.require(*KEEPERS)
    contact = contacts.contact_of(actor)
    if not mail.is_on():
        raise Refused(rules.MAIL_OFF)
    if contact is None or contact.confirmed_at is None:
        raise Refused(rules.NO_ADDRESS)
    row = queue_one(user_id=contact.user_id, kind=OutgoingKind.TEST, now=now)
    journal.note(actor=actor, did="outbox.test_sent", to=row, now=now)


@transaction.atomic
def retry_failed(*, actor: Actor, now: datetime) -> int:
    """Try again what the server did not take; what may have left is left alone."""
    actor.require(*KEEPERS)
    rows = Outgoing.objects.filter(state=OutgoingState.FAILED, notice__isnull=False)
    count = rows.exclude(error=UNSURE).update(
        state=OutgoingState.WAITING, not_before=now, tries=0, batch="", ended_at=None
    )
    journal.note(actor=actor, did="outbox.retried", to=("outbox", "mail"), now=now, count=count)
    return count


def prune(*, now: datetime) -> int:
    """Rows that ended long ago say nothing any more."""
    ended = Outgoing.objects.filter(ended_at__lt=now - KEEP)
    return ended.delete()[0]
