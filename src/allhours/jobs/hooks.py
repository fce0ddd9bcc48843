"""Work of the rooms above that must follow a restore: also run before the server starts.

`LINES` is a file of the data folder that only grows: a backup brings it along, and a restore adds
its lines to those at hand instead of replacing them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

LINES = "erasures.jsonl"

Work = Callable[[datetime], object]
_after_restore: list[Work] = []


def after_restore(work: Work) -> None:
    if work not in _after_restore:
        _after_restore.append(work)


def run_after_restore(now: datetime) -> None:
    for work in _after_restore:
        work(now)
