"""What a change in one person's life means for the rooms above: an explicit registry.

Directory says what happened, in plain values; the rooms that keep placements, claims, sign-ups or
hours register in `AppConfig.ready` what they close or hand over. `foresee` only reads, so a page
can show it before anybody confirms; `carry_out` runs in the transaction of the change itself and
answers with the same kind of lines. Nothing here is a signal: what follows from an event is what
`registered(event)` lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from allhours.accounts.actor import Actor
from allhours.directory.choices import Fate, LeaveReason
from allhours.kernel.errors import Refusal


@dataclass(frozen=True)
class Event:
    """Something that happened to members on a day (the first day on which it is so)."""

    members: tuple[int, ...]
    on: date


@dataclass(frozen=True)
class Departure(Event):
    """They are on the roster no longer."""

    reason: LeaveReason = LeaveReason.OTHER

    @property
    def is_quiet(self) -> bool:
        """Nothing is sent to or in the name of somebody who died."""
        return self.reason == LeaveReason.DECEASED


@dataclass(frozen=True)
class Retirement(Event):
    stays: bool = False  # goes on serving, as they wish


@dataclass(frozen=True)
class UnitChange(Event):
    """`units`: member id → (unit before, unit after)."""

    units: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class ResidenceChange(Event):
    """`community_id` None: moved out of the county, or nobody knows yet where to."""

    community_id: int | None = None
    stays: bool = False


@dataclass(frozen=True)
class Withdrawal(Event):
    """The member, of their own will, does not want to serve for now."""


@dataclass(frozen=True)
class Merge(Event):
    """All facts of `gone` follow the number `kept`; `members` are both, the kept one first."""

    @property
    def kept(self) -> int:
        return self.members[0]

    @property
    def gone(self) -> int:
        return self.members[1]


@dataclass(frozen=True)
class Consequence:
    """One open duty and its fate. `code` is a number or public code, never a person's fact."""

    member_id: int
    kind: str  # a word of `KINDS`
    code: str
    title: str
    fate: str = Fate.CLOSED

    def plain(self) -> dict[str, str]:
        """For the record of the change: without the person, whose record it is."""
        return {
            "kind": self.kind,
            "code": self.code,
            "title": self.title,
            "fate": str(self.fate),
        }


Lines = list[Consequence]
Undo = dict[str, Any]


class Handler:
    """What one room does about some kinds of event. Subclasses name their events in `on`."""

    room: ClassVar[str]
    rank: ClassVar[int] = 50  # lower first: who is asked first locks first
    on: ClassVar[tuple[type[Event], ...]] = ()

    def objections(self, event: Event) -> list[Refusal]:
        """Why it cannot be so, as far as this room knows (e.g. service after the day)."""
        return []

    def foresee(self, event: Event) -> Lines:
        raise NotImplementedError

    def carry_out(self, actor: Actor, event: Event, now: datetime) -> Lines:
        raise NotImplementedError


class Mover:
    """How one room brings its rows from one number of a person to the other, and back.

    `models` are those whose rows it moves itself or leaves on purpose; all other rows that point
    to a member follow without a word (directory.actions.merging).
    """

    room: ClassVar[str]
    rank: ClassVar[int] = 50
    models: ClassVar[tuple[str, ...]] = ()  # labels: "needs.claim"

    def foresee(self, event: Merge) -> Lines:
        return []

    def move(self, actor: Actor, event: Merge, now: datetime) -> Undo:
        """Ids and plain values from which `back` can restore."""
        return {}

    def back(self, actor: Actor, event: Merge, undo: Undo, now: datetime) -> None:
        return None


_HANDLERS: list[Handler] = []
_MOVERS: list[Mover] = []


def register(*each: Handler | Mover) -> None:
    """Once at start; a room that registers again replaces itself."""
    for one in each:
        rows: list[Any] = _HANDLERS if isinstance(one, Handler) else _MOVERS
        rows[:] = sorted(
            [row for row in rows if type(row) is not type(one)] + [one],
            key=lambda row: (row.rank, row.room),
        )


def registered(event: Event) -> Sequence[Handler]:
    return [handler for handler in _HANDLERS if isinstance(event, handler.on)]


def movers() -> Sequence[Mover]:
    return tuple(_MOVERS)


def objections(event: Event) -> list[Refusal]:
    return [reason for each in registered(event) for reason in each.objections(event)]


def foresee(event: Event) -> Lines:
    """What would be closed, handed over or kept; nothing is written."""
    return [line for each in registered(event) for line in each.foresee(event)]


def carry_out(actor: Actor, event: Event, now: datetime) -> Lines:
    """Do it, in the caller's transaction."""
    if not event.members:
        return []
    return [line for each in registered(event) for line in each.carry_out(actor, event, now)]


def by_member(lines: Lines) -> dict[int, Lines]:
    found: dict[int, Lines] = {}
    for line in lines:
        found.setdefault(line.member_id, []).append(line)
    return found
