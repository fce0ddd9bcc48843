"""Sections about time and service: hours, menu, activities, orders, households, learning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from allhours.scheme.schema.values import (
    Choice,
    Code,
    Count,
    Days,
    Every,
    Interval,
    MonthDay,
    Positive,
    Role,
    Text,
)


@dataclass(frozen=True)
class Year:
    """The programme year; "01-01" is the calendar year."""

    starts: MonthDay = field(default_factory=lambda: MonthDay(1, 1))


@dataclass(frozen=True)
class Calendar:
    """Which days are days off. The days themselves are in the CalendarDay table."""

    country: Literal["CN"] = "CN"
    makeup_days: bool = True
    local_days_off: tuple[MonthDay, ...] = ()


@dataclass(frozen=True)
class HoursSeason:
    """One part of the year with its daily hours; it may run over the new year."""

    name: Text
    starts: MonthDay
    ends: MonthDay
    daily: tuple[Interval, ...]


@dataclass(frozen=True)
class WorkingHours:
    """The hours of work on a workday; seasons cover the whole year, each day once."""

    seasons: tuple[HoursSeason, ...] = (
        HoursSeason(
            name="全年",
            starts=MonthDay(1, 1),
            ends=MonthDay(12, 31),
            daily=(Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30")),
        ),
    )


@dataclass(frozen=True)
class MenuItem:
    """One service a member can take up; one row of menu.csv.

    `says`: how residents speak of it, parted by blanks; a wish in these words is proposed for it.
    """

    code: Code
    title: Text
    description: str = ""
    kind: str = ""
    says: str = ""


@dataclass(frozen=True)
class Menu:
    """The services of the programme. `outside_allowed`: a member may name another (S3).

    `posts_per_year`: how many a member is asked to take up in a year; 0 asks for none. One that is
    given back counts if it was held for `counts_after_days`, one held or served to its end always.
    `both_sides`: the community decides who joins a post (双向选择, S3). `retired` items are not
    offered any more; posts and history go on to be called by their titles.
    """

    title: Text = "服务菜单"
    items: tuple[MenuItem, ...] = ()
    retired: tuple[MenuItem, ...] = ()
    outside_allowed: bool = True
    choices_per_member: Count = 3
    posts_per_year: Count = 0
    counts_after_days: Days = 30
    both_sides: bool = False

    def item(self, code: str) -> MenuItem | None:
        """The item with this code, or None."""
        return next((item for item in self.items if item.code == code), None)

    def title_of(self, code: str) -> str:
        """The item's title, or the code itself where an old scheme had another menu."""
        return self.titles.get(code, code)

    @property
    def titles(self) -> dict[str, str]:
        """Code → title of every item, retired ones too."""
        return {item.code: item.title for item in self.retired + self.items}


@dataclass(frozen=True)
class ActivityKind:
    """A kind of activity; `service_day` and `themed` ones are planned by the quarter."""

    code: Code
    title: Text
    every: Every | Literal["none"] = "none"
    led_by: Role = "community_staff"
    text: str = ""


@dataclass(frozen=True)
class OutcomeKind:
    """A quantity an activity brings about; `decimals` places are kept."""

    code: Code
    title: Text
    unit: Text
    decimals: Literal[0, 1, 2] = 0


@dataclass(frozen=True)
class Activities:
    """Activities, their outcomes, and how late a record may come."""

    kinds: tuple[ActivityKind, ...] = ()
    outcomes: tuple[OutcomeKind, ...] = ()
    service_day: Literal["none", "last_weekend_of_quarter"] = "none"
    waiting_list: bool = True
    self_check_in: bool = False
    late_after_working_days: Days = 10
    note_confirm_working_days: Days = 10
    street_every: Every | Literal["none"] = "none"

    def kind(self, code: str) -> ActivityKind | None:
        """The kind with this code, or None."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def outcome(self, code: str) -> OutcomeKind | None:
        """The outcome with this code, or None."""
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)


@dataclass(frozen=True)
class Orders:
    """Ordering services and answering by a group of teams (S4 点菜式、组团式)."""

    enabled: bool = False
    categories: tuple[Choice, ...] = ()
    ways: tuple[Choice, ...] = ()
    confirm_working_days: Days = 5
    min_days_ahead: Days = 7


@dataclass(frozen=True)
class MassContact:
    """The contact of masses with quotas by role (S0 “三九”)."""

    enabled: bool = False
    title: str = ""
    households_per_leader: Count = 1
    households_per_member: Count = 1
    problem_categories: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Households:
    """Pairing with households in need."""

    enabled: bool = True
    kinds: tuple[Choice, ...] = ()
    forms: tuple[Choice, ...] = ()
    aids: tuple[Choice, ...] = ()
    visits_per_month: Count = 1
    file_copies: Count = 2
    mass_contact: MassContact = field(default_factory=MassContact)


@dataclass(frozen=True)
class KnowledgeTest:
    """The closed-book test (S0)."""

    enabled: bool = False
    title: str = ""
    around: MonthDay | None = None
    closed_book: bool = True
    contestants_per_branch: Count = 1
    minutes: Positive = 60
    counts_for_year: bool = False


@dataclass(frozen=True)
class Learning:
    """What happens inside the eight hours (S0): anniversaries, tests, model sites."""

    anniversary: bool = False
    anniversary_items: tuple[Choice, ...] = ()
    test: KnowledgeTest = field(default_factory=KnowledgeTest)
    model_sites: bool = False
    model_site_title: str = ""
    volunteer_training: bool = False
