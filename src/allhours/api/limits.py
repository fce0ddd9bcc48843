"""So many requests a minute for each token, and for each address that has none.

Counted in the database, so that the limit holds whatever the number of workers. A worker takes its
share in blocks, and the first block on credit: whoever sends a few requests, as thousands do at the
same instant, costs no write. What is not paid back when the minute ends is a small part of the
limit for each worker; a low limit gives no credit.
"""

from __future__ import annotations

import threading
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from allhours.accounts.models import ApiToken
from allhours.api.errors import TooMany
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions.flood import Limit, pass_or_refuse
from allhours.needs.views.common import address_of

SECONDS = 60
BLOCK = 20
CREDIT = 60  # at most this part of a limit
_lock = threading.Lock()


class _Minute:
    """What this worker may still let pass in one slot, by limit and value."""

    def __init__(self, slot: int) -> None:
        self.slot = slot
        self.left: dict[tuple[str, str], int] = {}
        self.owed: dict[tuple[str, str], int] = {}


_minute = _Minute(0)


def count_token(token: ApiToken) -> None:
    most = settings.ALLHOURS_API_PER_MINUTE
    _count(Limit("api.token", most, SECONDS), str(token.pk), clock.now())


def count_address(request: HttpRequest) -> None:
    """Twice as many: a whole office may come from one address."""
    most = 2 * settings.ALLHOURS_API_PER_MINUTE
    _count(Limit("api.address", most, SECONDS), address_of(request), clock.now())


def forget() -> None:
    """Give up what was taken ahead (tests begin anew)."""
    _this_minute(0)


def _count(limit: Limit, value: str, now: datetime) -> None:
    slot = int(now.timestamp()) // SECONDS
    key = (limit.name, value)
    owed = _owed_unless_paid(slot, key, min(BLOCK, limit.most // CREDIT))
    if owed is None:
        return
    for number in (BLOCK, 1):
        try:
            pass_or_refuse(limit=limit, value=value, weight=number + owed, now=now)
        except Refused:
            continue
        _put_by(slot, key, number - 1)
        return
    raise TooMany((slot + 1) * SECONDS - int(now.timestamp()))


def _this_minute(slot: int) -> _Minute:
    """Call under the lock; what was taken for another minute is of no more use."""
    global _minute
    if _minute.slot != slot:
        _minute = _Minute(slot)
    return _minute


def _owed_unless_paid(slot: int, key: tuple[str, str], credit: int) -> int | None:
    """None: one of the block in hand; else what has to be paid for with the next block."""
    with _lock:
        minute = _this_minute(slot)
        if key not in minute.left:
            minute.left[key] = minute.owed[key] = credit
        if not minute.left[key]:
            return minute.owed.pop(key, 0)
        minute.left[key] -= 1
        return None


def _put_by(slot: int, key: tuple[str, str], number: int) -> None:
    with _lock:
        minute = _this_minute(slot)
        minute.left[key] = minute.left.get(key, 0) + number
