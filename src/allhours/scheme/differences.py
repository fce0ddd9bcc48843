"""What differs between two schemes, setting by setting. Pure.

Settings are compared as they are in force (defaults included); the entries of a list are matched
by their code, so that an entry put in front does not look as if everything had changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allhours.scheme.schema import Scheme

NOT_COMPARED = {"to_set", "demo"}


@dataclass(frozen=True)
class Change:
    """One setting that differs; None where it stands on one side only."""

    path: str
    before: str | None
    after: str | None


def differences(before: Scheme, after: Scheme) -> list[Change]:
    """Every setting that differs, in the order of the sections."""
    old, new = dict(flatten(before)), dict(flatten(after))
    paths = [*new, *(path for path in old if path not in new)]
    return [
        Change(path, old.get(path), new.get(path))
        for path in paths
        if old.get(path) != new.get(path)
    ]


def flatten(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """(path, value as text) of every setting; `duties[post].times` names the entry by its code."""
    for spec in dataclasses.fields(scheme):
        if spec.name not in NOT_COMPARED:
            yield from _flat(spec.name, getattr(scheme, spec.name))


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if dataclasses.is_dataclass(value) and type(value).__str__ is object.__str__:
        for spec in dataclasses.fields(value):
            yield from _flat(f"{path}.{spec.name}", getattr(value, spec.name))
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _flat(f"{path}.{key}", entry)
    elif isinstance(value, tuple):
        yield from _entries(path, value)
    else:
        yield path, "" if value is None else str(value)


def _entries(path: str, values: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    names = [name_of(value, index) for index, value in enumerate(values)]
    if all(isinstance(value, str | int) for value in values):
        yield path, ", ".join(str(value) for value in values)
        return
    for name, value in zip(names, values, strict=True):
        yield from _flat(f"{path}[{name}]", value)


def name_of(entry: object, index: int) -> str:
    """What an entry of a list is called in a path: its code, its name, or its place."""
    for key in ("code", "name"):
        name = getattr(entry, key, None)
        if isinstance(name, str):
            return name
    return str(index)
