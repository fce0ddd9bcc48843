"""The scheme as an officer reads it: sections of named settings and lists, with what is open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from allhours.scheme.differences import Change, differences, name_of
from allhours.scheme.labels import KINDS, SETTINGS, VALUES
from allhours.scheme.schema import MonthDay, Scheme, kind_name
from allhours.ui.parts import Fact

LEFT_OUT = {"to_set", "code", "title", "summary", "sources"}
BASES = ("Duty", "PointRule", "StarRule", "UnitBonus")
NOTHING = "—"
OWN_COLUMNS = {"title", "text", "who"}


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


EMPTY = Cell("", NOTHING)


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
    reader = _Reader(scheme)
    return [
        reader.section(spec.name)
        for spec in dataclasses.fields(scheme)
        if spec.name not in LEFT_OUT and (spec.name != "demo" or demo)
    ]


def outline(scheme: Scheme) -> list[Fact]:
    """The few rules an officer looks for first."""
    reporting, menu, sheets = scheme.reporting, scheme.menu, scheme.sheets
    size = _("%(title)s（%(count)d项）")
    facts = [
        (SETTINGS["Reporting.deadline"], reporting.deadline),
        (SETTINGS["Reporting.target_rate_percent"], reporting.target_rate_percent),
        (SETTINGS["Activities.service_day"], scheme.activities.service_day),
        (SETTINGS["Scheme.menu"], size % {"title": menu.title, "count": len(menu.items)}),
        (SETTINGS["Scheme.sheets"], size % {"title": sheets.title, "count": len(sheets.items)}),
        (SETTINGS["Season.submissions"], _dues(scheme)),
    ]
    return [Fact(str(label), in_words(value)) for label, value in facts]


def _dues(scheme: Scheme) -> tuple[MonthDay, ...]:
    return tuple(sorted({each.due for each in scheme.season.submissions}))


@dataclass(frozen=True)
class OpenItem:
    """A value the county has yet to set, and the section it stands in."""

    section: str
    where: str


def open_items(scheme: Scheme) -> list[OpenItem]:
    """What is to be set, in words."""
    return [OpenItem(_section_of(path), _path_in_words(scheme, path)) for path in scheme.to_set]


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
        return NOTHING
    if isinstance(value, MonthDay):
        return _("%(month)d月%(day)d日") % {"month": value.month, "day": value.day}
    if isinstance(value, tuple):
        return _("、").join(in_words(entry) for entry in value)
    if dataclasses.is_dataclass(value) and hasattr(value, "title"):
        return str(value.title)
    text = str(value)
    return str(VALUES.get(text, text))


class _Reader:
    """Puts one scheme into words; codes that name an entry of another section become its title."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.blank = frozenset(scheme.to_set)
        menu = scheme.menu.titles
        sheets = {s.code: s.title for s in scheme.sheets.items + scheme.sheets.common}
        duties = {duty.code: duty.title for duty in scheme.duties}
        self.titles = {"categories": menu, "sheet": sheets, "sheets": sheets, "of": duties}

    def section(self, name: str) -> Section:
        section = Section(name, _label(self.scheme, name))
        self.fill(section, getattr(self.scheme, name), name, section.label)
        section.to_set = sum(_section_of(path) == name for path in self.blank)
        return section

    def words(self, name: str, value: Any) -> str:
        titles = self.titles.get(name, {})
        if isinstance(value, tuple) and value and all(isinstance(each, str) for each in value):
            return _("、").join(titles.get(each) or in_words(each) for each in value)
        return titles.get(value) or in_words(value) if isinstance(value, str) else in_words(value)

    def fill(self, section: Section, value: Any, path: str, label: str) -> None:
        if _is_list_of_entries(value):
            grid = self.grid(value, path, label)
            if len(grid.columns) > 1:
                section.grids.append(grid)
            else:
                joined = _("、").join(cell.value for row in grid.rows for cell in row)
                section.rows.append(Row(label, joined, grid.to_set))
        elif not _is_table(value):
            name = path.rpartition(".")[2]
            section.rows.append(Row(label, self.words(name, value), path in self.blank))
        else:
            for spec in dataclasses.fields(value):
                inner = getattr(value, spec.name)
                if isinstance(inner, Mapping):
                    section.grids.append(_mapping(_label(value, spec.name), inner))
                elif not _is_table(inner) or getattr(inner, "enabled", True):
                    self.fill(section, inner, f"{path}.{spec.name}", _label(value, spec.name))

    def grid(self, entries: tuple[Any, ...], path: str, label: str) -> Grid:
        """A list as a table; the code of an entry is for machines and is not shown."""
        facts = [dict(self.cells(entry, f"{path}[{i}]")) for i, entry in enumerate(entries)]
        names = dict.fromkeys(name for fact in facts for name in fact)
        columns = [
            name for name in names if any(f.get(name, EMPTY).value != NOTHING for f in facts)
        ]
        rows = [[fact.get(name, Cell(name, NOTHING)) for name in columns] for fact in facts]
        return Grid(label, columns, rows, path in self.blank)

    def cells(self, entry: Any, path: str) -> Iterator[tuple[str, Cell]]:
        """An entry's values by column; the numbers of a rule stand together in one."""
        numbers: list[Cell] = []
        for spec in dataclasses.fields(entry):
            if spec.name in ("code", "landscape"):
                continue
            name = _label(entry, spec.name)
            value = self.words(spec.name, getattr(entry, spec.name))
            cell = Cell(name, value, f"{path}.{spec.name}" in self.blank)
            if _is_rule(entry) and spec.name not in OWN_COLUMNS:
                numbers.append(cell)
            else:
                yield name, cell
        if _is_rule(entry):
            kind, rules = str(SETTINGS["Duty.kind"]), _("具体规定")
            yield kind, Cell(kind, str(KINDS[kind_name(entry)]))
            said = _("；").join(f"{n.label} {n.value}" for n in numbers if n.value != NOTHING)
            yield rules, Cell(rules, said or NOTHING, any(n.to_set for n in numbers))


def _section_of(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _is_rule(entry: Any) -> bool:
    return any(cls.__name__ in BASES for cls in type(entry).__mro__)


def _is_table(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and type(value).__str__ is object.__str__


def _is_list_of_entries(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and _is_table(value[0])


def _mapping(label: str, entries: Mapping[str, Any]) -> Grid:
    columns = [_("栏目"), _("别名")]
    rows = [
        [Cell(columns[0], key), Cell(columns[1], in_words(value))] for key, value in entries.items()
    ]
    return Grid(label, columns, rows)


def _label(owner: Any, name: str) -> str:
    for cls in type(owner).__mro__:
        label = SETTINGS.get(f"{cls.__name__}.{name}")
        if label is not None:
            return str(label)
    return name


def _change(change: Change, sides: tuple[Scheme, Scheme]) -> ChangeRow:
    nothing = _("无")
    before = nothing if change.before is None else change.before or NOTHING
    after = nothing if change.after is None else change.after or NOTHING
    where = next((words for side in sides if (words := _path_in_words(side, change.path))), "")
    return ChangeRow(where or change.path, _plain(before), _plain(after))


def _plain(text: str) -> str:
    """The words of a value that was compared as text."""
    if text in ("True", "False"):
        return in_words(text == "True")
    return _("、").join(str(VALUES.get(part, part)) for part in text.split(", "))


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
            entries |= {str(i): entry for i, entry in enumerate(value)}
            value = entries.get(key)
            words.append(in_words(value) if hasattr(value, "title") else key)
    return " › ".join(words)
