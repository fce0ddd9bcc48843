"""What the installation does by itself: every night, or every few minutes.

    @nightly("ledger.seal", at=time(1, 30))
    def seal(now: datetime) -> None: ...

A routine's run is a job row whose code is made of its name and its slot of time, so that it runs
once however many workers there are, and a night that the machine slept through is made up for.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction

from allhours.jobs.models import Job, JobState
from allhours.kernel import clock

logger = logging.getLogger("allhours.jobs")

Work = Callable[[datetime], object]
KEEP = timedelta(days=3)


@dataclass(frozen=True)
class Routine:
    """Runs at a local time of day, or every so many minutes."""

    name: str
    work: Work
    at: time | None = None
    minutes: int = 0

    def slot(self, now: datetime) -> str | None:
        """Which run is due now; None before the day's time has come."""
        local = clock.local(now)
        if self.at is None:
            return f"m{int(now.timestamp()) // (self.minutes * 60):x}"
        return f"{local:%y%m%d}" if local.time() >= self.at else None

    def code(self, slot: str) -> str:
        return f"{hashlib.sha256(self.name.encode()).hexdigest()[:8]}-{slot}"


ROUTINES: dict[str, Routine] = {}


def nightly(name: str, *, at: time = time(2, 0)) -> Callable[[Work], Work]:
    """Register work for once a day, at or after a local time."""

    def register(work: Work) -> Work:
        ROUTINES[name] = Routine(name, work, at=at)
        return work

    return register


def every(name: str, *, minutes: int) -> Callable[[Work], Work]:
    """Register work for every so many minutes."""

    def register(work: Work) -> Work:
        ROUTINES[name] = Routine(name, work, minutes=minutes)
        return work

    return register


def tick(now: datetime) -> list[str]:
    """Run what is due and not yet taken by another worker; the names of what ran."""
    ran = []
    for routine in ROUTINES.values():
        slot = routine.slot(now)
        job = _take(routine, slot, now) if slot else None
        if job is not None:
            _run(routine, job, now)
            ran.append(routine.name)
    if ran:
        Job.objects.filter(kind__startswith="routine.", created_at__lt=now - KEEP).delete()
    return ran


def _take(routine: Routine, slot: str, now: datetime) -> Job | None:
    code = routine.code(slot)
    if Job.objects.filter(code=code).exists():
        return None
    try:
        with transaction.atomic():
            return Job.objects.create(
                code=code,
                kind=f"routine.{routine.name}",
                title=routine.name,
                state=JobState.RUNNING,
                created_at=now,
                started_at=now,
            )
    except IntegrityError:
        return None


def _run(routine: Routine, job: Job, now: datetime) -> None:
    try:
        routine.work(now)
        job.state = JobState.DONE
    except Exception as error:  # noqa: BLE001  one routine's failure must not stop the others
        logger.error("routine %s failed: %s", routine.name, type(error).__qualname__)
        job.state = JobState.FAILED
    job.ended_at = clock.now()
    job.save(update_fields=["state", "ended_at"])
