"""What the county knows already, as plain values: the other half of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from allhours.directory.roster.cells import key

Digest = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Person:
    """A member, on the roster or departed. Sealed facts stand here only as keyed digests.

    `values` are by roster field: name sex nation education category position birth joined
    converted address residence retired skills wishes note branch.
    """

    pk: int
    member_no: str
    name: str
    unit: int
    values: Mapping[str, Any]
    id_hash: str = ""
    phone_hash: str = ""
    departed: bool = False
    gone_numbers: tuple[str, ...] = ()  # merged into this one; a file may still name them


@dataclass(frozen=True, slots=True)
class Org:
    """`kind` is `unit`, `branch` (any party organisation of a unit) or `community`."""

    pk: int
    name: str
    kind: str
    path: str
    code: str = ""
    short_name: str = ""


@dataclass(frozen=True)
class Snapshot:
    """`id_digest` and `phone_digest` make of a plain number what `Person` holds of it.

    `places` are (estate or street name, community pk); `fingerprint` changes with any of `people`.
    """

    people: list[Person]
    orgs: list[Org]
    places: list[tuple[str, int]]
    id_digest: Digest
    phone_digest: Digest
    fingerprint: str = ""


@dataclass(frozen=True)
class Scope:
    """Whose import it is: a whole county's, or that of one unit and what stands under it."""

    unit: int | None = None
    unit_name: str = ""
    path: str = "/"
    create_units: bool = False

    @property
    def is_county(self) -> bool:
        return self.unit is None

    def covers(self, path: str) -> bool:
        return path.startswith(self.path)


@dataclass
class Names:
    """Organisations by any of their names; a name that two bear stands for neither."""

    _found: dict[str, set[int]] = field(default_factory=dict)

    def add(self, pk: int, names: Iterable[str]) -> None:
        for name in names:
            if name:
                self._found.setdefault(key(name), set()).add(pk)

    def get(self, name: str) -> int | None:
        found = self._found.get(key(name), set())
        return next(iter(found)) if len(found) == 1 else None

    def longest_start(self, text: str) -> tuple[int | None, str]:
        """The longest name with which the text begins, and what follows it."""
        flat = key(text)
        for end in range(len(flat), 1, -1):
            pk = self.get(flat[:end])
            if pk is not None:
                return pk, flat[end:]
        return None, ""
