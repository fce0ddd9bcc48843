"""Sections about what residents ask for and members promise: wishes, suggestions, pledges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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

#: How a wish or a suggestion may come in; stored with it, so never renamed.
ChannelKind = Literal["page", "wall", "box", "hotline", "visit", "meeting", "centre", "festival"]

#: Where a suggestion may be handed: the community's grid, itself, its town, a department.
RouteKind = Literal["grid", "community", "town", "authority"]


@dataclass(frozen=True)
class Channel:
    """One way in, of a kind the program knows, in the county's own words."""

    code: ChannelKind
    title: Text
    text: str = ""


@dataclass(frozen=True)
class Route:
    """One kind of place that suggestions are handed to, in the county's own words."""

    code: RouteKind
    title: Text
    text: str = ""


@dataclass(frozen=True)
class Wishes:
    """Limits and time limits of a wish, from intake to follow-up.

    `channels`: the ways in that are offered, all kinds where none is named.
    """

    channels: tuple[Channel, ...] = ()
    categories: tuple[Code, ...] = ()
    open_claims: Positive = 2
    unit_open_claims: Count = 5
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
    """Suggestions to the community or its authority.

    `channels` and `routes`: the ways in and the places that are offered, all kinds where none is
    named. `remind_working_days`: before the deadline, whoever it lies with is reminded.
    `problem_collection`: problems heard at visits are gathered into a table by category (S0).
    """

    enabled: bool = True
    channels: tuple[Channel, ...] = ()
    route_working_days: Days = 3
    answer_working_days: Days = 15
    remind_working_days: Days = 3
    categories: tuple[Choice, ...] = ()
    routes: tuple[Route, ...] = ()
    problem_collection: bool = False


@dataclass(frozen=True)
class Pledges:
    """Promises of service, approved by the unit and given to the community.

    `public`: they may be shown on the public page, with each member's consent. `check_every`: in
    each such period the member says how things stand.
    """

    enabled: bool = True
    items_most: Positive = 5
    approved_by: tuple[Role, ...] = ("unit_secretary",)
    received_by: Role = "community_secretary"
    public: bool = False
    check_every: Every = "quarter"
