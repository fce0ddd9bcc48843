"""The list of erasures that outlives the database: a file of keyed hashes in the data folder.

A restored backup knows nothing of later erasures. The file is not replaced by a restore, goes into
every backup, and names nobody: without the look-up key its lines are noise.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from allhours.jobs import hooks
from allhours.kernel import crypto

PURPOSE = "rights.erasure"


def key_of(subject: str, code: str) -> str:
    return crypto.lookup_hash(f"{subject}:{code}", PURPOSE)


def path() -> Path:
    return Path(settings.DATA) / hooks.LINES


def add(key: str, now: datetime) -> None:
    """One line more, on disk before the erasure begins; a line that is there is not repeated."""
    if key in keys():
        return
    line = json.dumps({"key": key, "at": now.isoformat(timespec="seconds")}) + "\n"
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def keys() -> set[str]:
    try:
        lines = path().read_text().splitlines()
    except FileNotFoundError:
        return set()
    return {json.loads(line)["key"] for line in lines if line.strip()}
