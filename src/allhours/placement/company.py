"""PURE: among placements of equal cost, the one where nobody is alone and skills are mixed.

A member is *alone* when nobody else of the same unit serves in that community. Only exchanges
that the solver has proved to be free are made, so the cost and every community's number stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

TRIES = 400  # candidates looked at for one member who is alone: bounds the time, not the result


@dataclass(frozen=True, slots=True)
class Person:
    at: int
    group: str
    skills: frozenset[str]
    tight: frozenset[int]  # places that cost this member no more than the one held


class Seats:
    """How many of each unit, and of each skill, serve in each place."""

    def __init__(self, nowhere: int) -> None:
        self.nowhere = nowhere
        self.groups: Counter[tuple[int, str]] = Counter()
        self.skills: Counter[tuple[int, str]] = Counter()

    def add(self, group: str, skills: Iterable[str], to: int, number: int = 1) -> None:
        self.groups[to, group] += number
        for skill in skills:
            self.skills[to, skill] += number

    def is_alone(self, person: Person, place: int) -> bool:
        return (
            bool(person.group) and place != self.nowhere and (self.groups[place, person.group] == 1)
        )

    def worth(self, a: Person, place_a: int, b: Person, place_b: int) -> tuple[int, int]:
        """(people alone, minus skills present) over the two places, as they are now."""
        alone = sum(
            self.groups[place, group] == 1 and place != self.nowhere
            for place in {place_a, place_b}
            for group in {a.group, b.group}
            if group
        )
        present = sum(
            self.skills[place, skill] > 0
            for place in {place_a, place_b}
            for skill in a.skills | b.skills
        )
        return alone, -present

    def swap(self, a: Person, place_a: int, b: Person, place_b: int) -> None:
        for person, old, new in ((a, place_a, place_b), (b, place_b, place_a)):
            self.add(person.group, person.skills, old, -1)
            self.add(person.group, person.skills, new)


def in_blocks(members: Sequence[int], group_of: Callable[[int], str]) -> list[int]:
    """Members of one class with each unit together, the largest units first."""
    if len(members) < 3:
        return list(members)
    size = Counter(group_of(at) for at in members)
    return sorted(members, key=lambda at: (-size[group_of(at)], group_of(at), at))


def improve(people: Sequence[Person], chosen: dict[int, int], seats: Seats) -> None:
    """Exchange places, at no cost, until nobody more can be given company this way."""
    by_place: defaultdict[int, dict[int, Person]] = defaultdict(dict)
    for person in people:
        by_place[chosen[person.at]][person.at] = person
    for person in people:
        place = chosen[person.at]
        if not seats.is_alone(person, place):
            continue
        wanted = sorted(
            (p for p in person.tight if p != place and p != seats.nowhere),
            key=lambda p: (-seats.groups[p, person.group], p),
        )
        for other_place in wanted:
            other = _partner(person, place, other_place, by_place[other_place], seats)
            if other is not None:
                seats.swap(person, place, other, other_place)
                chosen[person.at], chosen[other.at] = other_place, place
                by_place[place].pop(person.at)
                by_place[other_place].pop(other.at)
                by_place[place][other.at] = other
                by_place[other_place][person.at] = person
                break


def _partner(
    person: Person, place: int, other_place: int, there: dict[int, Person], seats: Seats
) -> Person | None:
    """Whoever in `other_place` may come here so that fewer people are alone, or as few with
    more skills present; None when the exchange would help nobody."""
    before: tuple[int, int]
    best: tuple[tuple[int, int], Person] | None = None
    for tried, other in enumerate(there.values()):
        if tried == TRIES:
            break
        if place not in other.tight or other.group == person.group:
            continue
        before = seats.worth(person, place, other, other_place)
        seats.swap(person, place, other, other_place)
        after = seats.worth(person, place, other, other_place)
        seats.swap(person, other_place, other, place)
        gain = (after[0] - before[0], after[1] - before[1])
        if gain < (0, 0) and (best is None or gain < best[0]):
            best = (gain, other)
    return best[1] if best else None
