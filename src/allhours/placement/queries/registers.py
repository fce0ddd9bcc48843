"""A file held against the system: a community's register, or a unit's list of its members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from allhours.directory.models import Member, Organization
from allhours.directory.roster.cells import key
from allhours.directory.roster.snapshot import Snapshot
from allhours.placement.choices import (
    LIVE,
    DifferenceKind,
    LetterState,
    PlacementState,
    Responsible,
    RunSource,
)
from allhours.placement.compare import Entry, Found, compare
from allhours.placement.models import Letter, Placement
from allhours.placement.queries import figures
from allhours.placement.queries.drawn import RESPONSIBLE, Drawn, Names, key_of
from allhours.placement.register import Listed, entries, letter_key


@dataclass(frozen=True)
class Places:
    """Of each member on a day: where they are placed, whether received, by which letter."""

    placed: dict[int, tuple[int, bool]]  # member -> (community, received)
    letters: dict[int, str]
    missing: frozenset[int]
    excused: frozenset[int]
    expected: frozenset[int]

    @classmethod
    def on(cls, day: date) -> Places:
        placed: dict[int, tuple[int, bool]] = {}
        live = Placement.objects.filter(state__in=LIVE).values_list("member_id", "community_id")
        placed |= {member: (community, False) for member, community in live}
        received = Placement.objects.filter(figures.reported_on(day))
        placed |= {
            member: (community, True)
            for member, community in received.values_list("member_id", "community_id")
        }
        letters = Letter.objects.filter(state__in=(LetterState.ISSUED, LetterState.USED))
        members: Any = figures.expected(day)  # carries annotations that its type does not
        rows = members.values_list("pk", "is_reported", "is_excused")
        expected = {pk: (reported, excused) for pk, reported, excused in rows}
        return cls(
            placed,
            {
                member: letter_key(number)
                for member, number in letters.order_by("pk").values_list(
                    "placement__member_id", "number"
                )
            },
            frozenset(pk for pk, (reported, excused) in expected.items() if not reported | excused),
            frozenset(pk for pk, (_reported, excused) in expected.items() if excused),
            frozenset(expected),
        )


def people(snapshot: Snapshot, places: Places, *, community: int | None) -> list[Entry]:
    """Everybody the rosters know; due are those expected at this community."""
    found = []
    for person in snapshot.people:
        place, received = places.placed.get(person.pk, (None, False))
        is_expected = person.pk in places.expected
        standing = "departed" if person.departed else "" if is_expected else "not_expected"
        found.append(
            Entry(
                ref=str(person.pk),
                name=key(person.name),
                member_no=person.member_no.upper(),
                id_digest=person.id_hash,
                phone_digest=person.phone_hash,
                born=person.values.get("birth"),
                unit=person.unit,
                place=place,
                letter=places.letters.get(person.pk, ""),
                due=community is not None
                and place == community
                and is_expected
                and person.pk not in places.excused,
                standing=standing,
                received=received,
            )
        )
    return found


def hold(
    rows: Sequence[Listed], snapshot: Snapshot, over: Organization, source: RunSource, on: date
) -> list[Drawn]:
    """What a file and the system say differently of those over whom the file stands."""
    places = Places.on(on)
    is_register = source == RunSource.REGISTER
    place = over.pk if is_register else None
    listed = entries(rows, snapshot, place=place)
    outcome = compare(people(snapshot, places, community=place), listed)
    found = list(outcome.found)
    if not is_register:
        found += _against_receipts(
            {int(pk) for pk in outcome.whose.values()}, snapshot, places, over
        )
    return _drawn(found, rows, over, places, is_register=is_register)


def _against_receipts(
    seen: set[int], snapshot: Snapshot, places: Places, unit: Organization
) -> list[Found]:
    """A unit's list: listed and not received; received from this unit and not listed."""
    mine = set(Member.objects.filter(unit__path__startswith=unit.path).values_list("pk", flat=True))
    by_pk = {person.pk: person for person in snapshot.people}
    absent = [
        Found("missing", "", None, Entry(str(pk), unit=by_pk[pk].unit))
        for pk in sorted(seen & places.missing & mine)
    ]
    received = {pk for pk, (_place, there) in places.placed.items() if there}
    unlisted = [
        Found("unknown", "not_on_list", None, Entry(str(pk), unit=by_pk[pk].unit))
        for pk in sorted((received & mine & places.expected) - seen)
    ]
    return absent + unlisted


def _drawn(
    found: Iterable[Found],
    rows: Sequence[Listed],
    over: Organization,
    places: Places,
    *,
    is_register: bool,
) -> list[Drawn]:
    wanted = list(found)
    by_row = {str(row.row): row for row in rows}
    names = Names.of(
        int(entry.ref) for each in wanted for entry in (each.person, each.other) if entry
    )
    drawn = [_one(each, by_row, over, places, names, is_register=is_register) for each in wanted]
    return list({each.key: each for each in drawn}.values())


def _one(
    found: Found,
    by_row: dict[str, Listed],
    over: Organization,
    places: Places,
    names: Names,
    *,
    is_register: bool,
) -> Drawn:
    member = int(found.person.ref) if found.person else None
    other = int(found.other.ref) if found.other else None
    place = over.pk if is_register else None
    came, received = places.placed.get(member or 0, (None, False))
    person = names.members.get(member or 0)
    unit = person.unit_id if person else (None if is_register else over.pk)
    key = key_of(found, member, other, place)
    if found.kind == "missing" and not received:
        key = f"missing:{member}"  # the same as in the system's own reconciliation
    drawn = Drawn(
        key=key,
        kind=DifferenceKind(found.kind),
        detail=_detail(found, came, received=received),
        responsible=_responsible(found, over, is_register=is_register, received=received),
        member=member,
        other=other,
        unit=unit,
        community=place or came,
        ours=names.ours(member, came),
        theirs=names.theirs(by_row.get(found.row.ref) if found.row else None, place),
    )
    if other and not found.row:
        drawn = replace(drawn, theirs=names.ours(other))
    return drawn


def _detail(found: Found, came: int | None, *, received: bool) -> str:
    if found.kind == "missing":
        if received:
            return "not_in_register"
        return str(PlacementState.ASSIGNED) if came else "unplaced"
    if found.kind == "other_unit":
        return "register"
    return found.detail


def _responsible(
    found: Found, over: Organization, *, is_register: bool, received: bool
) -> Responsible:
    if found.kind == "missing":
        return Responsible.COMMUNITY if is_register and received else Responsible.UNIT
    if found.kind == "to_judge" or (found.kind == "unknown" and found.person is None):
        return Responsible.COMMUNITY if is_register else Responsible.UNIT
    return RESPONSIBLE[found.kind]
