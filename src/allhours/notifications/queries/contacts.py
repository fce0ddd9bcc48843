"""Who hears of what outside the system, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.kernel.codes import normal_code
from allhours.kernel.crypto import lookup_hash, unseal
from allhours.notifications import texts
from allhours.notifications.choices import OutgoingKind, When
from allhours.notifications.models import Contact, DigestSent
from allhours.notifications.quiet import Span, free_at, next_digest, time_of, week_after
from allhours.scheme.queries import scheme_for

ASKED = "contact.asked"
ADDRESS = "contact.address"


def contact_of(actor: Actor) -> Contact | None:
    return Contact.objects.filter(user_id=actor.user_id or 0).first()


def contact_by_code(code: str) -> Contact | None:
    return Contact.objects.filter(code=code).first()


def contact_asked(typed: str, now: datetime) -> Contact | None:
    """Whose address a confirmation code belongs to, while it is good."""
    hashed = code_hash(typed)
    return Contact.objects.filter(asked_hash=hashed, asked_until__gt=now).first()


def code_hash(typed: str) -> str:
    return lookup_hash(normal_code(typed), ASKED) or "-"


def address_of(contact: Contact) -> str:
    return unseal(contact.address_sealed, ADDRESS)


def asked_address_of(contact: Contact) -> str:
    return unseal(contact.asked_sealed, ASKED)


def reachable(user_ids: Iterable[int]) -> dict[int, Contact]:
    """User id → how to write to them, for those who want it and whose address is confirmed."""
    rows = Contact.objects.filter(
        user_id__in=list(user_ids),
        user__is_active=True,
        stopped_at=None,
        confirmed_at__isnull=False,
    )
    return {contact.user_id: contact for contact in rows}


def wanted(contact: Contact, key: str) -> str:
    """As which kind a notice of this key leaves for its reader; "" if it does not."""
    category = texts.category_of(key)
    chosen = getattr(contact, category)
    if chosen == When.NEVER:
        return ""
    if category == texts.SECURITY:
        return OutgoingKind.SECURITY
    return OutgoingKind.ACTION if chosen == When.AT_ONCE else OutgoingKind.DIGEST


def quiet_spans(contact: Contact, on: date) -> list[Span]:
    """The scheme's quiet hours and the person's own, which may only add to them."""
    rules = scheme_for(on).notices
    spans = [Span(time_of(rules.quiet_from), time_of(rules.quiet_to))]
    if contact.quiet_from is not None and contact.quiet_to is not None:
        spans.append(Span(contact.quiet_from, contact.quiet_to))
    return spans


def may_leave_at(contact: Contact, kind: str, wish: datetime) -> datetime:
    """The first instant from `wish` on at which a mail of a kind may be sent.

    What concerns the account's security, or was asked for this minute, does not wait.
    """
    if kind in (OutgoingKind.SECURITY, OutgoingKind.CONFIRM, OutgoingKind.TEST):
        return wish
    return free_at(wish, quiet_spans(contact, clock.local_date(wish)))


def digest_at(contact: Contact, after: datetime) -> datetime:
    spans = quiet_spans(contact, clock.local_date(after))
    return next_digest(after, contact.digest_days, spans)


def digest_after_this_week(contact: Contact, now: datetime) -> datetime:
    return digest_at(contact, week_after(now))


def digests_in(user_id: int, week: str) -> int:
    return DigestSent.objects.filter(user_id=user_id, week=week).count()


def digests_a_week(on: date) -> int:
    return scheme_for(on).notices.digest_most_per_week
