"""What must hold between the sections of a scheme, beyond the type of each value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from allhours.scheme.schema.kinds import AllOf
from allhours.scheme.schema.parse import Problem
from allhours.scheme.schema.service import HoursSeason
from allhours.scheme.schema.values import LEAP_YEAR, MonthDay
from allhours.scheme.schema.whole import Scheme

DAYS_OF_A_WEEK = 7


def inconsistencies(scheme: Scheme) -> list[Problem]:
    """Every contradiction between sections, each at the path that would mend it."""
    return [
        *_hours(scheme.working_hours.seasons),
        *_references(scheme),
        *_placement(scheme),
        *_switches(scheme),
        *_quiet_hours(scheme),
    ]


def season_holds(season: HoursSeason, day: MonthDay) -> bool:
    """Whether the season, which may run over the new year, holds this day."""
    if season.starts <= season.ends:
        return season.starts <= day <= season.ends
    return day >= season.starts or day <= season.ends


def _hours(seasons: tuple[HoursSeason, ...]) -> Iterator[Problem]:
    path = "working_hours.seasons"
    first = date(LEAP_YEAR, 1, 1)
    days = [first + timedelta(days=n) for n in range(366)]
    for day in days:
        held = sum(season_holds(s, MonthDay(day.month, day.day)) for s in seasons)
        if held != 1:
            found = f"{day:%m-%d}: {held}"
            yield Problem(path, "inconsistent", found, "each day of the year in exactly one season")
            break
    for index, season in enumerate(seasons):
        daily = sorted(season.daily)
        if any(a.end > b.start for a, b in pairwise(daily)):
            found = ", ".join(str(interval) for interval in season.daily)
            expected = "intervals that do not overlap"
            yield Problem(f"{path}[{index}].daily", "inconsistent", found, expected)


def _references(scheme: Scheme) -> Iterator[Problem]:
    menu = {item.code for item in scheme.menu.items}
    for i, item in enumerate(scheme.menu.retired):
        if item.code in menu:
            path = f"menu.retired[{i}].code"
            yield Problem(path, "inconsistent", item.code, "a code that is no item of the menu")
    sheets = {sheet.code for sheet in scheme.sheets.items + scheme.sheets.common}
    duties = {duty.code for duty in scheme.duties}
    yield from _named("wishes.categories", scheme.wishes.categories, menu, "menu.csv")
    for i, submission in enumerate(scheme.season.submissions):
        path = f"season.submissions[{i}].sheets"
        yield from _named(path, submission.sheets, sheets, "sheets.items")
    for i, cycle in enumerate(scheme.feedback.cycles):
        path = f"feedback.cycles[{i}].sheet"
        yield from _named(path, [cycle.sheet] if cycle.sheet else [], sheets, "sheets.items")
    for i, duty in enumerate(scheme.duties):
        if isinstance(duty, AllOf):
            yield from _named(f"duties[{i}].of", duty.of, duties - {duty.code}, "duties")


def _named(path: str, used: Iterable[str], known: set[str], where: str) -> Iterator[Problem]:
    for code in used:
        if code not in known:
            yield Problem(path, "inconsistent", code, f"a code of {where}")


def _placement(scheme: Scheme) -> Iterator[Problem]:
    rules = scheme.placement
    if rules.default_min > rules.default_max:
        found = str(rules.default_min)
        yield Problem("placement.default_min", "inconsistent", found, "at most default_max")
    dearest = rules.unlinked_cost + rules.move_cost + rules.skill_cost + rules.overload_cost
    if rules.unplaced_cost <= dearest:
        expected = f"more than the dearest place ({dearest}), or nobody need be placed"
        found = str(rules.unplaced_cost)
        yield Problem("placement.unplaced_cost", "inconsistent", found, expected)


def _switches(scheme: Scheme) -> Iterator[Problem]:
    on_but_empty = (
        (scheme.scoring.enabled and not scheme.scoring.rules, "scoring.rules"),
        (scheme.stars.enabled and not scheme.stars.bands, "stars.bands"),
        (scheme.identity.dual_pass and not scheme.identity.pass_opinions, "identity.pass_opinions"),
    )
    for wrong, path in on_but_empty:
        if wrong:
            yield Problem(path, "inconsistent", "[]", "at least one entry, or the switch off")


def _quiet_hours(scheme: Scheme) -> Iterator[Problem]:
    """From one time of day to another, which may be the next morning."""
    for name in ("quiet_from", "quiet_to"):
        found = getattr(scheme.notices, name)
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", found):
            yield Problem(f"notices.{name}", "inconsistent", found, 'a time of day, e.g. "21:00"')
    if scheme.notices.digest_most_per_week > DAYS_OF_A_WEEK:
        found = str(scheme.notices.digest_most_per_week)
        yield Problem("notices.digest_most_per_week", "inconsistent", found, "at most 7")
