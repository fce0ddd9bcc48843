"""What a roster would do: who joins, changes, moves, leaves, and what a person must decide.

Nothing is written here; the same plan is made again when it is applied, and its digest tells
whether the county has moved on in between.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allhours.directory.roster import cells
from allhours.directory.roster.match import Matcher
from allhours.directory.roster.places import Communities, Organisations, in_scope
from allhours.directory.roster.problems import Problem, _
from allhours.directory.roster.rows import Parsed, RosterRow
from allhours.directory.roster.snapshot import Person, Scope, Snapshot

JOIN, CHANGE, MOVE, LEAVE = "join", "change", "move", "leave"
UNCHANGED, CONFLICT = "unchanged", "conflict"
KINDS = (JOIN, CHANGE, MOVE, LEAVE, UNCHANGED, CONFLICT)
COMPARED = (
    "name", "sex", "nation", "birth", "education", "category", "position", "joined", "converted",
    "address", "skills", "wishes", "retired", "note",
)  # fmt: skip
SEALED = ("id_number", "phone")


@dataclass(frozen=True)
class Change:
    """One field before → after; for a sealed field both sides are left empty."""

    field: str
    before: Any
    after: Any


@dataclass
class Item:
    """One person's consequence. `row` is the sheet's row, 0 for a leaver.

    `unit` is where the person will be (None with `new_unit`: a unit yet to be made).
    """

    kind: str
    row: int
    name: str
    person: Person | None = None
    unit: int | None = None
    new_unit: str = ""
    branch: int | None = None
    residence: int | None = None
    changes: list[Change] = field(default_factory=list)
    candidates: tuple[Person, ...] = ()


@dataclass
class Plan:
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new_units: dict[str, str] = field(default_factory=dict)  # name → unit class
    named_units: set[int] = field(default_factory=set)
    rows: int = 0

    def of(self, *kinds: str) -> list[Item]:
        return [item for item in self.items if item.kind in kinds]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(item.kind for item in self.items)
        return {"rows": self.rows, **{kind: counted[kind] for kind in KINDS}}

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @property
    def is_empty(self) -> bool:
        """Nothing to write."""
        return not self.of(JOIN, CHANGE, MOVE, LEAVE)

    def digest(self) -> str:
        """The same as long as the plan would do the same to the same people."""
        lines = [
            [
                item.kind, item.row, item.person.pk if item.person else 0, item.unit, item.new_unit,
                item.branch, item.residence,
                [[change.field, change.before, change.after] for change in item.changes],
                [person.pk for person in item.candidates],
            ]
            for item in self.items
            if item.kind != UNCHANGED
        ]  # fmt: skip
        text = json.dumps([lines, sorted(self.new_units)], default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan(
    parsed: Parsed, snapshot: Snapshot, scope: Scope, decisions: Mapping[int, int] | None = None
) -> Plan:
    """Hold the file against the county. Rows with errors have no consequence of their own."""
    return _Planner(parsed, snapshot, scope, decisions or {}).made()


class _Planner:
    def __init__(
        self, parsed: Parsed, snapshot: Snapshot, scope: Scope, decisions: Mapping[int, int]
    ) -> None:
        self.parsed, self.snapshot, self.scope = parsed, snapshot, scope
        self.organisations = Organisations(snapshot)
        self.communities = Communities(snapshot)
        self.matcher = Matcher(snapshot, decisions)
        self.plan = Plan(problems=list(parsed.problems), rows=len(parsed.rows))
        self.taken: dict[int, Item] = {}
        self.spoken_for: set[int] = set()  # people whose row is wrong: present, not leaving
        self.wrong_names: dict[int | None, set[str]] = defaultdict(set)

    def made(self) -> Plan:
        for row in self.parsed.rows:
            self._take(row)
        self._leavers()
        self.plan.problems.sort(key=lambda problem: (problem.row, problem.place))
        return self.plan

    def _take(self, row: RosterRow) -> None:
        unit, branch, new_unit = self._unit_of(row)
        if unit is not None and in_scope(self.organisations, self.scope, unit):
            self.plan.named_units.add(unit)
        matched = self.matcher.match(row)
        # the leavers are those whom the preview named, whatever is decided about a row
        self.spoken_for |= {person.pk for person in matched.declined}
        residence = self._residence(row)
        failed = row.has_errors or (unit is None and not new_unit)
        if not failed and not self._is_ours(row, unit, matched.person):
            self._problem(
                row, "not_yours", "name", found=row["name"], expected=_("本单位名册内的党员和单位")
            )
            failed = True
        if failed:
            self._set_aside(row, unit, matched.person, matched.unsure)
            return
        item = Item(
            UNCHANGED, row.row, row["name"], matched.person, unit, new_unit, branch, residence
        )
        if matched.unsure:
            item.kind, item.candidates = CONFLICT, matched.unsure
            self.spoken_for |= {person.pk for person in matched.unsure}
            self._unsure(row)
        elif matched.person is None:
            item.kind = JOIN
        elif matched.person.pk in self.taken:
            self._taken_twice(row, matched.person)
            return
        else:
            self._compare(item, row, matched.person)
            self.taken[matched.person.pk] = item
        self.plan.items.append(item)

    def _unit_of(self, row: RosterRow) -> tuple[int | None, int | None, str]:
        """(unit, branch, name of a unit to be made); reports an unknown one."""
        if not row.values.keys() & {"unit", "branch", "unit_post"}:
            return None, None, ""
        unit, branch = self.organisations.resolve(row.values)
        if unit is not None:
            return unit, branch, ""
        name = row["unit"] or ""
        if name and self.scope.create_units and self.scope.is_county:
            self.plan.new_units.setdefault(name, row["unit_class"] or "")
            return None, None, name
        field_name = next(f for f in ("unit", "unit_post", "branch") if row[f])
        self._problem(
            row,
            "unit_unknown",
            field_name,
            found=row[field_name],
            expected=_("组织表中的单位名称、简称或编码"),
        )
        return None, None, ""

    def _is_ours(self, row: RosterRow, unit: int | None, person: Person | None) -> bool:
        if self.scope.is_county:
            return True
        if unit is None or not in_scope(self.organisations, self.scope, unit):
            return False
        return (
            person is None
            or person.departed
            or in_scope(self.organisations, self.scope, person.unit)
        )

    def _residence(self, row: RosterRow) -> int | None:
        """The community a row lives in: as named, else by the address."""
        named, address = row["community"], row["address"]
        found = self.communities.by_name(named) if named else None
        if found is None and named:
            found = self.communities.by_address(named)
        if found is None and address:
            found = self.communities.by_address(address)
        if found is None and (named or (address and self.communities.has_places)):
            field_name = "community" if named else "address"
            self._problem(
                row,
                "community_unknown",
                field_name,
                found=row[field_name],
                expected=_("组织表中的社区，或已登记的小区、街路名称"),
            )
        return found

    def _set_aside(
        self, row: RosterRow, unit: int | None, person: Person | None, unsure: Iterable[Person]
    ) -> None:
        self.spoken_for |= {each.pk for each in unsure}
        if person:
            self.spoken_for.add(person.pk)
        elif row["name"]:
            self.wrong_names[unit].add(cells.key(row["name"]))

    def _unsure(self, row: RosterRow) -> None:
        born = row["birth"]
        self._problem(
            row,
            "identity_unsure",
            "name",
            found=row["name"] + (f" {born.isoformat()}" if isinstance(born, date) else ""),
            expected=_("确认是同一人，还是另一人"),
        )

    def _taken_twice(self, row: RosterRow, person: Person) -> None:
        first = self.taken[person.pk]
        for number, other in ((first.row, row.row), (row.row, first.row)):
            header, place = self.parsed.column("name")
            self.plan.problems.append(
                Problem(
                    number,
                    header,
                    "duplicate_in_file",
                    found=row["name"],
                    expected=_("每人一行；与第 %(rows)s 行重复"),
                    params={"rows": str(other)},
                    place=place,
                )
            )
        self.plan.items = [item for item in self.plan.items if item is not first]

    def _compare(self, item: Item, row: RosterRow, person: Person) -> None:
        item.changes = list(self._changes(item, row, person))
        if person.departed:
            item.kind = JOIN
        elif item.unit != person.unit:
            item.kind = MOVE
        elif item.changes:
            item.kind = CHANGE

    def _changes(self, item: Item, row: RosterRow, person: Person) -> Iterable[Change]:
        for name in COMPARED:
            after, before = row[name], person.values.get(name)
            if after is not None and _differs(row, name, before, after):
                yield Change(name, before, after)
        digests = (self.snapshot.id_digest, self.snapshot.phone_digest)
        held = (person.id_hash, person.phone_hash)
        for name, digest, before in zip(SEALED, digests, held, strict=True):
            if row[name] and digest(row[name]) != before:
                yield Change(name, "", "")
        if item.residence and item.residence != person.values.get("residence"):
            yield Change("residence", person.values.get("residence"), item.residence)
        if item.branch and item.branch != person.values.get("branch"):
            yield Change("branch", person.values.get("branch"), item.branch)

    def _leavers(self) -> None:
        for person in self.snapshot.people:
            if (
                not person.departed
                and person.unit in self.plan.named_units
                and person.pk not in self.taken
                and person.pk not in self.spoken_for
                and cells.key(person.name) not in self.wrong_names[person.unit]
                and cells.key(person.name) not in self.wrong_names[None]
            ):
                self.plan.items.append(Item(LEAVE, 0, person.name, person, person.unit))

    def _problem(
        self, row: RosterRow, code: str, *fields: str, found: str = "", expected: str = ""
    ) -> None:
        header, place = self.parsed.column(*fields)
        self.plan.problems.append(Problem(row.row, header, code, found[:80], expected, place=place))


def _differs(row: RosterRow, name: str, before: Any, after: Any) -> bool:
    """A list differs by its members; a month alone agrees with any day in it."""
    if isinstance(after, list):
        return set(after) != set(before or ())
    if name in row.months and isinstance(before, date):
        return (before.year, before.month) != (after.year, after.month)
    return bool(after != before)
