"""Repeat a whole transaction that the engine asked to be repeated.

Recognised by SQLSTATE (40001 serialisation, 40P01 deadlock, 08* connection, XX000 at a distributed
commit) or SQLite's “locked”; never by constraint name. The repeated function must be one whole
transaction whose writes carry a unique key, so that a repeat after an unseen success is a no-op.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError

T = TypeVar("T")
STATES = {"40001", "40P01", "XX000"}


def is_transient(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        return state in STATES or state.startswith("08")
    return isinstance(error, OperationalError) and "locked" in str(error)


def with_retry(work: Callable[[], T], attempts: int = 5) -> T:
    for attempt in range(1, attempts + 1):
        try:
            return work()
        except DatabaseError as error:
            if attempt == attempts or not is_transient(error):
                raise
            time.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311 - jitter
    raise AssertionError("unreachable")
