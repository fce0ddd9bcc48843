"""The scheme as an officer reads it: sections of named settings and lists, with what is open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from allhours.scheme.differences import Change, differences, name_of
from allhours.scheme.labels import KINDS, SETTINGS, VALUES
from allhours.scheme.schema import MonthDay, Scheme, kind_name

LEFT_OUT = {"to_set", "code", "title", "summary", "sources"}
BASES = ("Duty", "PointRule", "StarRule", "UnitBonus")


@dataclass(frozen=True)
class Row:
    """One setting: its name, its value in words, and whether the county has yet to set it."""

    label: str
    value: str
    to_set: bool = False


@dataclass(frozen=True)
class Cell:
    """One value of a list; `label` names its column on a narrow screen."""

    label: str
    value: str
    to_set: bool = False


@dataclass
class Grid:
    """A list of entries with the columns that any of them fills."""

    label: str
    columns: list[str]
    rows: list[list[Cell]]
    to_set: bool = False


@dataclass
class Section:
    """One section of the scheme."""

    code: str
    label: str
    rows: list[Row] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    to_set: int = 0


def sections(scheme: Scheme, *, demo: bool = False) -> list[Section]:
    """Every section in the order of the schema; the demo's sizes only where it is a demo."""
    blank = frozenset(scheme.to_set)
    shown = []
    for spec in dataclasses.fields(scheme):
        if spec.name in LEFT_OUT or (spec.name == "demo" and not demo):
            continue
        section = Section(spec.name, _label(scheme, spec.name))
        _fill(section, getattr(scheme, spec.name), spec.name, section.label, blank)
        section.to_set = sum(path.split(".")[0].split("[")[0] == spec.name for path in blank)
        shown.append(section)
    return shown


@dataclass(frozen=True)
class ChangeRow:
    """One difference in words."""

    where: str
    before: str
    after: str


def changes(before: Scheme, after: Scheme) -> list[ChangeRow]:
    """What differs, each setting by its names from the section down."""
    return [_change(change, (after, before)) for change in differences(before, after)]


def in_words(value: Any) -> str:
    """A value as people write it: 是/否, 5月15日, names of fixed values."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value is None or value in ("", ()):
        return "—"
    if isinstance(value, MonthDay):
        return _("%(month)d月%(day)d日") % {"month": value.month, "day": value.day}
    if isinstance(value, tuple):
        return _("、").join(in_words(entry) for entry in value)
    if dataclasses.is_dataclass(value) and hasattr(value, "title"):
        return str(value.title)
    text = str(value)
    return str(VALUES.get(text, text))


def _fill(section: Section, value: Any, path: str, label: str, blank: frozenset[str]) -> None:
    if _is_list_of_entries(value):
        section.grids.append(_grid(value, path, label, blank))
        return
    if not _is_table(value):
        section.rows.append(Row(label, in_words(value), path in blank))
        return
    for spec in dataclasses.fields(value):
        inner, here = getattr(value, spec.name), f"{path}.{spec.name}"
        name = _label(value, spec.name)
        if _is_table(inner):
            if getattr(inner, "enabled", True):
                _fill(section, inner, here, name, blank)
        elif isinstance(inner, Mapping):
            rows = [Row(key, in_words(entry), False) for key, entry in inner.items()]
            section.grids.append(_mapping(name, rows))
        elif _is_list_of_entries(inner):
            section.grids.append(_grid(inner, here, name, blank))
        else:
            section.rows.append(Row(name, in_words(inner), here in blank))


def _is_table(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and type(value).__str__ is object.__str__


def _is_list_of_entries(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and _is_table(value[0])


def _mapping(label: str, rows: Iterable[Row]) -> Grid:
    columns = [_("栏目"), _("别名")]
    cells = [[Cell(columns[0], row.label), Cell(columns[1], row.value)] for row in rows]
    return Grid(label, columns, cells)


def _grid(entries: tuple[Any, ...], path: str, label: str, blank: frozenset[str]) -> Grid:
    """A list as a table; the code of an entry is for machines and is not shown."""
    facts = [dict(_cells(entry, f"{path}[{i}]", blank)) for i, entry in enumerate(entries)]
    columns = [
        name for name in _in_order(facts) if any(f.get(name, EMPTY).value != "—" for f in facts)
    ]
    rows = [[fact.get(name, Cell(name, "—")) for name in columns] for fact in facts]
    return Grid(label, columns, rows, path in blank)


EMPTY = Cell("", "—")


def _in_order(facts: list[dict[str, Cell]]) -> list[str]:
    return list(dict.fromkeys(name for fact in facts for name in fact))


def _cells(entry: Any, path: str, blank: frozenset[str]) -> Iterator[tuple[str, Cell]]:
    for spec in dataclasses.fields(entry):
        if spec.name in ("code", "landscape"):
            continue
        name = _label(entry, spec.name)
        to_set = f"{path}.{spec.name}" in blank
        yield name, Cell(name, in_words(getattr(entry, spec.name)), to_set)
        if spec.name == "title" and any(cls.__name__ in BASES for cls in type(entry).__mro__):
            kind = str(SETTINGS["Duty.kind"])
            yield kind, Cell(kind, str(KINDS[kind_name(entry)]))


def _label(owner: Any, name: str) -> str:
    for cls in type(owner).__mro__:
        label = SETTINGS.get(f"{cls.__name__}.{name}")
        if label is not None:
            return str(label)
    return name


def _change(change: Change, sides: tuple[Scheme, Scheme]) -> ChangeRow:
    nothing = _("无")
    before = nothing if change.before is None else change.before or "—"
    after = nothing if change.after is None else change.after or "—"
    where = next((words for side in sides if (words := _path_in_words(side, change.path))), "")
    return ChangeRow(where or change.path, _plain(before), _plain(after))


def _plain(text: str) -> str:
    """The words of a value that was compared as text."""
    if text in ("True", "False"):
        return in_words(text == "True")
    return "、".join(str(VALUES.get(part, part)) for part in text.split(", "))


def _path_in_words(scheme: Scheme, path: str) -> str:
    """“微心愿 › 办结时限（天）”; entries of lists by their titles. Empty if it is not there."""
    value: Any = scheme
    words = []
    for part in path.split("."):
        name, _bracket, tail = part.partition("[")
        if isinstance(value, Mapping):
            words.append(part)
            break
        if not hasattr(value, name):
            return ""
        words.append(_label(value, name))
        value = getattr(value, name)
        if tail:
            key = tail.removesuffix("]")
            entries = {name_of(entry, i): entry for i, entry in enumerate(value)}
            value = entries.get(key)
            words.append(in_words(value) if hasattr(value, "title") else key)
    return " › ".join(words)
