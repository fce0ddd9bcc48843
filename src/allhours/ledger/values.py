"""What goes into the ledger and what comes out, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from allhours.kernel.errors import Refusal

if TYPE_CHECKING:
    from allhours.directory.models import Member
    from allhours.ledger.models import Entry


@dataclass(frozen=True)
class Source:
    """Where a fact comes from: ("wish", "41", revision 1). Posted once per member."""

    kind: str
    key: str
    revision: int = 1


@dataclass(frozen=True)
class Draft:
    """A fact of service about to be posted; `started_at` None: a fact without a time of day."""

    member: Member
    kind: str
    source: Source
    on: date
    unit_code: str
    community_code: str = ""
    started_at: datetime | None = None
    minutes: int = 0
    minutes_off: int = 0
    quantity: int = 1
    late: bool = False
    reverses: Entry | None = None


@dataclass(frozen=True)
class Posted:
    """What became of one draft: its entry, or the reason why there is none."""

    draft: Draft
    entry: Entry | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Sums:
    """Minutes, those outside working hours, how many facts, and how many pieces."""

    minutes: int = 0
    minutes_off: int = 0
    times: int = 0
    quantity: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.minutes + other.minutes,
            self.minutes_off + other.minutes_off,
            self.times + other.times,
            self.quantity + other.quantity,
        )

    @property
    def hours(self) -> float:
        """Hours to two decimals, for people; compare and add minutes, not these."""
        return round(self.minutes / 60, 2)

    @property
    def hours_off(self) -> float:
        return round(self.minutes_off / 60, 2)

    @property
    def hours_on(self) -> float:
        return round(self.minutes_on / 60, 2)

    @property
    def minutes_on(self) -> int:
        """Minutes within working hours."""
        return self.minutes - self.minutes_off


@dataclass(frozen=True)
class Totals(Sums):
    """All kinds together, and each kind (ledger.EntryKind) that occurred."""

    by_kind: Mapping[str, Sums] = field(default_factory=dict)

    @classmethod
    def of(cls, by_kind: Mapping[str, Sums]) -> Totals:
        whole = sum(by_kind.values(), Sums())
        return cls(whole.minutes, whole.minutes_off, whole.times, whole.quantity, by_kind)

    def of_kinds(self, *kinds: str) -> Sums:
        """The sums of some kinds only, e.g. those a duty counts."""
        return sum((self.by_kind[kind] for kind in kinds if kind in self.by_kind), Sums())


@dataclass(frozen=True)
class Problem:
    """Something `verify` found: a stable code, where, and a sentence."""

    code: str
    text: str
    member_no: str = ""
    seq: int | None = None
