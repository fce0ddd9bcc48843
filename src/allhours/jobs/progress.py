"""What a running job says about itself, and how it learns that it should stop.

Progress has to show while the work's own transaction is still open, so inside one it goes through
a connection of its own. The embedded database has a single writer: there such a line is dropped
rather than waited for, and shows again with the next step outside a transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from allhours.jobs.models import Job

SECONDS_BETWEEN_WRITES = 0.4
UPDATE = "UPDATE jobs_job SET done = %s, total = %s, message = %s WHERE id = %s"
CANCEL_ASKED = "SELECT cancel_asked FROM jobs_job WHERE id = %s"


class Cancelled(Exception):  # noqa: N818  an answer, not an error
    """Raised inside the work when its cancellation was asked; its transaction rolls back."""


class Progress:
    """Handed to each job's handler."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = 0.0

    @property
    def user_id(self) -> int | None:
        """The person for whom the job runs; None for the system itself."""
        return self.job.user_id_plain

    def step(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Say how far the work is (`done` of `total`); raises `Cancelled` where that was asked.

        Cheap enough for every row: written at most every 0.4 s and at the end.
        """
        self.job.done = done
        self.job.total = self.job.total if total is None else total
        self.job.message = self.job.message if message is None else message[:300]
        ended = bool(self.job.total) and done >= self.job.total
        if not ended and time.monotonic() - self._written < SECONDS_BETWEEN_WRITES:
            return
        self._written = time.monotonic()
        if self._write():
            raise Cancelled

    def _write(self) -> bool:
        """Write the line where that is possible; whether cancelling was asked."""
        job = self.job
        with _beside_the_work() as own:
            with own.cursor() as cursor:
                cursor.execute(CANCEL_ASKED, [job.pk])
                row = cursor.fetchone()
            try:
                with own.cursor() as cursor:
                    cursor.execute(UPDATE, [job.done, job.total, job.message, job.pk])
            except OperationalError:
                if own.vendor != "sqlite":
                    raise
        return bool(row and row[0])


@contextmanager
def _beside_the_work() -> Iterator[BaseDatabaseWrapper]:
    """The connection at hand, or inside a transaction a second one that does not wait."""
    if not connection.in_atomic_block:
        yield connection
        return
    own = connection.copy(alias="progress")
    own.settings_dict["OPTIONS"].pop("pool", None)
    if own.vendor == "sqlite":
        own.settings_dict["OPTIONS"]["timeout"] = 0.02
    try:
        yield own
    finally:
        own.close()
