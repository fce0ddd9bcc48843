"""Two lists of people held against each other (数据反查). PURE: stdlib and kernel only.

`compare(people, rows)`: `people` are what the rosters know, `rows` what a register lists. A row is
somebody by number, ID digest, letter, or name with phone; the same name, unit and birth alone are
left to a person to judge. Every difference is found once, and nobody is both missing and judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal[
    "missing",
    "unknown",
    "not_received",
    "other_unit",
    "other_community",
    "two_numbers",
    "changed_name",
    "to_judge",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person on one side. `ref` is unique on its side; names are given as they compare.

    Of people only: `due` (missing when no row is theirs), `standing` (why they are not expected:
    "" if they are), `place` and `received` (where they serve, and whether they were received).
    `place` of a row is the community whose register it is.
    """

    ref: str
    name: str = ""
    member_no: str = ""
    id_digest: str = ""
    phone_digest: str = ""
    born: date | None = None
    month_only: bool = False
    unit: int | None = None
    place: int | None = None
    letter: str = ""
    due: bool = False
    standing: str = ""
    received: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A difference: which row, whose record, and (two numbers) which other record."""

    kind: Kind
    detail: str = ""
    row: Entry | None = None
    person: Entry | None = None
    other: Entry | None = None


@dataclass
class Outcome:
    """`whose`: row ref → person ref, for rows that are somebody for certain."""

    found: list[Found] = field(default_factory=list)
    whose: dict[str, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> list[Found]:
        return [each for each in self.found if each.kind == kind]


def compare(people: Sequence[Entry], rows: Sequence[Entry]) -> Outcome:
    known = _Known(people)
    outcome = Outcome()
    seen: dict[str, Entry] = {}  # person ref -> the first row that is theirs
    left: list[Entry] = []
    for row in rows:
        person, doubt = known.sure(row)
        if person is None and doubt is None:
            left.append(row)
            continue
        whom = person or doubt
        if whom is None:  # pragma: no cover - one of the two is given
            continue
        if person is None:
            outcome.found.append(Found("to_judge", "keys_differ", row, whom))
        else:
            outcome.whose[row.ref] = person.ref
            outcome.found += _facts(row, person, known, is_again=person.ref in seen)
        seen.setdefault(whom.ref, row)
    _judge(left, known, seen, outcome)
    _twins_and_missing(people, known, seen, outcome)
    return outcome


def doubles(people: Iterable[Entry]) -> list[tuple[Entry, Entry]]:
    """Pairs with the same ID number, or the same name and phone, under two numbers."""
    found: list[tuple[Entry, Entry]] = []
    for group in _Known([each for each in people if not each.standing]).twins():
        ordered = sorted(group, key=lambda each: (each.member_no, each.ref))
        found += [(ordered[0], other) for other in ordered[1:]]
    return found


class _Known:
    """People by each of their keys."""

    def __init__(self, people: Sequence[Entry]) -> None:
        self.people = people
        self.by_no = {each.member_no: each for each in people if each.member_no}
        self.by_id: dict[str, list[Entry]] = defaultdict(list)
        self.by_phone: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self.by_letter: dict[str, Entry] = {}
        self.by_name: dict[str, list[Entry]] = defaultdict(list)
        for each in people:
            if each.id_digest:
                self.by_id[each.id_digest].append(each)
            if each.phone_digest and each.name:
                self.by_phone[each.name, each.phone_digest].append(each)
            if each.letter:
                self.by_letter[each.letter] = each
            self.by_name[each.name].append(each)

    def twins(self) -> list[list[Entry]]:
        """Groups of two and more who are one person by ID number, or by name and phone."""
        groups = [*self.by_id.values(), *self.by_phone.values()]
        several = [group for group in groups if len(group) > 1]
        merged: dict[str, list[Entry]] = {}
        for group in several:
            at = next((each.ref for each in group if each.ref in merged), None)
            whole = merged[at] if at else []
            whole += [each for each in group if each.ref not in {one.ref for one in whole}]
            merged |= {each.ref: whole for each in whole}
        unique = {id(whole): whole for whole in merged.values()}
        return [whole for whole in unique.values() if not _differ_in_id(whole)]

    def twins_of(self, person: Entry) -> list[Entry]:
        same = self.by_id[person.id_digest] if person.id_digest else []
        if person.phone_digest and person.name:
            same = same + self.by_phone[person.name, person.phone_digest]
        return [
            each
            for each in {one.ref: one for one in same}.values()
            if each.ref != person.ref
            and not each.standing
            and not _differ(each.id_digest, person.id_digest)
        ]

    def sure(self, row: Entry) -> tuple[Entry | None, Entry | None]:
        """(the person, None), (None, who it may be where keys disagree) or (None, None)."""
        by_id = self._best(self.by_id.get(row.id_digest, []), row) if row.id_digest else None
        if by_id:
            return by_id, None
        by_no = self.by_no.get(row.member_no) if row.member_no else None
        if by_no:
            return (by_no, None) if self._agrees(by_no, row) else (None, by_no)
        by_letter = self.by_letter.get(row.letter) if row.letter else None
        if by_letter and self._agrees(by_letter, row):
            return by_letter, None
        same = self.by_phone.get((row.name, row.phone_digest), []) if row.phone_digest else []
        by_phone = self._best(same, row)
        if by_phone is None:
            return None, None
        if _differ(by_phone.id_digest, row.id_digest):
            return None, by_phone
        return by_phone, None

    @staticmethod
    def _best(same: Sequence[Entry], row: Entry) -> Entry | None:
        """Of twins: the one with the row's number, else expected here, else expected at all."""
        return min(
            same,
            key=lambda each: (
                each.member_no != row.member_no,
                bool(each.standing),
                not each.due,
                each.member_no,
            ),
            default=None,
        )

    @staticmethod
    def _agrees(person: Entry, row: Entry) -> bool:
        """A number or a letter is believed where the name, the phone or the birth says the same."""
        if _differ(person.id_digest, row.id_digest):
            return False
        phone = bool(row.phone_digest) and row.phone_digest == person.phone_digest
        return not row.name or row.name == person.name or phone or _same_birth(person, row)

    def alike(self, row: Entry) -> list[Entry]:
        """The same name, unit and birth, with no key that says otherwise; of a row that gives
        a name and a unit only, these two."""
        if row.unit is None:
            return []
        bare = not any((row.born, row.id_digest, row.phone_digest, row.member_no, row.letter))
        return [
            each
            for each in self.by_name.get(row.name, [])
            if each.unit == row.unit
            and (bare or _same_birth(each, row))
            and not _differ(each.id_digest, row.id_digest)
        ]


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _differ_in_id(group: Sequence[Entry]) -> bool:
    return len({each.id_digest for each in group if each.id_digest}) > 1


def _same_birth(one: Entry, other: Entry) -> bool:
    if one.born is None or other.born is None:
        return False
    if one.month_only or other.month_only:
        return (one.born.year, one.born.month) == (other.born.year, other.born.month)
    return one.born == other.born


def _facts(row: Entry, person: Entry, known: _Known, *, is_again: bool) -> list[Found]:
    """What a row says otherwise than the record of the person it is."""
    if person.standing:
        return [Found("unknown", person.standing, row, person)]
    found: list[Found] = []
    if _differ(row.member_no, person.member_no):
        other = known.by_no.get(row.member_no)
        found.append(Found("two_numbers", "number_differs", row, person, other))
    elif is_again:
        found.append(Found("to_judge", "listed_twice", row, person))
    if _differ(row.name, person.name):
        found.append(Found("changed_name", "", row, person))
    if row.unit is not None and person.unit is not None and row.unit != person.unit:
        found.append(Found("other_unit", "", row, person))
    if row.place is not None and not is_again:
        found += _place(row, person)
    return found


def _place(row: Entry, person: Entry) -> list[Found]:
    if person.place is not None and person.place != row.place:
        return [Found("other_community", "", row, person)]
    if not person.received:
        return [Found("not_received", "unplaced" if person.place is None else "", row, person)]
    return []


def _judge(left: Iterable[Entry], known: _Known, seen: dict[str, Entry], outcome: Outcome) -> None:
    """Rows without a key of anybody: somebody alike whom no row claims, or unknown."""
    told: set[tuple[str, ...]] = set()
    for row in left:
        alike = [each for each in known.alike(row) if each.ref not in seen]
        if alike:
            detail = "several" if len(alike) > 1 else "name_unit_birth" if row.born else "name_unit"
            outcome.found.append(Found("to_judge", detail, row, alike[0]))
            seen.update({each.ref: row for each in alike})
            continue
        who = (row.name, row.member_no, row.id_digest, row.phone_digest, str(row.born))
        if who not in told:
            told.add(who)
            outcome.found.append(Found("unknown", "not_on_roster", row))


def _twins_and_missing(
    people: Sequence[Entry], known: _Known, seen: dict[str, Entry], outcome: Outcome
) -> None:
    """Of two records of one person the register lists one: that is one difference, not two."""
    told: set[frozenset[str]] = {
        frozenset((each.person.ref, each.other.ref))
        for each in outcome.found
        if each.kind == "two_numbers" and each.person and each.other
    }
    absent: list[Entry] = []
    for person in people:
        if person.standing or not (person.due or person.ref in seen):
            continue
        twins = known.twins_of(person)
        for twin in twins:
            pair = frozenset((person.ref, twin.ref))
            if pair not in told:
                told.add(pair)
                outcome.found.append(
                    Found("two_numbers", "on_roster_twice", seen.get(person.ref), person, twin)
                )
        is_first = all(person.member_no <= twin.member_no for twin in twins)
        listed = person.ref in seen or any(twin.ref in seen for twin in twins)
        if not listed and (is_first or not any(twin.due for twin in twins)):
            absent.append(person)
    outcome.found += [Found("missing", "", None, person) for person in absent if person.due]
