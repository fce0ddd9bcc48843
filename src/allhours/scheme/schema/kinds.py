"""All kinds of rule a scheme may use, with the type of each parameter.

The kinds are code, the numbers are data (architecture.md, habit 28): what a kind means is written
higher up (appraisal), exactly once for each kind named in `IMPLEMENTED_DUTIES`; a scheme that names
a kind not declared here fails `scheme check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from allhours.scheme.schema.values import Code, Count, Every, Positive, Text

Who = Literal["member", "leader", "unit", "branch", "temporary_branch", "community"]

#: What the ledger and the registers count; a duty or a point names one of these.
Fact = Literal[
    "report_in",
    "post_service",
    "suggestion",
    "suggestion_adopted",
    "public_activity",
    "themed_activity",
    "service_day",
    "household_paired",
    "household_visit",
    "wish_delivered",
    "professional_service",
    "group_outing",
    "team_outing",
    "branch_meeting",
    "branch_activity",
    "anniversary",
    "good_deed",
    "knowledge_test",
    "training",
    "service_street",
    "honour",
    "any_service",
]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What every kind of duty has: whose it is, its name and the words shown with it."""

    code: Code
    title: Text
    text: str = ""
    who: Who = "member"
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class TimesOrHours(Duty):
    """`times` services or `hours` hours of them in the period: either is enough (S2 五个一 1)."""

    fact: Fact = "post_service"
    times: Positive
    hours: Positive
    every: Every = "year"


@dataclass(frozen=True, kw_only=True)
class CountOf(Duty):
    """At least `times` facts in each period."""

    fact: Fact
    times: Positive
    every: Every = "year"


@dataclass(frozen=True, kw_only=True)
class HoursOf(Duty):
    """At least `hours` hours of such facts in each period."""

    fact: Fact = "any_service"
    hours: Positive
    every: Every = "year"


@dataclass(frozen=True, kw_only=True)
class MonthlyVisit(Duty):
    """A paired household, visited at least `times` in every month of the pairing (S2 五个一 4)."""

    times: Positive = 1
    paired: bool = True


@dataclass(frozen=True, kw_only=True)
class AllOf(Duty):
    """Met when the duties named in `of` are met (S2 五个一 5, for a person to confirm)."""

    of: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class PointsReached(Duty):
    """The points of the year reach `points` (S0); a target, never a gate."""

    points: Positive


@dataclass(frozen=True, kw_only=True)
class BothOpinions(Duty):
    """The year's page of the pass holds the opinions of both branches (S0)."""


@dataclass(frozen=True, kw_only=True)
class RateReached(Duty):
    """The reporting rate of a unit reaches `percent` at the deadline (S2)."""

    percent: Positive = 100


DUTY_KINDS: Mapping[str, type[Duty]] = {
    "times_or_hours": TimesOrHours,
    "count": CountOf,
    "hours": HoursOf,
    "monthly_visit": MonthlyVisit,
    "all_of": AllOf,
    "points": PointsReached,
    "both_opinions": BothOpinions,
    "rate": RateReached,
}


@dataclass(frozen=True, kw_only=True)
class PointRule:
    """What every kind of point has. `cap`: most points a year from this rule, 0 for none."""

    code: Code
    title: Text
    fact: Fact
    cap: Count = 0


@dataclass(frozen=True, kw_only=True)
class PerTime(PointRule):
    """`points` for each fact."""

    points: Positive


@dataclass(frozen=True, kw_only=True)
class PerHour(PointRule):
    """`points` for each full hour; at most `hours_per_event` hours of one event, 0 for no bound."""

    points: Positive
    hours_per_event: Count = 0


@dataclass(frozen=True, kw_only=True)
class Once(PointRule):
    """`points` once a year, however often the fact occurs."""

    points: Positive


@dataclass(frozen=True, kw_only=True)
class PerLevel(PointRule):
    """Points for an honour by the level that gave it."""

    county: Count = 0
    city: Count = 0
    province: Count = 0


POINT_KINDS: Mapping[str, type[PointRule]] = {
    "per_time": PerTime,
    "per_hour": PerHour,
    "once": Once,
    "per_level": PerLevel,
}


@dataclass(frozen=True, kw_only=True)
class StarRule:
    """What every kind of star has; the bands only propose, a branch adopts."""

    code: Code
    title: Text
    stars: Positive


@dataclass(frozen=True, kw_only=True)
class StarByPoints(StarRule):
    """The points of the year reach `points`; the highest star may need a recommendation."""

    points: Positive
    recommended: bool = False


@dataclass(frozen=True, kw_only=True)
class StarByHours(StarRule):
    """The hours of a whole life of service reach `hours`."""

    hours: Positive


STAR_KINDS: Mapping[str, type[StarRule]] = {
    "by_points": StarByPoints,
    "by_hours": StarByHours,
}


@dataclass(frozen=True, kw_only=True)
class UnitBonus:
    """What every kind of bonus in a unit's year result has (S4)."""

    code: Code
    title: Text


@dataclass(frozen=True, kw_only=True)
class BonusPerTime(UnitBonus):
    """`points` for each `fact` of the unit, at most `cap` a year (0 for none)."""

    fact: Fact
    points: Count
    cap: Count = 0


BONUS_KINDS: Mapping[str, type[UnitBonus]] = {"per_time": BonusPerTime}

#: Kinds that code above evaluates today. The rest are declared, shown and checked already.
IMPLEMENTED_DUTIES: frozenset[str] = frozenset({"times_or_hours", "count", "hours"})


def kind_name(rule: object) -> str:
    """The kind a parsed rule was written with."""
    for kinds in (DUTY_KINDS, POINT_KINDS, STAR_KINDS, BONUS_KINDS):
        for name, cls in kinds.items():
            if type(rule) is cls:
                return name
    raise TypeError(rule)
