"""Noting that tokens were used: those of one worker together, so that a rush is few writes.

Whoever comes while nobody writes, writes at once; what comes meanwhile goes with the next write.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q

from allhours.accounts.models import ApiToken
from allhours.kernel.retry import with_retry

SEEN_EVERY = timedelta(minutes=5)
TURNS = 3  # one request writes for others so often, then it is answered
_lock = threading.Lock()
_writing = threading.Lock()
_waiting: dict[int, datetime] = {}  # token → when it was used


def stamp(token: ApiToken, now: datetime) -> None:
    """At most every few minutes for one token."""
    if token.last_used_at is not None and token.last_used_at >= now - SEEN_EVERY:
        return
    with _lock:
        _waiting[token.pk] = now
    for _ in range(TURNS):
        if not _waiting or not _writing.acquire(blocking=False):
            return  # the one who writes looks again before ending
        try:
            with _lock:
                used = dict(_waiting)
                _waiting.clear()
            if used:
                with_retry(partial(_write, used))
        finally:
            _writing.release()


def _write(used: dict[int, datetime]) -> None:
    last = max(used.values())
    stale = Q(last_used_at=None) | Q(last_used_at__lt=last - SEEN_EVERY)
    ApiToken.objects.filter(stale, pk__in=used).update(last_used_at=last)
