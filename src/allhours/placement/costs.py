"""PURE: from what is known of a member to the places open to them, each with its integer cost.

Every term comes from the scheme's placement section: residence first, then distance in hops over
the neighbour list, the unit's paired community where no residence is known, and one term for
leaving last round's place (least change).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allhours.placement.solver import MemberOptions, Option

DENSE = 40  # up to so many communities, every one of them is an option for everybody
NEAREST = 12  # beyond that: the nearest ones, and those the member is linked with


@dataclass(frozen=True, slots=True)
class Rates:
    """The integer costs of one scheme (`scheme.placement`)."""

    residence: int
    per_hop: int
    max_hops: int
    paired: int
    unlinked: int
    move: int
    residence_first: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What placing one member needs to know; communities by code, None where unknown."""

    member_no: str
    unit: str
    residence: str | None
    paired: str | None
    last: str | None
    locked: str | None = None
    skills: frozenset[str] = frozenset()


class Distances:
    """Hops between communities, each starting point walked once."""

    def __init__(self, codes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> None:
        self.codes = sorted(codes)
        self._next: dict[str, list[str]] = {code: [] for code in self.codes}
        for one, other in pairs:
            if one in self._next and other in self._next:
                self._next[one].append(other)
                self._next[other].append(one)
        self._from: dict[str, dict[str, int]] = {}

    def from_(self, start: str) -> Mapping[str, int]:
        """Hops to every community that can be reached; the start itself is 0 away."""
        if start not in self._from:
            hops = {start: 0}
            queue = deque([start])
            while queue:
                here = queue.popleft()
                for there in self._next[here]:
                    if there not in hops:
                        hops[there] = hops[here] + 1
                        queue.append(there)
            self._from[start] = hops
        return self._from[start]


def anchor(facts: Facts, rates: Rates) -> tuple[str | None, int]:
    """The community a member is measured from, and the cost of serving in it."""
    at_home = (facts.residence, rates.residence)
    at_pair = (facts.paired, rates.paired)
    for place, cost in (at_home, at_pair) if rates.residence_first else (at_pair, at_home):
        if place is not None:
            return place, cost
    return None, rates.unlinked


def options(facts: Facts, rates: Rates, distances: Distances) -> MemberOptions:
    """The member's line of the placement problem; a locked place is always among the options."""
    start, base = anchor(facts, rates)
    hops = distances.from_(start) if start is not None else {}
    linked = {code for code in (facts.paired, facts.last, facts.locked) if code}
    found: list[Option] = []
    for code in _candidates(hops, linked, distances, rates):
        steps = hops.get(code)
        if steps is None or steps > rates.max_hops:
            cost = max(rates.unlinked, base)
        else:
            cost = base + rates.per_hop * steps
        if facts.last is not None and code != facts.last:
            cost += rates.move
        found.append((code, cost))
    return MemberOptions(
        facts.member_no, tuple(found), facts.locked, group=facts.unit, skills=facts.skills
    )


def _candidates(
    hops: Mapping[str, int], linked: set[str], distances: Distances, rates: Rates
) -> list[str]:
    if len(distances.codes) <= DENSE or not hops:
        return distances.codes
    near = sorted((steps, code) for code, steps in hops.items() if steps <= rates.max_hops)
    known = linked.intersection(distances.codes)
    return sorted(known.union(code for _, code in near[:NEAREST]))
