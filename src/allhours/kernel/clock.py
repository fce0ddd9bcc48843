"""The one place that reads the clock.

Only views, commands and tasks call `now()`; everything below takes `now` as an argument. A demo
installation's clock is shifted by a fixed number of seconds, so that its year ends where the
played year ended and then runs on.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

LOCAL = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, in UTC (shifted in a demo installation)."""
    return datetime.now(UTC) + timedelta(seconds=settings.ALLHOURS_CLOCK_SHIFT)


def wall(instant: datetime) -> datetime:
    """What clocks outside this installation say: the instant without a demo's shift."""
    return instant - timedelta(seconds=settings.ALLHOURS_CLOCK_SHIFT)


def local(instant: datetime) -> datetime:
    return instant.astimezone(LOCAL)


def local_date(instant: datetime) -> date:
    """The programme's day (Asia/Shanghai) on which an instant falls."""
    return instant.astimezone(LOCAL).date()


def at(day: date, moment: time = time(0)) -> datetime:
    """The instant of a local day and time of day."""
    return datetime.combine(day, moment, tzinfo=LOCAL)


def end_of(day: date) -> datetime:
    """The first instant after a local day."""
    return at(day + timedelta(days=1))
