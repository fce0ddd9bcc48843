"""What one request has read of the scheme, kept until the request ends.

Outside a request (commands, tasks, tests of actions) nothing is kept: every look-up asks the
database which versions there are, so that a version published by another process counts at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
_here = threading.local()


@contextmanager
def kept() -> Iterator[None]:
    """Within this block, on this thread, each thing is read once."""
    _here.read = {}
    try:
        yield
    finally:
        _here.read = None


def forget() -> None:
    """Something was published in this very request."""
    if getattr(_here, "read", None) is not None:
        _here.read = {}


def once(key: Hashable, read: Callable[[], T]) -> T:
    """`read()`, at most once a request for each key."""
    known: dict[Hashable, Any] | None = getattr(_here, "read", None)
    if known is None:
        return read()
    if key not in known:
        known[key] = read()
    value: T = known[key]
    return value
