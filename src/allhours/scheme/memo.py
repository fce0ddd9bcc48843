"""What one request has read of the scheme, kept until the request ends.

Outside a request (commands, tasks, tests of actions) nothing is kept: every look-up asks the
database which versions there are, so that a version published by another process counts at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
_here = threading.local()


def begin(**_signal: Any) -> None:
    """A request begins on this thread."""
    _here.kept = {}


def end(**_signal: Any) -> None:
    """The request is over."""
    _here.kept = None


def forget() -> None:
    """Something was published in this very request."""
    if getattr(_here, "kept", None) is not None:
        _here.kept = {}


def once(key: Hashable, read: Callable[[], T]) -> T:
    """`read()`, at most once a request for each key."""
    kept: dict[Hashable, Any] | None = getattr(_here, "kept", None)
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    value: T = kept[key]
    return value
