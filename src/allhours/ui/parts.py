"""Plain values the components show. Apps build these in queries or views; templates only loop.

``kind`` is always one of ``ok warn info neutral danger`` and never the only carrier of meaning:
each component shows a word beside the colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["ok", "warn", "info", "neutral", "danger"]
StepState = Literal["done", "current", "next"]


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a menu, a tab strip or a row of chips."""

    label: str
    url: str
    count: int | str | None = None
    current: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    label: str
    items: Sequence[NavItem]


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands beside the emblem: in the desk the organisation and the name of its desk."""

    title: str
    subtitle: str = ""
    home_url: str = "/"


@dataclass(frozen=True, slots=True)
class Task:
    """A row of an inbox. ``due`` is already a phrase (“还有 2 天”)."""

    title: str
    url: str
    meta: str = ""
    due: str = ""
    kind: Kind = "neutral"
    urgent: bool = False
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: StepState = "next"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline, newest first by convention."""

    text: str
    at: datetime | None = None
    who: str = ""
    kind: Kind = "neutral"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: object
    url: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Sequence[float]
    kind: Kind = "danger"


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over common labels; drawn as SVG with a table behind it.

    ``values`` of every series have the length of ``labels``; the vertical axis starts at 0.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[Series] = field(default_factory=tuple)
    unit: str = ""
