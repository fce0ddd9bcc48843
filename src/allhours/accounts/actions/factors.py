"""Second factors: set up, proven at sign-in, removed, reset by a second person.

An authenticator app by RFC 6238 (django-otp's arithmetic), passkeys by WebAuthn, ten codes on
paper. Each code passes once, also when two requests bring it at the same instant.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django_otp.oath import hotp

from allhours.accounts import events, journal, passkeys, policy, queries, rules, throttle
from allhours.accounts.actions import sessions
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Method
from allhours.accounts.models import Passkey, RecoveryCode, TotpDevice, User
from allhours.kernel import clock, codes, crypto
from allhours.kernel.errors import Refused, refuse_if

STEP_SECONDS, DIGITS = 30, 6
KEY_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_GROUPS, RECOVERY_SIZE = 2, 5  # 7KQM2-WD9HT
KEY, CODE = "totpdevice.key", "recovery.code"  # purposes


def new_key() -> str:
    """A fresh key for an authenticator app, in base32."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def looks_like_code(text: str) -> bool:
    code = codes.normal_code(text)
    is_totp = code.isdecimal() and len(code) == DIGITS
    return is_totp or len(code) == RECOVERY_GROUPS * RECOVERY_SIZE


def verify_second_factor(*, user: User, code: str, now: datetime) -> Method:
    """Take a code of the person's app or a recovery code; says which it was, else refuses.

    Counted before it is judged, and in a transaction of its own: call it outside `atomic`.
    """
    _count_attempt(user, now)
    digits = codes.normal_code(code)
    if _take_totp(user, digits, now):
        method = Method.TOTP
    elif _take_recovery_code(user, digits, now):
        method = Method.RECOVERY
    else:
        raise Refused(rules.FACTOR_WRONG)
    throttle.clear(throttle.SECOND_FACTOR, user.pk)
    return method


def verify_passkey(
    *,
    party: passkeys.Party,
    challenge: str,
    answer: str,
    user: User | None,
    now: datetime,
) -> User:
    """Whose passkey has answered; without a `user` it stands for the password too."""
    found = queries.passkey_named(passkeys.id_in(answer), user)
    count = found and passkeys.proven(
        party=party, challenge=challenge, answer=answer, passkey=found, alone=user is None
    )
    if found is None or count is None or not found.user.is_active:
        raise Refused(rules.PASSKEY_FAILED)
    # A copied authenticator would bring an old count; two at once, the same.
    same = Passkey.objects.filter(pk=found.pk, sign_count=found.sign_count)
    if not same.update(sign_count=count, used_at=now):
        raise Refused(rules.PASSKEY_FAILED)
    return found.user


@transaction.atomic
def add_totp(
    *, actor: Actor, user: User, key: str, code: str, session_key: str, now: datetime
) -> None:
    """Set up (or replace) the app whose key was shown, once a code proves that it is there."""
    refuse_if(rules.own_refusals(actor, user))
    step = _step_of(key, codes.normal_code(code), now)
    if step is None:
        raise Refused(rules.KEY_UNPROVEN)
    first = not queries.has_second_factor(user)
    TotpDevice.objects.update_or_create(
        user=user,
        defaults={
            "key_sealed": crypto.seal(key, KEY),
            "last_step": step,
            "created_at": now,
            "used_at": None,
        },
    )
    _added(actor, user, "totp", first, session_key, now)


@transaction.atomic
def add_passkey(
    *,
    actor: Actor,
    user: User,
    name: str,
    made: passkeys.Registered | None,
    session_key: str,
    now: datetime,
) -> Passkey:
    refuse_if(rules.own_refusals(actor, user))
    if made is None:
        raise Refused(rules.PASSKEY_FAILED)
    first = not queries.has_second_factor(user)
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                user=user,
                name=name.strip()[:40] or "—",
                credential_id=made.credential_id,
                credential_hash=codes.sha256(made.credential_id.encode()),
                public_key=made.public_key,
                sign_count=made.sign_count,
                created_at=now,
            )
    except IntegrityError:
        raise Refused(rules.PASSKEY_FAILED) from None
    _added(actor, user, "passkey", first, session_key, now)
    return passkey


@transaction.atomic
def remove_totp(*, actor: Actor, user: User, now: datetime) -> None:
    refuse_if(rules.own_refusals(actor, user))
    others = Passkey.objects.filter(user=user).count()
    _refuse_last(actor, others)
    if TotpDevice.objects.filter(user=user).delete()[0]:
        _removed(actor, user, "totp", others, now)


@transaction.atomic
def remove_passkey(*, actor: Actor, user: User, pk: int, now: datetime) -> None:
    refuse_if(rules.own_refusals(actor, user))
    others = Passkey.objects.filter(user=user).exclude(pk=pk).count()
    others += TotpDevice.objects.filter(user=user).count()
    _refuse_last(actor, others)
    if Passkey.objects.filter(user=user, pk=pk).delete()[0]:
        _removed(actor, user, "passkey", others, now)


@transaction.atomic
def make_recovery_codes(*, actor: Actor, user: User, now: datetime) -> list[str]:
    """Ten new codes, told this once; the earlier ones are void."""
    refuse_if(rules.own_refusals(actor, user))
    plain = [
        codes.secret_code(groups=RECOVERY_GROUPS, size=RECOVERY_SIZE) for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=_recovery_hash(each), made_at=now) for each in plain
    )
    journal.note(actor=actor, did="factor.codes_made", to=user, now=now)
    return plain


def forget_factors(user: User) -> None:
    """All of a person's factors and their password: only a new slip lets them in.

    The password goes too, for else whoever knows it could now set up a factor of their own.
    """
    TotpDevice.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    throttle.clear(throttle.SECOND_FACTOR, user.pk)
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _count_attempt(user: User, now: datetime) -> None:
    with transaction.atomic(durable=True):  # a refusal must not roll the count back
        counted = throttle.take(throttle.SECOND_FACTOR, user.pk, now)
    if not counted:
        left = throttle.remaining(throttle.SECOND_FACTOR, user.pk, now)
        raise Refused(rules.too_many(left))


def _take_totp(user: User, code: str, now: datetime) -> bool:
    device = TotpDevice.objects.filter(user=user).first()
    if device is None:
        return False
    step = _step_of(crypto.unseal(device.key_sealed, KEY), code, now)
    fresh = TotpDevice.objects.filter(pk=device.pk, last_step__lt=step or 0)
    return step is not None and bool(fresh.update(last_step=step, used_at=now))


def _step_of(key: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, half a minute early or late allowed."""
    raw = base64.b32decode(key)
    here = int(clock.wall(now).timestamp()) // STEP_SECONDS
    for step in (here, here - 1, here + 1):
        right = str(hotp(raw, step, DIGITS)).zfill(DIGITS)
        if hmac.compare_digest(right.encode(), code.encode()):
            return step
    return None


@transaction.atomic
def _take_recovery_code(user: User, code: str, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(user=user, used_at=None)
    if not unused.filter(code_hash=_recovery_hash(code)).update(used_at=now):
        return False
    left = unused.count()
    journal.note(actor=Actor(user_id=user.pk), did="factor.code_used", to=user, now=now, left=left)
    events.announce(user.pk, "account.recovery_used", now=now, left=left)
    return True


def _recovery_hash(code: str) -> str:
    return crypto.lookup_hash(codes.normal_code(code), CODE)


def _refuse_last(actor: Actor, others: int) -> None:
    # Two removals at the same instant may leave none; then the next sign-in leads to set-up.
    refuse_if(
        rules.removal_refusals(required=policy.needs_second_factor(actor.roles), others=others)
    )


def _added(
    actor: Actor, user: User, kind: str, first: bool, session_key: str, now: datetime
) -> None:
    if first:  # sessions from before it have not proven it
        sessions.cut_off(user, keep=session_key)
    journal.note(actor=actor, did="factor.added", to=user, now=now, kind=kind)
    events.announce(user.pk, "account.factor_added", now=now)


def _removed(actor: Actor, user: User, kind: str, others: int, now: datetime) -> None:
    if not others:
        RecoveryCode.objects.filter(user=user).delete()
    journal.note(actor=actor, did="factor.removed", to=user, now=now, kind=kind)
    events.announce(user.pk, "account.factor_removed", now=now)
