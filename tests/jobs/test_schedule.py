from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest

from allhours.jobs import schedule
from allhours.jobs.models import Job
from allhours.jobs.tasks import tidy

pytestmark = pytest.mark.django_db


@pytest.fixture
def routines() -> Iterator[dict[str, schedule.Routine]]:
    before = dict(schedule.ROUTINES)
    schedule.ROUTINES.clear()
    yield schedule.ROUTINES
    schedule.ROUTINES.clear()
    schedule.ROUTINES.update(before)


def test_nightly_routine_runs_once_a_day(
    routines: dict[str, schedule.Routine], now: datetime
) -> None:
    ran: list[datetime] = []
    schedule.nightly("test.seal", at=time(9, 30))(ran.append)
    early = now.replace(hour=9, minute=0)
    tomorrow = now + timedelta(days=1)
    for moment in (early, now, now + timedelta(hours=1), tomorrow):
        schedule.tick(moment)
    assert ran == [now, tomorrow]


def test_frequent_routine_runs_once_a_slot(
    routines: dict[str, schedule.Routine], now: datetime
) -> None:
    ran: list[datetime] = []
    schedule.every("test.release", minutes=5)(ran.append)
    for seconds in (0, 20, 290, 310):
        schedule.tick(now + timedelta(seconds=seconds))
    assert len(ran) == 2


@pytest.mark.logs_errors
def test_failing_routine_lets_the_others_run(
    routines: dict[str, schedule.Routine], now: datetime
) -> None:
    ran: list[datetime] = []
    schedule.every("test.broken", minutes=5)(lambda now: 1 / 0)
    schedule.every("test.sound", minutes=5)(ran.append)
    assert schedule.tick(now) == ["test.broken", "test.sound"]
    assert ran == [now]


def test_tidying_keeps_what_is_recent(now: datetime) -> None:
    for code, days in (("OLD", 200), ("NEW", 10)):
        ended = now - timedelta(days=days)
        Job.objects.create(code=code, kind="x", title="x", created_at=ended, ended_at=ended)
    tidy(now)
    assert list(Job.objects.values_list("code", flat=True)) == ["NEW"]
