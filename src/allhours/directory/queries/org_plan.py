"""What a file of organisations would do to the tree: new, changed, unchanged, or wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from allhours.directory import rules
from allhours.directory.choices import OrgKind, PlaceKind
from allhours.directory.models import Neighbour, Organization, PlaceName
from allhours.directory.orgfile import COLUMNS, EXPECTED, OrgFile, OrgProblem, OrgRow
from allhours.directory.roster.cells import key

DEFAULT_PARENT = {
    OrgKind.UNIT: OrgKind.COUNTY,
    OrgKind.TOWN: OrgKind.TERRITORY,
    OrgKind.COMMUNITY: OrgKind.TERRITORY,
}


@dataclass
class Node:
    """An organisation as it will be: one that stands already, a row of the file, or both."""

    kind: str
    name: str
    code: str = ""
    stored: Organization | None = None
    row: OrgRow | None = None
    parent: Node | None = None
    paired: Node | None = None
    neighbours: list[Node] | None = None

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass
class OrgPlan:
    """What the file asks for. `changes` names, by row number, the fields that would differ."""

    rows: int
    new: list[Node] = field(default_factory=list)
    changes: dict[int, list[str]] = field(default_factory=dict)
    unchanged: int = 0
    problems: list[OrgProblem] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    @property
    def errors(self) -> list[OrgProblem]:
        return [problem for problem in self.problems if problem.is_error]

    def as_json(self, translate: Any = str) -> dict[str, Any]:
        """`rows new change unchanged problems[…]`."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "change": len(self.changes),
            "unchanged": self.unchanged,
            "problems": [problem.as_json(translate) for problem in self.problems],
        }


def plan_of(file: OrgFile) -> OrgPlan:
    """Compare the file with the tree; reads only."""
    return _Planner(file).plan()


class _Planner:
    """Resolves the file's names against itself and the tree."""

    def __init__(self, file: OrgFile) -> None:
        self.file = file
        self.plan_ = OrgPlan(rows=len(file.rows), problems=list(file.problems))
        stored = Organization.objects.open().order_by("pk")
        self.by_pk: dict[int, Node] = {
            org.pk: Node(org.kind, org.name, org.code, stored=org) for org in stored
        }
        for node in self.by_pk.values():
            assert node.stored is not None  # noqa: S101 - made from a row of the table
            node.parent = self.by_pk.get(node.stored.parent_id or 0)
        self.nodes: list[Node] = []
        self.neighbour_ids = _neighbour_ids()
        self.places = _place_names()

    def plan(self) -> OrgPlan:
        self._match_rows()
        self._index()
        for node in self.nodes:
            self._resolve(node)
        self._make_neighbours_mutual()
        self.plan_.nodes = self._parents_first()
        for node in self.plan_.nodes:
            self._judge(node)
        self.plan_.problems.sort(key=lambda problem: problem.row)
        return self.plan_

    def wrong(self, row: OrgRow, column: str, code: str, found: str, expected: str = "") -> None:
        header = self.file.headers.get(column, COLUMNS[column][0])
        self.plan_.problems.append(OrgProblem(row.number, header, code, found, expected))

    def _match_rows(self) -> None:
        """Each row to the node it describes; two rows for one node are a problem."""
        self.by_code = {key(node.code): node for node in self.by_pk.values()}
        self.by_name: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for each in self.by_pk.values():
            self.by_name[each.kind, key(each.name)].append(each)
        self.roots = {n.kind: n for n in self.by_pk.values() if n.kind in rules.ROOTS}
        for row in self.file.rows:
            node = self._standing(row) or self._fresh(row)
            if node.row is not None:
                column = "code" if row.code else "name"
                shown = row.code or row.name
                self.wrong(row, column, "duplicate_in_file", shown, EXPECTED["once"])
                continue
            if node.stored is not None and row.kind and node.kind != row.kind:
                label = str(OrgKind(node.kind).label)
                self.wrong(row, "kind", "kind_differs", str(OrgKind(row.kind).label), label)
            node.row = row
            self.nodes.append(node)

    def _standing(self, row: OrgRow) -> Node | None:
        """By code, else by name within its kind; a root by being one."""
        if row.kind in self.roots:
            return self.roots[row.kind]
        if row.code:
            return self.by_code.get(key(row.code))
        same = self.by_name[row.kind, key(row.name)]
        return same[0] if len(same) == 1 else None

    def _fresh(self, row: OrgRow) -> Node:
        node = Node(row.kind, row.name, row.code)
        if row.code:
            self.by_code[key(row.code)] = node
        else:
            self.by_name[row.kind, key(row.name)].append(node)
        return node

    def _index(self) -> None:
        """Every name and code that a cell may use, of the file and of the tree."""
        self.refs: dict[str, set[Node]] = defaultdict(set)
        for node in {*self.by_pk.values(), *self.nodes}:
            texts = [node.code, node.name]
            if node.stored is not None:
                texts.append(node.stored.short_name)
            if node.row is not None:
                texts += [node.row.code, node.row.name, str(node.row.facts.get("short_name", ""))]
            for text in filter(None, texts):
                self.refs[key(text)].add(node)

    def _find(self, text: str, kinds: frozenset[OrgKind] | None) -> list[Node]:
        nodes = list(self.refs.get(key(text), ()))
        exact = [node for node in nodes if key(text) == key(node.code)]
        nodes = exact or nodes
        return [node for node in nodes if kinds is None or node.kind in kinds] or nodes

    def _one(self, row: OrgRow, column: str, text: str, missing: str,
             kinds: frozenset[OrgKind] | None) -> Node | None:  # fmt: skip
        found = self._find(text, kinds)
        if len(found) == 1:
            return found[0]
        code = "name_unsure" if found else missing
        self.wrong(row, column, code, text, EXPECTED["organization"])
        return None

    def _resolve(self, node: Node) -> None:
        row = node.row
        assert row is not None and row.kind is not None  # noqa: S101, PT018 - self.nodes are rows
        if not row.kind:
            return
        node.kind = node.stored.kind if node.stored else row.kind
        if row.parent and node.kind not in rules.ROOTS:
            kinds = rules.PARENTS.get(node.kind, rules.ANY_PARENT)
            node.parent = self._one(row, "parent", row.parent, "parent_unknown", kinds)
        elif node.parent is None:
            node.parent = self._default_parent(node)
        self._check_parent(node)
        self._check_places(node, row)
        communities = frozenset({OrgKind.COMMUNITY})
        if row.paired:
            node.paired = self._one(row, "paired", row.paired, "community_unknown", communities)
        if row.neighbours is not None:
            each = [
                self._one(row, "neighbours", text, "neighbour_unknown", communities)
                for text in row.neighbours
            ]
            node.neighbours = [one for one in each if one is not None and one is not node]

    def _default_parent(self, node: Node) -> Node | None:
        root = DEFAULT_PARENT.get(OrgKind(node.kind))
        found = [each for each in {*self.by_pk.values(), *self.nodes} if each.kind == root]
        return found[0] if len(found) == 1 else None

    def _check_parent(self, node: Node) -> None:
        row = node.row
        assert row is not None  # noqa: S101
        if node.kind in rules.ROOTS or (row.parent and node.parent is None):
            return
        if node.parent is None:
            self.wrong(row, "parent", "parent_unknown", row.parent, EXPECTED["organization"])
            return
        above: Node | None = node.parent
        seen: set[Node] = set()
        while above is not None and above is not node and above not in seen:
            seen.add(above)
            above = above.parent
        fitting = rules.PARENTS.get(node.kind, rules.ANY_PARENT)
        if above is not None or node.parent.kind not in fitting:
            self.wrong(row, "parent", "parent_wrong", row.parent or node.parent.name)

    def _check_places(self, node: Node, row: OrgRow) -> None:
        """Only communities have neighbours and street names."""
        if node.kind == OrgKind.COMMUNITY:
            return
        for column in ("neighbours", "estates", "streets"):
            names = getattr(row, column)
            if names:
                self.wrong(row, column, "only_communities", "、".join(names)[:40])

    def _make_neighbours_mutual(self) -> None:
        """What one row says of two communities, the other need not repeat."""
        for node in self.nodes:
            for other in list(node.neighbours or ()):
                if other.neighbours is not None and node not in other.neighbours:
                    other.neighbours.append(node)

    def _parents_first(self) -> list[Node]:
        def depth(node: Node) -> int:
            steps = 0
            above: Node | None = node.parent
            while above is not None and steps < 20:
                steps, above = steps + 1, above.parent
            return steps

        return sorted(self.nodes, key=depth)

    def _judge(self, node: Node) -> None:
        """New, changed or as it stands."""
        row = node.row
        assert row is not None  # noqa: S101
        if node.stored is None:
            self.plan_.new.append(node)
        elif changed := self._changed(node, node.stored, row):
            self.plan_.changes[row.number] = changed
        else:
            self.plan_.unchanged += 1

    def _changed(self, node: Node, stored: Organization, row: OrgRow) -> list[str]:
        facts = {"name": row.name, **row.facts}
        changed = [name for name, value in facts.items() if getattr(stored, name) != value]
        if node.parent is not None and _pk(node.parent) != stored.parent_id:
            changed.append("parent")
        if node.paired is not None and _pk(node.paired) != stored.paired_community_id:
            changed.append("paired")
        if node.neighbours is not None:
            wanted = {_pk(other) for other in node.neighbours}
            if wanted != self.neighbour_ids.get(stored.pk, set()):
                changed.append("neighbours")
        places = self.places.get(stored.pk, {})
        for column, names in (("estates", row.estates), ("streets", row.streets)):
            kind = PlaceKind.ESTATE if column == "estates" else PlaceKind.STREET
            other = PlaceKind.STREET if column == "estates" else PlaceKind.ESTATE
            if names is not None and set(names) - places.get(other, set()) != places.get(
                kind, set()
            ):
                changed.append(column)
        return changed


def _pk(node: Node) -> int | None:
    return node.stored.pk if node.stored else None


def _neighbour_ids() -> dict[int, set[int | None]]:
    found: dict[int, set[int | None]] = defaultdict(set)
    for one, other in Neighbour.objects.values_list("one_id", "other_id"):
        found[one].add(other)
        found[other].add(one)
    return found


def _place_names() -> dict[int, dict[str, set[str]]]:
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for community, kind, name in PlaceName.objects.values_list("community_id", "kind", "name"):
        found[community][kind].add(name)
    return found
