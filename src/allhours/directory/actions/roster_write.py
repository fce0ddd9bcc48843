"""A roster's plan into rows: inside the import's one transaction, kind by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from allhours.accounts import journal
from allhours.accounts.actions import closing
from allhours.accounts.actor import Actor
from allhours.accounts.models import JournalEntry
from allhours.directory import consequences
from allhours.directory.actions import history
from allhours.directory.actions.members import next_member_numbers
from allhours.directory.actions.organizations import create_organization
from allhours.directory.choices import FormerFact, LeaveReason, OrgKind, Standing
from allhours.directory.models import Former, Member, Organization, RosterImport
from allhours.directory.models.member import ID_NUMBER, PHONE
from allhours.directory.pinyin import pinyin_of
from allhours.directory.queries.roster import Words
from allhours.directory.roster.plan import CHANGE, JOIN, LEAVE, MOVE, Item, Plan
from allhours.directory.roster.rows import Parsed, RosterRow
from allhours.kernel import clock, crypto

BATCH = 500
LEFT_BY_ROSTER = "roster"
PLAIN = {
    "name": "name", "sex": "sex", "nation": "nation", "birth": "birth_date",
    "education": "education", "category": "category", "position": "position",
    "joined": "joined_party_on", "converted": "full_member_on", "address": "address",
    "note": "remarks",
}  # fmt: skip

Prepared = tuple[Item, dict[str, Any]]


class Writer:
    """Writes one plan; `step(done, total)` is called between batches and may stop it.

    What takes long (sealing, spelling names) is done by `prepare`, before the transaction.
    """

    def __init__(
        self,
        actor: Actor,
        import_: RosterImport,
        parsed: Parsed,
        words: Words,
        now: datetime,
        step: Callable[[int, int], None],
    ) -> None:
        self.actor, self.import_, self.words = actor, import_, words
        self.now, self.today, self.step = now, clock.local_date(now), step
        self.rows = {row.row: row for row in parsed.rows}
        self.new_units: dict[str, int] = {}
        self.done, self.total = 0, 0
        self.lines: list[JournalEntry] = []
        self.fresh: list[Prepared] = []
        self.edits: list[Prepared] = []
        self.numbers: Iterator[str] = iter(())

    def prepare(self, plan: Plan) -> None:
        """Every field that will be written, but for units that are yet to be made."""
        for item in plan.of(JOIN, CHANGE, MOVE):
            if item.person is None:
                self.fresh.append((item, self._facts(item)))
            else:
                self.edits.append((item, self._edited(item)))

    def begin(self) -> None:
        """Start (again) inside a transaction: the numbers' counter is held till its end, so that
        two rosters with newcomers are written one after the other.
        """
        self.new_units, self.lines, self.done = {}, [], 0
        self.numbers = iter(next_member_numbers(len(self.fresh), self.now))

    def write(self, plan: Plan, *, with_leaves: bool) -> dict[str, int]:
        """Everything the plan says, and how many of each kind were written."""
        leaves = plan.of(LEAVE) if with_leaves else []
        joins = plan.of(JOIN)
        self._keep_history(plan)
        self.total = len(self.fresh) + len(self.edits) + len(leaves)
        self._make_units(plan)
        self._join()
        self._edit()
        self._leave(leaves)
        self._follow(plan, leaves)
        journal.note_many(self.lines)
        self.step(self.total, self.total)
        return {
            "units": len(self.new_units), "join": len(joins), "change": len(plan.of(CHANGE)),
            "move": len(plan.of(MOVE)), "leave": len(leaves),
        }  # fmt: skip

    def _note(self, did: str, member_id: int, **facts: Any) -> None:
        self.lines.append(
            journal.line(
                actor=self.actor, did=did, to=("member", member_id), now=self.now,
                roster=self.import_.pk, **facts,
            )
        )  # fmt: skip

    def _tick(self, number: int) -> None:
        self.done += number
        self.step(min(self.done, self.total), self.total)

    def _make_units(self, plan: Plan) -> None:
        if not plan.new_units:
            return
        root = Organization.objects.filter(kind=OrgKind.COUNTY).first()
        if root is None:
            root = create_organization(
                actor=self.actor, name=str(OrgKind.COUNTY.label), kind=OrgKind.COUNTY, parent=None,
                now=self.now,
            )  # fmt: skip
        for name, unit_class in plan.new_units.items():
            made = create_organization(
                actor=self.actor, name=name, kind=OrgKind.UNIT, parent=root, now=self.now,
                unit_class=unit_class,
            )  # fmt: skip
            self.new_units[name] = made.pk

    def _unit_of(self, item: Item) -> int:
        return item.unit or self.new_units[item.new_unit]

    def _join(self) -> None:
        for batch in batches(self.fresh):
            members = [
                Member(
                    member_no=next(self.numbers),
                    registered_on=self.today,
                    unit_id=self._unit_of(item),
                    **facts,
                )
                for item, facts in batch
            ]
            for member in Member.objects.bulk_create(members):
                self._note("member.joined", member.pk, unit=member.unit_id)
            self._tick(len(batch))

    def _facts(self, item: Item) -> dict[str, Any]:
        """Every field that the row gives, as Member's own fields."""
        facts = self._named(self.rows[item.row], set(self.rows[item.row].values))
        facts["branch_id"] = item.branch
        if item.residence:
            facts |= {"residence_id": item.residence, "residence_confirmed": True}
        return facts

    def _named(self, row: RosterRow, names: set[str]) -> dict[str, Any]:
        facts: dict[str, Any] = {PLAIN[name]: row[name] for name in names & set(PLAIN)}
        if "name" in names:
            facts["pinyin"] = pinyin_of(row["name"])
        if "retired" in names:
            facts["is_retired"] = row["retired"]
            facts["standing"] = Standing.RETIRED if row["retired"] else Standing.IN_SERVICE
            facts["retired_on"] = self.today if row["retired"] else None
        if "skills" in names:
            facts["skills"], facts["skills_text"] = self.words.split_skills(row["skills"])
        if "wishes" in names:
            facts["wishes_to_serve"] = self.words.wish_codes(row["wishes"])
        for name, purpose in (("id_number", ID_NUMBER), ("phone", PHONE)):
            if name in names:
                facts[f"{name}_sealed"] = crypto.seal(row[name], purpose)
                facts[f"{name}_hash"] = crypto.lookup_hash(row[name], purpose)
        return facts

    def _edit(self) -> None:
        """Changed, moved and returned members, in groups that change the same fields."""
        groups: dict[tuple[str, ...], list[Prepared]] = defaultdict(list)
        for item, facts in self.edits:
            if "unit_id" in facts:
                facts["unit_id"] = self._unit_of(item)
            groups[tuple(sorted(facts))].append((item, facts))
        for fields, group in groups.items():
            for batch in batches(group):
                members = [
                    Member(pk=item.person.pk, **facts) for item, facts in batch if item.person
                ]
                if fields:
                    Member.objects.bulk_update(members, fields, batch_size=BATCH)
                for item, _facts in batch:
                    self._note_edit(item)
                self._tick(len(batch))

    def _edited(self, item: Item) -> dict[str, Any]:
        names = {change.field for change in item.changes}
        facts = self._named(self.rows[item.row], names)
        person = item.person
        if person and item.unit != person.unit:  # a unit yet to be made stands as None
            facts |= {"unit_id": item.unit, "branch_id": item.branch}
        elif "branch" in names:
            facts["branch_id"] = item.branch
        if "residence" in names:
            facts |= {"residence_id": item.residence, "residence_confirmed": True}
        if person and person.departed:
            retired = self.rows[item.row]["retired"]
            facts |= {
                "left_on": None, "left_reason": "", "registered_on": self.today,
                "retired_on": self.today if retired else None,
                "standing": Standing.RETIRED if retired else Standing.IN_SERVICE,
            }  # fmt: skip
        return facts

    def _note_edit(self, item: Item) -> None:
        person = item.person
        if person is None:
            return
        unit = self._unit_of(item)
        fields = sorted(change.field for change in item.changes)
        if item.kind == MOVE:
            self._note("member.moved", person.pk, before=person.unit, after=unit, fields=fields)
        elif item.kind == JOIN:
            self._note("member.rejoined", person.pk, unit=unit, fields=fields)
        else:
            self._note("member.changed", person.pk, fields=fields)

    def _keep_history(self, plan: Plan) -> None:
        """What the roster says otherwise from today; spells of those who come back."""
        kept: list[Former | None] = []
        names = {
            org.pk: org.name
            for org in Organization.objects.filter(
                pk__in={i.person.unit for i in plan.of(MOVE, JOIN) if i.person}
            )
        }
        coming_back = []
        for item, facts in self.edits:
            person = item.person
            if person is None:
                continue
            if "unit_id" in facts:
                kept.append(
                    Former(
                        member_id=person.pk, fact=FormerFact.UNIT, text=names[person.unit],
                        organization_id=person.unit, until_on=self.today,
                    )
                )  # fmt: skip
            kept += [
                history.former(person.pk, name, person.values.get(name), self.today)
                for name in sorted({"name", "position"} & set(facts))
            ]
            if "left_on" in facts or facts.get("is_retired") is False:
                coming_back.append(person.pk)
        for batch in batches(coming_back):
            kept += [history.spell(member) for member in Member.objects.filter(pk__in=batch)]
        history.keep(kept)

    def _follow(self, plan: Plan, leaves: list[Item]) -> None:
        """The rooms above close and hand over as after a change of a single person."""
        units = {
            item.person.pk: (item.person.unit, self._unit_of(item))
            for item in plan.of(MOVE)
            if item.person and not item.person.departed
        }
        moved = consequences.UnitChange(tuple(units), self.today, units=units)
        gone = tuple(item.person.pk for item in leaves if item.person)
        left = consequences.Departure(gone, self.today, reason=LeaveReason.ROSTER)
        for event in (moved, left):
            consequences.carry_out(self.actor, event, self.now)
        back = [i.person.pk for i in plan.of(JOIN) if i.person and i.person.departed]
        users = Member.objects.filter(pk__in=back, user__isnull=False)
        closing.reopen_sign_ins(
            actor=self.actor, user_ids=list(users.values_list("user", flat=True)), now=self.now
        )

    def _leave(self, items: list[Item]) -> None:
        for batch in batches(items):
            pks = [item.person.pk for item in batch if item.person]
            Member.objects.filter(pk__in=pks, left_on=None).update(
                left_on=self.today, left_reason=LEFT_BY_ROSTER, standing=Standing.LEFT
            )
            for item in batch:
                if item.person:
                    self._note("member.left", item.person.pk, unit=item.unit)
            self._tick(len(batch))


def batches(items: Iterable[Any]) -> Iterable[list[Any]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
