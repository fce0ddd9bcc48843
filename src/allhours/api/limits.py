"""So many requests a minute for each token, and for each address that has none.

Counted in the database, so that the limit holds whatever the number of workers; a worker takes
its share in blocks, so that most requests cost no write.
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
_lock = threading.Lock()
_taken: dict[tuple[str, str, int], int] = {}


def count_token(token: ApiToken) -> None:
    most = settings.ALLHOURS_API_PER_MINUTE
    _count(Limit("api.token", most, SECONDS), str(token.pk), clock.now())


def count_address(request: HttpRequest) -> None:
    """Twice as many: a whole office may come from one address."""
    most = 2 * settings.ALLHOURS_API_PER_MINUTE
    _count(Limit("api.address", most, SECONDS), address_of(request), clock.now())


def forget() -> None:
    """Give up what was taken ahead (tests begin anew)."""
    with _lock:
        _taken.clear()


def _count(limit: Limit, value: str, now: datetime) -> None:
    slot = int(now.timestamp()) // SECONDS
    if _from_block((limit.name, value, slot)):
        return
    for weight in (BLOCK, 1):
        try:
            pass_or_refuse(limit=limit, value=value, weight=weight, now=now)
        except Refused:
            continue
        _put_by((limit.name, value, slot), weight - 1)
        return
    raise TooMany((slot + 1) * SECONDS - int(now.timestamp()))


def _from_block(key: tuple[str, str, int]) -> bool:
    with _lock:
        left = _taken.get(key, 0)
        if left:
            _taken[key] = left - 1
        return left > 0


def _put_by(key: tuple[str, str, int], number: int) -> None:
    with _lock:
        for old in [each for each in _taken if each[2] != key[2]]:
            del _taken[old]
        _taken[key] = _taken.get(key, 0) + number
