"""Sending what waits: taken by conditional update, one mail for each person and kind.

A notice leaves at most once. What the server refused for now is tried again later and later; what
may have been taken by the server without our hearing of it is not.
"""

from __future__ import annotations

import logging
import smtplib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import Min, Q, QuerySet
from django_tasks import task

from allhours.accounts.models import User
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.kernel.crypto import unseal
from allhours.kernel.retry import with_retry
from allhours.notifications.actions.addresses import SECRET
from allhours.notifications.channels import mail
from allhours.notifications.choices import OutgoingKind, OutgoingState
from allhours.notifications.models import Contact, DigestSent, Outgoing
from allhours.notifications.queries import contacts
from allhours.notifications.quiet import week_of

logger = logging.getLogger("allhours.notifications")

MOST_A_RUN = 200  # mails
BACK_OFF = tuple(timedelta(minutes=n) for n in (5, 15, 60, 240, 720, 1440))
UNSURE_AFTER = timedelta(minutes=30)
UNSURE = "unsure"  # may have left: never again
UNREACHED = (OSError, smtplib.SMTPException)
ABOUT_NOTICES = (OutgoingKind.ACTION, OutgoingKind.DIGEST, OutgoingKind.SECURITY)


@dataclass(frozen=True)
class Batch:
    """Rows that are one mail, taken for sending."""

    code: str
    kind: str
    to: str
    language: str
    stop_code: str
    count: int
    secret: str
    tries: int


def deliver(*, now: datetime, most: int = MOST_A_RUN) -> Counter[str]:
    """Send what is due, at most so many mails; how many were sent, failed and put off.

    Without a mail server nothing is touched.
    """
    done: Counter[str] = Counter()
    if not mail.is_on():
        return done
    done["unsure"] = _give_up_unsure(now)
    connection = get_connection()
    try:
        for user_id, kind in list(_due(now, most)):
            done[_one(connection, user_id, kind, now)] += 1
    finally:
        connection.close()
    return +done


@task()
def send_soon() -> None:
    """What the worker does when somebody waits for a mail that they asked for."""
    deliver(now=clock.now())


def _due(now: datetime, most: int) -> QuerySet[Outgoing, tuple[int, str]]:
    """Whom to write to, those who wait longest first."""
    rows = Outgoing.objects.filter(state=OutgoingState.WAITING, not_before__lte=now)
    by_person = rows.values("user_id", "kind").annotate(first=Min("not_before"))
    return by_person.order_by("first", "user_id").values_list("user_id", "kind")[:most]


def _waiting(user_id: int, kind: str, now: datetime) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(
        user_id=user_id, kind=kind, state=OutgoingState.WAITING, not_before__lte=now
    )


def _one(connection: BaseEmailBackend, user_id: int, kind: str, now: datetime) -> str:
    try:
        connection.open()
    except UNREACHED as error:
        logger.warning("the mail server was not reached: %s", type(error).__name__)
        return "later" if _put_off(_waiting(user_id, kind, now), error, now) else "failed"
    batch = with_retry(lambda: _take(user_id, kind, now))
    if batch is None:
        return "nothing"
    try:
        connection.send_messages([_letter(batch)])
    except UNREACHED as error:
        connection.close()  # whatever state it is in
        return _not_sent(batch, error, now)
    _rows(batch).update(state=OutgoingState.SENT, ended_at=now, error="", secret_sealed="")
    return "sent"


def _letter(batch: Batch) -> EmailMessage:
    return mail.message(
        batch.kind,
        to=batch.to,
        language=batch.language,
        stop_code=batch.stop_code,
        count=batch.count,
        secret=batch.secret,
    )


def _rows(batch: Batch) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(batch=batch.code, state=OutgoingState.SENDING)


@transaction.atomic
def _not_sent(batch: Batch, error: Exception, now: datetime) -> str:
    """Another time if the server said that it did not take it, and not for good."""
    codes = _codes(error)
    if codes and all(400 <= code < 500 for code in codes) and _put_off(_rows(batch), error, now):
        DigestSent.objects.filter(batch=batch.code).delete()
        return "later"
    _rows(batch).update(
        state=OutgoingState.FAILED,
        error=_name(error) if codes else UNSURE,
        ended_at=now,
        secret_sealed="",
    )
    return "failed"


@transaction.atomic
def _take(user_id: int, kind: str, now: datetime) -> Batch | None:
    """The person's rows of a kind as one mail; None if there is nothing to send (now)."""
    rows = _waiting(user_id, kind, now)
    # nothing is sent to somebody whose sign-in has ended, least of all after their death
    contact = Contact.objects.filter(user_id=user_id, user__is_active=True).first()
    to = _address(contact, kind)
    if contact is None or not to:
        rows.update(state=OutgoingState.DROPPED, ended_at=now, secret_sealed="")
        return None
    if kind in ABOUT_NOTICES and _nothing_now(contact, kind, rows, now):
        return None
    first = rows.values_list("secret_sealed", "tries").first()
    code = public_code(16)
    count = rows.update(state=OutgoingState.SENDING, batch=code, taken_at=now)
    if first is None or not count:
        return None
    if kind == OutgoingKind.DIGEST and not _reserve(user_id, code, now):
        # somebody else is sending this week's; this transaction's rows go back
        Outgoing.objects.filter(batch=code).update(state=OutgoingState.WAITING, batch="")
        return None
    language = User.objects.values_list("language", flat=True).get(pk=user_id)
    secret = unseal(first[0], SECRET)
    return Batch(code, kind, to, language, contact.code, count, secret, first[1])


def _address(contact: Contact | None, kind: str) -> str:
    """Where this kind of mail goes for the person; "" if nowhere (any more)."""
    if contact is None:
        return ""
    if kind == OutgoingKind.CONFIRM:
        return contacts.asked_address_of(contact)
    if kind == OutgoingKind.TEST:
        return contacts.address_of(contact) if contact.confirmed_at else ""
    return contacts.address_of(contact) if contacts.reachable([contact.user_id]) else ""


def _nothing_now(contact: Contact, kind: str, rows: QuerySet[Outgoing], now: datetime) -> bool:
    """Read or done meanwhile, in quiet hours, or as often written to as the scheme allows."""
    seen = Q(notice__read_at__isnull=False) | Q(notice__done_at__isnull=False)
    stale = list(rows.filter(seen).values_list("pk", flat=True))
    Outgoing.objects.filter(pk__in=stale, state=OutgoingState.WAITING).update(
        state=OutgoingState.DROPPED, ended_at=now
    )
    at = contacts.may_leave_at(contact, kind, now)
    if kind == OutgoingKind.DIGEST:
        on = clock.local_date(now)
        if contacts.digests_in(contact.user_id, week_of(on)) >= contacts.digests_a_week(on):
            at = contacts.digest_after_this_week(contact, now)
    if at > now:
        rows.update(not_before=at)
    return at > now


def _reserve(user_id: int, code: str, now: datetime) -> bool:
    """One of the week's digests; the constraint lets nobody take it twice."""
    week = week_of(clock.local_date(now))
    nth = contacts.digests_in(user_id, week) + 1
    try:
        with transaction.atomic():
            DigestSent.objects.create(user_id=user_id, week=week, nth=nth, batch=code)
    except IntegrityError:
        return False
    return True


def _codes(error: Exception) -> list[int]:
    """What the server answered; nothing if it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [int(error.smtp_code)] if isinstance(error, smtplib.SMTPResponseException) else []


def _name(error: Exception) -> str:
    """A class and a number, nothing of what the server said: that may quote the address."""
    codes = ",".join(map(str, _codes(error)))
    return f"{type(error).__name__} {codes}".strip()[:40]


def _put_off(rows: QuerySet[Outgoing], error: Exception, now: datetime) -> int:
    """Wait longer each time; after the last time they are failed and 0 is returned."""
    tries = rows.order_by("-tries").values_list("tries", flat=True).first() or 0
    if tries >= len(BACK_OFF):
        rows.update(state=OutgoingState.FAILED, error=_name(error), ended_at=now)
        return 0
    rows.update(
        state=OutgoingState.WAITING,
        batch="",
        tries=tries + 1,
        not_before=now + BACK_OFF[tries],
        error=_name(error),
    )
    return 1


def _give_up_unsure(now: datetime) -> int:
    """Being sent when the process died: whether they left is not known, so they do not again."""
    rows = Outgoing.objects.filter(state=OutgoingState.SENDING, taken_at__lt=now - UNSURE_AFTER)
    return rows.update(state=OutgoingState.FAILED, error=UNSURE, ended_at=now, secret_sealed="")
