"""Units, branches and communities by the names that people write."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from allhours.directory.roster.cells import key
from allhours.directory.roster.snapshot import Names, Org, Scope, Snapshot

PARTY_NAME = re.compile(r".*(支部|支部委员会|党总支|党委|党组|委员会|党小组)")
COMMUNITY_TAIL = re.compile(r"(社区)?(居民委员会|居委会|党总支|党支部|党委|社区)$")


class Organisations:
    """Resolves `单位`, `所在党支部` and `单位及职务` to a unit and perhaps a branch."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.by_pk = {org.pk: org for org in snapshot.orgs}
        self.units, self.branches = Names(), Names()
        self.branches_under: dict[int, Names] = defaultdict(Names)
        for org in snapshot.orgs:
            names = (org.name, org.short_name, org.code)
            if org.kind == "unit":
                self.units.add(org.pk, names)
            elif org.kind == "branch":
                self.branches.add(org.pk, names)
                for above in self.ancestors(org):
                    self.branches_under[above.pk].add(org.pk, names)

    def ancestors(self, org: Org) -> list[Org]:
        pks = [int(part) for part in org.path.split("/") if part]
        return [self.by_pk[pk] for pk in reversed(pks[:-1]) if pk in self.by_pk]

    def unit_over(self, pk: int) -> int | None:
        org = self.by_pk[pk]
        if org.kind == "unit":
            return pk
        return next((above.pk for above in self.ancestors(org) if above.kind == "unit"), None)

    def resolve(self, values: dict[str, Any]) -> tuple[int | None, int | None]:
        """(unit, branch) of a row's values; (None, None) where no unit is known by that name."""
        unit: int | None = None
        if values.get("unit"):
            unit = self.units.get(values["unit"])
            if unit is None:
                party = self.branches.get(values["unit"])
                unit = self.unit_over(party) if party else None
        elif values.get("unit_post"):
            unit, rest = self.units.longest_start(values["unit_post"])
            if unit is not None and rest and "position" not in values:
                values["position"] = rest.strip("、，, ")
        elif values.get("branch"):
            return self._by_branch(values["branch"])
        if unit is None:
            return None, None
        branch = values.get("branch")
        return unit, self.branches_under[unit].get(branch) if branch else None

    def _by_branch(self, name: str) -> tuple[int | None, int | None]:
        branch = self.branches.get(name)
        if branch is not None:
            unit = self.unit_over(branch)
            return (unit, branch) if unit is not None else (None, None)
        unit = self.units.get(name)
        if unit is None:  # 县教育局机关第一党支部: the unit's name, then a party organisation's
            unit, rest = self.units.longest_start(name)
            if unit is None or not PARTY_NAME.fullmatch(rest):
                return None, None
        return unit, None


class Communities:
    """Resolves a community's name, or an address by the names of estates and streets in it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.names, self.places = Names(), Names()
        self.starts: dict[str, list[str]] = defaultdict(list)
        for org in snapshot.orgs:
            if org.kind == "community":
                full = (org.name, org.short_name, org.code, COMMUNITY_TAIL.sub("", org.name))
                self.names.add(org.pk, full)
                self._remember(org.name, org.short_name)
        for name, pk in snapshot.places:
            self.places.add(pk, (name,))
            self._remember(name)
        self.has_places = bool(snapshot.places)

    def _remember(self, *texts: str) -> None:
        for text in texts:
            flat = key(text)
            if len(flat) > 1 and flat not in self.starts[flat[:2]]:
                self.starts[flat[:2]].append(flat)

    def by_name(self, text: str) -> int | None:
        """A community written as such; a trailing 社区 or 居委会 does not matter."""
        for form in (text, COMMUNITY_TAIL.sub("", key(text))):
            pk = self.names.get(form)
            if pk is None:
                pk = self.places.get(form)
            if pk is not None:
                return pk
        return None

    def by_address(self, text: str) -> int | None:
        """The community of the longest known name in an address; a community's own name wins."""
        flat = key(text)
        found: list[str] = []
        for at in range(len(flat) - 1):
            here = self.starts.get(flat[at : at + 2], ())
            found += [name for name in here if flat.startswith(name, at)]
        for names in (self.names, self.places):
            for name in sorted(found, key=len, reverse=True):
                pk = names.get(name)
                if pk is not None:
                    return pk
        return None


def in_scope(organisations: Organisations, scope: Scope, unit: int) -> bool:
    return scope.is_county or scope.covers(organisations.by_pk[unit].path)
