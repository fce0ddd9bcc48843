"""Who is who: a roster's row and the people the county knows.

By member_no, then ID number, then name with phone; a phone alone never. The same name and birth
date under another key is nobody's to guess: it goes to a person as a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from allhours.directory.roster.cells import key
from allhours.directory.roster.rows import RosterRow
from allhours.directory.roster.snapshot import Person, Snapshot

NOBODY = 0  # a decision: none of the candidates, another person


@dataclass(frozen=True)
class Match:
    """`person` is who it is; with `unsure`, those who it might be; `declined`: those it is not."""

    person: Person | None = None
    unsure: tuple[Person, ...] = ()
    declined: tuple[Person, ...] = ()


class Matcher:
    """`decisions`: sheet row → pk of the same person, or `NOBODY`."""

    def __init__(self, snapshot: Snapshot, decisions: Mapping[int, int]) -> None:
        self.snapshot, self.decisions = snapshot, decisions
        self.by_pk = {person.pk: person for person in snapshot.people}
        self.by_no = {person.member_no.upper(): person for person in snapshot.people}
        for person in snapshot.people:
            self.by_no |= {number.upper(): person for number in person.gone_numbers}
        self.by_id = {person.id_hash: person for person in snapshot.people if person.id_hash}
        self.by_phone: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self.by_birth: dict[tuple[str, object], list[Person]] = defaultdict(list)
        for person in snapshot.people:
            if person.phone_hash:
                self.by_phone[key(person.name), person.phone_hash].append(person)
            if person.values.get("birth"):
                self.by_birth[key(person.name), person.values["birth"]].append(person)

    def match(self, row: RosterRow) -> Match:
        """Who the row is, by keys first and by a person's decision where keys do not tell."""
        found = self._by_keys(row)
        if not found.unsure:
            return found
        decided = self.decisions.get(row.row)
        if decided == NOBODY:
            return Match(declined=found.unsure)
        chosen = next((person for person in found.unsure if person.pk == decided), None)
        return Match(chosen) if chosen else found

    def _by_keys(self, row: RosterRow) -> Match:
        id_hash = self.snapshot.id_digest(row["id_number"]) if row["id_number"] else ""
        by_no = self.by_no.get(row["member_no"] or "")
        by_id = self.by_id.get(id_hash)
        if by_no and by_id and by_no is not by_id:
            return Match(unsure=(by_no, by_id))
        if by_id:
            return Match(by_id)
        if by_no:
            return self._confirmed(row, by_no)
        by_phone = self._by_name_and_phone(row, id_hash)
        if by_phone.person or by_phone.unsure:
            return by_phone
        twins = self.by_birth.get((key(row["name"] or ""), row["birth"]), [])
        return Match(unsure=tuple(twins))

    def _confirmed(self, row: RosterRow, person: Person) -> Match:
        """A member_no is believed where the name or the phone says the same."""
        same_name = key(person.name) == key(row["name"] or "")
        phone = self.snapshot.phone_digest(row["phone"]) if row["phone"] else ""
        if same_name or (phone and phone == person.phone_hash):
            return Match(person)
        return Match(unsure=(person,))

    def _by_name_and_phone(self, row: RosterRow, id_hash: str) -> Match:
        if not row["phone"] or not row["name"]:
            return Match()
        phone = self.snapshot.phone_digest(row["phone"])
        found = self.by_phone.get((key(row["name"]), phone), [])
        if len(found) > 1:
            return Match(unsure=tuple(found))
        if not found:
            return Match()
        person = found[0]
        another_id = id_hash and person.id_hash and id_hash != person.id_hash
        born = person.values.get("birth")
        if another_id and born and row["birth"] and born != row["birth"]:
            return Match(unsure=(person,))
        return Match(person)
