"""A person's own address and choices: given, confirmed, changed, stopped, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.kernel import clock
from allhours.kernel.codes import public_code, secret_code
from allhours.kernel.crypto import seal
from allhours.kernel.errors import Refused, refuse_if
from allhours.notifications import rules
from allhours.notifications.actions.queueing import queue_one, requeue
from allhours.notifications.channels import mail
from allhours.notifications.choices import OutgoingKind, OutgoingState, When
from allhours.notifications.models import Contact, Outgoing
from allhours.notifications.queries import contacts
from allhours.notifications.quiet import Span, time_of
from allhours.scheme.queries import scheme_for

CODE_HOURS = 24
SECRET = "outgoing.secret"  # noqa: S105 - the purpose it is sealed for


@dataclass(frozen=True)
class Choices:
    """What a person wants: `When` by category, weekdays of the digest, longer quiet hours."""

    action: str = When.AT_ONCE
    info: str = When.DIGEST
    security: str = When.AT_ONCE
    digest_days: Sequence[int] = (0,)
    quiet_from: time | None = None
    quiet_to: time | None = None


@transaction.atomic
def ask_address(*, actor: Actor, address: str, now: datetime) -> None:
    """Send a code to a new address; the one confirmed before stays until the new one is."""
    contact = _own(actor)
    address = address.strip()
    refuse_if([] if mail.is_on() else [rules.MAIL_OFF])
    refuse_if(rules.address_refusals(address))
    if contact.confirmed_at and contacts.address_of(contact) == address:
        raise Refused(rules.SAME_ADDRESS)
    if _asked_lately(contact, now) >= rules.ASKS_AN_HOUR:
        raise Refused(rules.TOO_OFTEN)
    code = secret_code()
    contact.asked_sealed = seal(address, contacts.ASKED)
    contact.asked_hash = contacts.code_hash(code)
    contact.asked_until = now + timedelta(hours=CODE_HOURS)
    contact.save(update_fields=["asked_sealed", "asked_hash", "asked_until"])
    _drop(contact, OutgoingKind.CONFIRM, now=now)
    queue_one(
        user_id=contact.user_id,
        kind=OutgoingKind.CONFIRM,
        now=now,
        secret_sealed=seal(code, SECRET),
    )
    journal.note(actor=actor, did="contact.address_asked", to=contact, now=now)


@transaction.atomic
def confirm_address(*, code: str, now: datetime) -> Contact:
    """By the code that was sent there, from whatever device; it works once."""
    contact = contacts.contact_asked(code, now)
    if contact is None:
        raise Refused(rules.CODE_WRONG)
    plain = contacts.asked_address_of(contact)
    changed = Contact.objects.filter(pk=contact.pk, asked_hash=contact.asked_hash).update(
        address_sealed=seal(plain, contacts.ADDRESS),
        confirmed_at=now,
        asked_sealed="",
        asked_hash=None,
        asked_until=None,
        stopped_at=None,
    )
    if not changed:
        raise Refused(rules.CODE_WRONG)
    owner = Actor(user_id=contact.user_id)
    journal.note(actor=owner, did="contact.address_confirmed", to=contact, now=now)
    return contact


@transaction.atomic
def remove_address(*, actor: Actor, now: datetime) -> None:
    """No address, no mail; the choices stay for another time."""
    contact = _own(actor)
    Contact.objects.filter(pk=contact.pk).update(
        address_sealed="", confirmed_at=None, asked_sealed="", asked_hash=None, asked_until=None
    )
    _drop(contact, now=now)
    journal.note(actor=actor, did="contact.address_removed", to=contact, now=now)


@transaction.atomic
def save_choices(*, actor: Actor, choices: Choices, now: datetime) -> None:
    """What comes when; what waits already is put in the new order."""
    contact = _own(actor)
    law = scheme_for(clock.local_date(now)).notices
    own = _span(choices)
    digest = When.DIGEST in (choices.action, choices.info) and law.digest_most_per_week > 0
    refuse_if(rules.quiet_refusals(own, Span(time_of(law.quiet_from), time_of(law.quiet_to))))
    refuse_if(rules.days_refusals(choices.digest_days, law.digest_most_per_week, needed=digest))
    contact.action, contact.info, contact.security = choices.action, choices.info, choices.security
    contact.digest_days = sorted(set(choices.digest_days)) or contact.digest_days
    contact.quiet_from, contact.quiet_to = own or (None, None)
    contact.save(
        update_fields=["action", "info", "security", "digest_days", "quiet_from", "quiet_to"]
    )
    requeue(contact, now=now)
    journal.note(actor=actor, did="contact.choices_saved", to=contact, now=now)


@transaction.atomic
def stop_mail(*, token: str, now: datetime) -> None:
    """By the signed link in any mail, without signing in; twice is as good as once."""
    code = mail.code_of(token)
    contact = contacts.contact_by_code(code) if code else None
    if contact is None:
        raise Refused(rules.STOP_WRONG)
    if Contact.objects.filter(pk=contact.pk, stopped_at=None).update(stopped_at=now):
        _drop(contact, now=now)
        owner = Actor(user_id=contact.user_id)
        journal.note(actor=owner, did="contact.stopped", to=contact, now=now)


@transaction.atomic
def resume_mail(*, actor: Actor, now: datetime) -> None:
    contact = _own(actor)
    if Contact.objects.filter(pk=contact.pk).exclude(stopped_at=None).update(stopped_at=None):
        journal.note(actor=actor, did="contact.resumed", to=contact, now=now)


def _own(actor: Actor) -> Contact:
    """The actor's row, made when it is first needed."""
    if actor.user_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    found = contacts.contact_of(actor)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Contact.objects.create(user_id=actor.user_id, code=public_code(16))
    except IntegrityError:  # another request of theirs was first
        return Contact.objects.get(user_id=actor.user_id)


def _span(choices: Choices) -> Span | None:
    if choices.quiet_from is None and choices.quiet_to is None:
        return None
    if choices.quiet_from is None or choices.quiet_to is None:
        raise Refused(rules.QUIET_HALF)
    return Span(choices.quiet_from, choices.quiet_to)


def _asked_lately(contact: Contact, now: datetime) -> int:
    return Outgoing.objects.filter(
        user_id=contact.user_id,
        kind=OutgoingKind.CONFIRM,
        created_at__gt=now - timedelta(hours=1),
    ).count()


def _drop(contact: Contact, *kinds: str, now: datetime) -> None:
    """What waits for this person is not sent any more."""
    rows = Outgoing.objects.filter(user_id=contact.user_id, state=OutgoingState.WAITING)
    (rows.filter(kind__in=kinds) if kinds else rows).update(
        state=OutgoingState.DROPPED, ended_at=now, secret_sealed=""
    )
