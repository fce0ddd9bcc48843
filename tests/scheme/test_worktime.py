from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.scheme.schema import HoursSeason, Interval, MonthDay, WorkingHours, Year
from allhours.scheme.worktime import (
    Split,
    WorkCalendar,
    add_working_days,
    programme_year,
    programme_year_of,
    service_day,
    split_minutes,
    working_days_between,
)

HOURS = WorkingHours(
    seasons=(
        HoursSeason(
            name="夏",
            starts=MonthDay(5, 1),
            ends=MonthDay(9, 30),
            daily=(Interval.parse("08:00-12:00"), Interval.parse("14:30-18:30")),
        ),
        HoursSeason(
            name="冬",
            starts=MonthDay(10, 1),
            ends=MonthDay(4, 30),
            daily=(Interval.parse("08:00-12:00"), Interval.parse("14:00-18:00")),
        ),
    )
)
# Labour Day 2026: off 1–5 May, Saturday 9 May is worked.
CALENDAR = WorkCalendar(
    holidays=frozenset(date(2026, 5, day) for day in range(1, 6)),
    makeups=frozenset({date(2026, 5, 9)}),
    years=frozenset({2026}),
)
local = datetime.fromisoformat
moments = st.datetimes(local("2026-01-01"), local("2026-12-31"))
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (local("2026-06-10 18:30"), 90, (0, 90)),  # after work
        (local("2026-06-10 17:30"), 120, (60, 60)),  # over the end of work
        (local("2026-06-10 11:00"), 240, (90, 150)),  # over the noon break
        (local("2026-01-07 14:00"), 30, (30, 0)),  # winter hours
        (local("2026-06-10 14:00"), 30, (0, 30)),  # summer hours
        (local("2026-06-13 09:00"), 120, (0, 120)),  # a Saturday
        (local("2026-05-09 09:00"), 120, (120, 0)),  # a make-up Saturday
        (local("2026-05-04 09:00"), 120, (0, 120)),  # a Monday off
        (local("2026-06-10 23:00"), 600, (60, 540)),  # over midnight
        (local("2026-04-30 17:00"), 24 * 60, (60, 23 * 60)),  # into a holiday
        (local("2026-06-10 11:59:59"), 2, (1, 1)),  # seconds are dropped
        (local("2026-06-10 09:00"), 0, (0, 0)),
    ],
)
def test_split_minutes_counts_working_hours(start, minutes, expected):
    assert split_minutes(start, minutes, HOURS, CALENDAR) == Split(*expected)


@given(moments, st.integers(0, 3000))
def test_split_minutes_is_whole(start, minutes):
    split = split_minutes(start, minutes, HOURS, CALENDAR)
    assert split.inside + split.outside == minutes
    assert min(split) >= 0


@given(moments, st.integers(0, 1500), st.integers(0, 1500))
def test_split_minutes_adds_up_over_parts(start, first, second):
    whole = split_minutes(start, first + second, HOURS, CALENDAR)
    start = start.replace(second=0, microsecond=0)
    parts = (
        split_minutes(start, first, HOURS, CALENDAR),
        split_minutes(start + timedelta(minutes=first), second, HOURS, CALENDAR),
    )
    assert whole.inside == sum(part.inside for part in parts)


@given(moments, st.integers(0, 600))
def test_split_minutes_equals_counting_minute_by_minute(start, minutes):
    start = start.replace(second=0, microsecond=0)
    counted = 0
    for n in range(minutes):
        at = start + timedelta(minutes=n)
        season = HOURS.seasons[0] if (5, 1) <= (at.month, at.day) <= (9, 30) else HOURS.seasons[1]
        counted += CALENDAR.is_workday(at.date()) and any(
            interval.start <= at.time() < interval.end for interval in season.daily
        )
    assert split_minutes(start, minutes, HOURS, CALENDAR).inside == counted


def test_a_year_not_published_is_provisional():
    assert CALENDAR.is_provisional(date(2027, 5, 3))
    assert CALENDAR.is_workday(date(2027, 5, 3))
    assert not CALENDAR.is_provisional(date(2026, 5, 3))


def test_local_days_off_are_no_workdays():
    calendar = WorkCalendar(local_days_off=(MonthDay(6, 10),))
    assert not calendar.is_workday(date(2026, 6, 10))


def test_add_working_days_skips_weekend_and_holiday_and_counts_makeup_days():
    assert add_working_days(date(2026, 4, 30), 1, CALENDAR) == date(2026, 5, 6)
    assert add_working_days(date(2026, 5, 8), 1, CALENDAR) == date(2026, 5, 9)
    assert add_working_days(date(2026, 5, 8), 0, CALENDAR) == date(2026, 5, 8)


@given(days, st.integers(1, 40))
def test_add_working_days_lands_on_a_workday_and_is_undone_by_counting(day, count):
    last = add_working_days(day, count, CALENDAR)
    assert CALENDAR.is_workday(last)
    assert working_days_between(day, last, CALENDAR) == count


def test_service_day_is_the_last_weekend_wholly_in_the_quarter():
    calendar = WorkCalendar()
    assert service_day(2026, 1, calendar) == (date(2026, 3, 28), date(2026, 3, 29))
    # 31 October 2026 is a Saturday of the fourth quarter; 31 December 2028 a Sunday.
    assert service_day(2028, 4, calendar) == (date(2028, 12, 30), date(2028, 12, 31))
    # The quarter ends on a Saturday: its Sunday is outside.
    assert service_day(2029, 2, calendar) == (date(2029, 6, 23), date(2029, 6, 24))


def test_service_day_avoids_makeup_workdays():
    calendar = WorkCalendar(makeups=frozenset({date(2026, 3, 28)}))
    assert service_day(2026, 1, calendar) == (date(2026, 3, 21), date(2026, 3, 22))


@given(st.integers(2020, 2040), st.integers(1, 4))
def test_service_day_is_a_weekend_of_its_quarter(year, quarter):
    saturday, sunday = service_day(year, quarter, WorkCalendar())
    assert (saturday.weekday(), sunday - saturday) == (5, timedelta(days=1))
    assert {(d.month - 1) // 3 + 1 for d in (saturday, sunday)} == {quarter}
    assert (sunday + timedelta(days=7)).month not in range(3 * quarter - 2, 3 * quarter + 1) or (
        sunday + timedelta(days=7)
    ).year != year


def test_programme_year_may_begin_in_any_month():
    rules = Year(starts=MonthDay(9, 1))
    year = programme_year(2026, rules)
    assert (year.first, year.last) == (date(2026, 9, 1), date(2027, 8, 31))
    assert programme_year_of(date(2026, 8, 31), rules) == 2025
    assert programme_year_of(date(2026, 9, 1), rules) == 2026


def test_month_day_of_a_leap_day_falls_back_in_a_common_year():
    day = MonthDay.parse("02-29")
    assert (day.on(2028), day.on(2026)) == (date(2028, 2, 29), date(2026, 2, 28))
