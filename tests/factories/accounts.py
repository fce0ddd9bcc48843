"""People with second factors, and what their phones would show."""

from __future__ import annotations

import base64
from datetime import datetime

from django_otp.oath import hotp

from allhours.accounts.actions import factors
from allhours.accounts.models import TotpDevice, User
from allhours.kernel import clock, crypto
from tests.factories.directory import make_user

PASSWORD = "sunflower-9-lake"
KEY = base64.b32encode(b"12345678901234567890").decode()


def make_user_with_password(**over: object) -> User:
    user = make_user(**over)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def give_totp(user: User, now: datetime, key: str = KEY) -> TotpDevice:
    """An app set up long ago."""
    return TotpDevice.objects.create(
        user=user, key_sealed=crypto.seal(key, factors.KEY), created_at=now
    )


def totp_code(now: datetime, key: str = KEY, steps: int = 0) -> str:
    """What the app shows at an instant (or some half minutes later)."""
    step = int(clock.wall(now).timestamp()) // factors.STEP_SECONDS + steps
    return str(hotp(base64.b32decode(key), step, factors.DIGITS)).zfill(factors.DIGITS)
