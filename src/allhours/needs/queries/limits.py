"""The scheme's words and limits for wishes and posts at an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from allhours.accounts.choices import COMMUNITY_ROLES, Role
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.scheme import worktime
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.schema import Menu, Scheme
from allhours.scheme.schema.needs import Pledges, Suggestions, Wishes
from allhours.scheme.worktime import programme_year_of


def wish_limits(now: datetime) -> Wishes:
    return scheme_for(clock.local_date(now)).wishes


def scheme_now(now: datetime) -> Scheme:
    return scheme_for(clock.local_date(now))


def menu(now: datetime) -> Menu:
    return scheme_for(clock.local_date(now)).menu


def free_times(now: datetime) -> dict[str, str]:
    """Code → title of the weekly times that a member may be free."""
    return {each.code: each.title for each in scheme_for(clock.local_date(now)).roster.free_times}


def skills(now: datetime) -> dict[str, str]:
    return {each.code: each.title for each in scheme_for(clock.local_date(now)).roster.skills}


def programme_year(now: datetime) -> int:
    day = clock.local_date(now)
    return programme_year_of(day, scheme_for(day).year)


def year_period(now: datetime) -> Period:
    """The days of the programme year that holds the instant."""
    rules = scheme_for(clock.local_date(now)).year
    return worktime.programme_year(programme_year(now), rules)


PERIODS = ("year", "quarter", "month", "all")


def period_start(period: str, now: datetime) -> datetime | None:
    """The first instant of the year, quarter or month that holds now; None: there is none."""
    today = clock.local_date(now)
    firsts = {
        "month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": year_period(now).first,
    }
    return clock.at(firsts[period]) if period in firsts else None


def year_period_of(year: int, now: datetime) -> Period:
    """The days of a programme year, by the scheme in force at the instant."""
    return worktime.programme_year(year, scheme_for(clock.local_date(now)).year)


def pledge_rules(now: datetime) -> Pledges:
    return scheme_for(clock.local_date(now)).pledges


def receivers(rules: Pledges) -> frozenset[str]:
    """Who receives a pledge for the community: the scheme's role, if it has a sign-in there."""
    named = frozenset({rules.received_by}) & (COMMUNITY_ROLES | {Role.BRANCH_SECRETARY})
    return named or COMMUNITY_ROLES


def suggestion_rules(now: datetime) -> Suggestions:
    return scheme_for(clock.local_date(now)).suggestions


def take_on_by(day: date) -> date:
    """The last day on which a suggestion noted on `day` should be taken on."""
    scheme = scheme_for(day)
    return worktime.add_working_days(
        day, scheme.suggestions.route_working_days, calendar_around(day, scheme)
    )


def due_is_provisional(day: date | None) -> bool:
    """Whether the calendar of a deadline's year is not yet official."""
    return day is not None and calendar_around(day, scheme_for(day)).is_provisional(day)


def workday_shifted(day: date, count: int) -> date | None:
    """The workday `count` workdays after (or before) a workday; None on a day off."""
    scheme = scheme_for(day)
    calendar = calendar_around(day, scheme)
    if not calendar.is_workday(day):
        return None
    if count >= 0:
        return worktime.add_working_days(day, count, calendar)
    while count < 0:
        day -= timedelta(days=1)
        count += calendar.is_workday(day)
    return day


def answer_by(day: date) -> date:
    """The last day for the answer to one taken on, on `day`."""
    scheme = scheme_for(day)
    return worktime.add_working_days(
        day, scheme.suggestions.answer_working_days, calendar_around(day, scheme)
    )


def item_titles(now: datetime) -> dict[str, str]:
    """Code → title of every item of the menu, for what already bears it; retired ones too."""
    return scheme_for(clock.local_date(now)).menu.titles


def categories(now: datetime) -> dict[str, str]:
    """Code → title of what a wish may be about; the whole menu where the scheme names none."""
    scheme = scheme_for(clock.local_date(now))
    wanted = scheme.wishes.categories or tuple(item.code for item in scheme.menu.items)
    return {code: scheme.menu.title_of(code) for code in wanted}
