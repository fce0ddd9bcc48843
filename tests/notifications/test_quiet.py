"""Quiet hours and digest times, at their very edges and over midnight."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.kernel import clock
from allhours.notifications.quiet import (
    Span,
    covers,
    free_at,
    free_minutes,
    next_digest,
    time_of,
    week_after,
    week_of,
)

NIGHT = Span(time(21), time(8))
NOON = Span(time(12), time(14))
DAY = date(2026, 6, 10)  # a Wednesday


def at(hour: int, minute: int = 0, second: int = 0, day: date = DAY) -> datetime:
    return clock.at(day, time(hour, minute, second))


@pytest.mark.parametrize(
    ("instant", "free"),
    [
        (at(20, 59, 59), at(20, 59, 59)),
        (at(21), at(8, day=DAY + timedelta(days=1))),
        (at(23, 59, 59), at(8, day=DAY + timedelta(days=1))),
        (at(0), at(8)),
        (at(7, 59, 59), at(8)),
        (at(8), at(8)),
    ],
)
def test_the_night_ends_in_the_morning(instant: datetime, free: datetime) -> None:
    assert free_at(instant, [NIGHT]) == free


def test_the_hours_are_local_whatever_the_instant_is_written_in() -> None:
    before_nine = datetime(2026, 6, 10, 12, 59, tzinfo=UTC)  # 20:59 in Shanghai
    assert free_at(before_nine, [NIGHT]) == before_nine
    assert free_at(before_nine + timedelta(minutes=1), [NIGHT]) == datetime(
        2026, 6, 11, 0, 0, tzinfo=UTC
    )


def test_spans_that_follow_each_other_are_waited_out_together() -> None:
    assert free_at(at(22), [NIGHT, Span(time(8), time(10))]) == at(10, day=DAY + timedelta(days=1))
    assert free_at(at(13), [NIGHT, NOON]) == at(14)


def test_equal_times_are_no_quiet_hours() -> None:
    assert free_at(at(3), [Span(time(0), time(0))]) == at(3)


def test_own_hours_may_only_widen() -> None:
    assert covers(Span(time(20), time(9)), NIGHT)
    assert covers(NIGHT, NIGHT)
    assert not covers(Span(time(22), time(9)), NIGHT)
    assert not covers(Span(time(0), time(8)), NIGHT)
    assert free_minutes([NIGHT]) == 13 * 60


minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
spans = st.lists(st.builds(Span, minutes, minutes), max_size=2)
instants = st.integers(0, 525_600).map(lambda n: at(0) + timedelta(minutes=n))


@given(instants, spans)
def test_nobody_is_written_to_in_quiet_hours(instant: datetime, quiet: list[Span]) -> None:
    if free_minutes(quiet) == 0:
        return
    free = free_at(instant, quiet)
    assert free >= instant
    assert not any(span.holds(clock.local(free).time()) for span in quiet)
    assert free == instant or any(span.holds(clock.local(instant).time()) for span in quiet)


def test_the_digest_comes_on_the_chosen_day_at_nine() -> None:
    friday = date(2026, 6, 12)
    assert next_digest(at(10), [4], [NIGHT]) == at(9, day=friday)
    assert next_digest(at(8, 59), [2], [NIGHT]) == at(9)
    assert next_digest(at(9), [2], [NIGHT]) == at(9, day=DAY + timedelta(days=7))
    assert next_digest(at(10), [2, 4], [NIGHT]) == at(9, day=friday)
    late = Span(time(20), time(10, 30))
    assert next_digest(at(10), [4], [late]) == at(10, 30, day=friday)


def test_weeks_are_iso_weeks_of_the_local_day() -> None:
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_of(date(2027, 1, 4)) == "2027-W01"
    assert week_after(at(10)) == at(0, day=date(2026, 6, 15))


def test_a_time_that_is_none_is_told() -> None:
    assert time_of("21:00") == time(21)
    with pytest.raises(ValueError, match="25:00"):
        time_of("25:00")
