"""Sections about the year's judgement: scoring, stars, feedback, season, honours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from allhours.scheme.schema.kinds import (
    BONUS_KINDS,
    POINT_KINDS,
    STAR_KINDS,
    PointRule,
    StarRule,
    UnitBonus,
)
from allhours.scheme.schema.values import (
    Choice,
    Code,
    Count,
    Days,
    Every,
    MonthDay,
    Percent,
    Positive,
    Role,
    Text,
)


@dataclass(frozen=True)
class Scoring:
    """Points of a member's year; off unless the county turns them on."""

    enabled: bool = False
    target: Count = 0
    rules: tuple[PointRule, ...] = field(default=(), metadata={"kinds": POINT_KINDS})


@dataclass(frozen=True)
class Stars:
    """Stars proposed from points or hours, adopted by a branch, publicly notified."""

    enabled: bool = False
    bands: tuple[StarRule, ...] = field(default=(), metadata={"kinds": STAR_KINDS})
    public_notice_working_days: Days = 5
    objection_working_days: Days = 5
    adopted_by: Role = "branch_secretary"


@dataclass(frozen=True)
class FeedbackCycle:
    """One regular feedback: who writes to whom, how often, by which sheet."""

    code: Code
    title: Text
    every: Every
    written_by: Role
    goes_to: Literal["unit", "unit_superior", "temporary_branch", "community", "county"]
    due_working_days: Days = 10
    sheet: str = ""


@dataclass(frozen=True)
class Feedback:
    """Feedback on members, and what residents rate (S3 四亮四评)."""

    cycles: tuple[FeedbackCycle, ...] = ()
    important_at_any_time: bool = False
    grades: tuple[Choice, ...] = ()
    free_remark: bool = False
    right_of_reply_days: Days = 10
    shown: tuple[Choice, ...] = ()
    rated: tuple[Choice, ...] = ()
    rating_levels: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Submission:
    """A paper or table that must be sent up by a day of the year."""

    code: Code
    title: Text
    due: MonthDay
    by: Literal["unit", "town", "lead_town", "community", "county"]
    to: Text
    sheets: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """A planned inspection (S2: 19 May)."""

    code: Code
    title: Text
    on: MonthDay | None = None
    every: Every = "year"
    by: Role = "organisation_department"


@dataclass(frozen=True)
class Season:
    """Closing the year: the levels that sign, public notice, objection, and what is sent up."""

    sign_levels: tuple[Literal["temporary_branch", "community", "town", "unit", "county"], ...] = (
        "community",
        "unit",
        "county",
    )
    public_notice_working_days: Days = 5
    objection_working_days: Days = 5
    review_grades: tuple[Choice, ...] = ()
    excellent_most_percent: Percent = 0
    used_for: tuple[Choice, ...] = ()
    submissions: tuple[Submission, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    unit_bonus: tuple[UnitBonus, ...] = field(default=(), metadata={"kinds": BONUS_KINDS})
    ranking: bool = False


@dataclass(frozen=True)
class HonourKind:
    """An honour given to a unit, a branch or a person."""

    code: Code
    title: Text
    to: Literal["member", "volunteer", "unit", "branch", "team"]
    every: Every = "year"
    most: Count = 0


@dataclass(frozen=True)
class Honours:
    """Honours of the year; `stories` may be published with consent."""

    kinds: tuple[HonourKind, ...] = ()
    stories: bool = False


@dataclass(frozen=True)
class Notices:
    """Which official papers the county issues, and how often anyone is written to."""

    papers: tuple[Choice, ...] = ()
    circular_every: Every | Literal["none"] = "none"
    digest_most_per_week: Count = 1
    quiet_from: Text = "21:00"
    quiet_to: Text = "08:00"


@dataclass(frozen=True)
class Retention:
    """Years each kind of record is kept after the year it belongs to, or days after its own."""

    roster_years: Positive = 3
    service_years: Positive = 10
    wish_person_years: Positive = 1
    household_years: Positive = 3
    feedback_years: Positive = 3
    journal_years: Positive = 5
    roster_file_days: Days = 30
    sign_in_days: Positive = 180
    notice_days: Positive = 365
    job_days: Positive = 180
    repeat_key_days: Positive = 7


@dataclass(frozen=True)
class FormField:
    """One field of a form a county may extend. Answers are kept with the form's version."""

    name: Code
    label: Text
    type: Literal["text", "long", "number", "date", "choice", "choices", "yesno"]
    required: bool = False
    choices: tuple[Choice, ...] = ()
    help: str = ""
    most: Count = 0


@dataclass(frozen=True)
class FormSpec:
    """A form: what is asked beyond the columns the program itself needs."""

    code: Code
    title: Text
    version: Positive = 1
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True)
class SheetSpec:
    """One printed form: who fills it, who signs, how many copies, who keeps it."""

    code: Code
    title: Text
    annex: str = ""
    filled_by: Role = "community_staff"
    signed_by: tuple[Role, ...] = ()
    copies: Positive = 1
    kept_by: tuple[Role, ...] = ()
    every: Every = "once"
    landscape: bool = False


@dataclass(frozen=True)
class Sheets:
    """The county's set of printed forms (一证四卡, 一单两卡 …), and those every county prints."""

    title: str = ""
    items: tuple[SheetSpec, ...] = ()
    common: tuple[SheetSpec, ...] = ()

    def sheet(self, code: str) -> SheetSpec | None:
        """The sheet with this code, or None."""
        return next((sheet for sheet in self.items + self.common if sheet.code == code), None)
