"""Sections about what residents ask for and members promise: wishes, suggestions, pledges."""

from __future__ import annotations

from dataclasses import dataclass

from allhours.scheme.schema.values import (
    Choice,
    Code,
    Count,
    Days,
    Every,
    Percent,
    Positive,
    Role,
    Text,
)


@dataclass(frozen=True)
class Wishes:
    """Limits and time limits of a wish, from intake to follow-up."""

    channels: tuple[Choice, ...] = ()
    categories: tuple[Code, ...] = ()
    open_claims: Positive = 2
    waiting_claims: Count = 3
    review_levels: tuple[Role, ...] = ()
    verify_working_days: Days = 3
    review_working_days: Days = 2
    unclaimed_days: Days = 15
    expire_unclaimed: bool = False
    contact_hours: Count = 24
    deliver_days: Days = 30
    extend_times: Count = 1
    confirm_days: Days = 7
    follow_up_percent: Percent = 20
    money_cap_yuan: Count = 300
    value_recorded: bool = False
    convert_to_project: bool = True
    consent_version: Text = "2026-1"
    consent_text: Text = "本人同意将心愿的类别和内容（不含姓名、电话和住址）公开，由在职党员认领。"
    guardian_under_age: Count = 14
    guardian_text: str = "本人是该未成年人的监护人，同意公开上述心愿。"
    sight_days_after_confirmation: Days = 14


@dataclass(frozen=True)
class Suggestions:
    """Suggestions to the community or its authority."""

    enabled: bool = True
    route_working_days: Days = 3
    answer_working_days: Days = 15
    categories: tuple[Choice, ...] = ()
    routes: tuple[Choice, ...] = ()
    problem_collection: bool = False


@dataclass(frozen=True)
class Pledges:
    """Promises of service, approved by the unit and given to the community."""

    enabled: bool = True
    items_most: Positive = 5
    approved_by: tuple[Role, ...] = ("unit_secretary",)
    received_by: Role = "community_secretary"
    public: bool = False
    check_every: Every = "quarter"
