"""One-time activation slips: written for people by those in charge of them, used once.

Who may issue a slip for whom is decided above (`directory.actions.slips`), where appointments and
members are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.utils import reset
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from allhours.accounts import events, journal, rules, throttle
from allhours.accounts.actions import sessions
from allhours.accounts.actor import Actor
from allhours.accounts.models import ActivationSlip, User
from allhours.kernel import codes, crypto
from allhours.kernel.errors import Refusal, Refused, refuse_if

CODE = "activation.code"  # purpose of the look-up hash
AT_ONCE = Refusal("slip.at_once", _("有人正在为同一人签发激活单，请刷新页面后再试。"))


@dataclass(frozen=True)
class IssuedSlip:
    """What is printed: the plain code exists only here and on paper."""

    username: str
    name: str
    code: str
    expires_at: datetime


@transaction.atomic
def issue(*, actor: Actor, users: Sequence[User], now: datetime) -> list[IssuedSlip]:
    """A fresh slip each; an earlier unused one is revoked. Passwords stay until a slip is used."""
    expires = now + timedelta(days=settings.ALLHOURS_SLIP_DAYS)
    plain = {user.pk: codes.secret_code() for user in users}
    ActivationSlip.objects.filter(user_id__in=list(plain), used_at=None, revoked_at=None).update(
        revoked_at=now
    )
    slips = [
        ActivationSlip(
            user=user,
            code_hash=crypto.lookup_hash(codes.normal_code(plain[user.pk]), CODE),
            issued_at=now,
            issued_by=actor.user_id,
            expires_at=expires,
        )
        for user in users
    ]
    try:
        with transaction.atomic():
            ActivationSlip.objects.bulk_create(slips, batch_size=500)
    except IntegrityError:
        raise Refused(AT_ONCE) from None
    journal.note_many(
        journal.line(actor=actor, did="slip.issued", to=user, now=now) for user in users
    )
    return [IssuedSlip(user.username, user.display_name, plain[user.pk], expires) for user in users]


def activate_on_page(
    *, username: str, code: str, password: str, address: str | None, now: datetime
) -> User:
    """`activate` for somebody not yet known: tries are counted by user name and by address.

    The refusal is the same whether or not there is such a person. Call it outside `atomic`.
    """
    with transaction.atomic(durable=True):  # a refusal must not roll the counts back
        counts = [(throttle.SLIP_BY_NAME, username), (throttle.SLIP_BY_ADDRESS, address or "")]
        within = [throttle.take(limit, of, now) for limit, of in counts]
    if not all(within):
        left = max(throttle.remaining(limit, of, now) for limit, of in counts)
        raise Refused(rules.too_many(left))
    try:
        user = activate(username=username, code=code, password=password, now=now)
    except Refused as refused:
        if rules.SLIP_UNKNOWN.code not in refused.codes:
            _was_no_guess(username, address)
        raise
    _was_no_guess(username, address)
    return user


def _was_no_guess(username: str, address: str | None) -> None:
    """The code was right: on the day the slips are handed out, hundreds come from one address."""
    throttle.clear(throttle.SLIP_BY_NAME, username)
    throttle.give_back(throttle.SLIP_BY_ADDRESS, address or "")


@transaction.atomic
def activate(*, username: str, code: str, password: str, now: datetime) -> User:
    """Set the password by a slip, once; ends a lock-out, for the person has proved themself."""
    found = (
        ActivationSlip.objects.select_related("user")
        .filter(code_hash=crypto.lookup_hash(codes.normal_code(code), CODE))
        .first()
    )
    refuse_if(rules.slip_refusals(found, username, now))
    assert found is not None  # noqa: S101 - the rule refused its absence
    user = found.user
    refuse_if(rules.password_refusals(password, user))
    used = ActivationSlip.objects.filter(pk=found.pk, used_at=None, revoked_at=None)
    if not used.update(used_at=now):
        raise Refused(rules.SLIP_USED)
    recovered = user.has_usable_password()
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    reset(username=user.username)
    actor = Actor(user_id=user.pk)
    sessions.cut_off(user)
    if recovered:
        events.announce(user.pk, "account.password_changed", now=now)
    journal.note(actor=actor, did="account.activated", to=user, now=now, slip=found.pk)
    return user
