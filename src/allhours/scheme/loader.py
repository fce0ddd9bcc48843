"""From a folder (`scheme.toml`, `menu.csv`) to a scheme, laid over `base` once, at publication.

No Django here. One level of overlay: tables are merged key by key, lists and plain values replace.
Problems are collected with file and line; nothing is raised for what a county wrote, except by
`load`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allhours.scheme.lines import key_lines
from allhours.scheme.schema import Problem, Scheme, inconsistencies, parse

SHIPPED = Path(__file__).resolve().parent.parent / "schemes"
BASE = SHIPPED / "base"
MENU_COLUMNS = ("code", "title", "description", "kind", "says")
_TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class SchemeProblem:
    """One thing to mend: file and line (0 if none), key, what stands there, what fits."""

    file: str
    line: int
    path: str
    code: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: found “{self.found}”, expected {self.expected}"


class SchemeInvalid(Exception):  # noqa: N818 - says what the folder is
    """A folder that is no scheme; `problems` say what to mend."""

    def __init__(self, problems: list[SchemeProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Loaded:
    """What was read: the typed scheme, the resolved document as plain data, and the problems."""

    scheme: Scheme
    document: dict[str, Any]
    problems: list[SchemeProblem]


@dataclass
class _Layer:
    """One folder as read, with the line of each key."""

    folder: str
    document: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    menu_lines: list[int] = field(default_factory=list)
    problems: list[SchemeProblem] = field(default_factory=list)

    def broken(self, file: str, line: int, path: str, found: str, expected: str) -> None:
        problem = SchemeProblem(file, line, path, "unreadable", found, expected)
        self.problems.append(problem)


def shipped() -> list[str]:
    """Names of the schemes that come with the program."""
    return sorted(f.parent.name for f in SHIPPED.glob("*/scheme.toml"))


def find(name_or_path: str | Path) -> Path:
    """The folder of a shipped scheme by name, or the path itself."""
    text = str(name_or_path)
    if text in shipped():
        return SHIPPED / text
    path = Path(text).expanduser()
    return path.parent if path.name == "scheme.toml" else path


def load(folder: str | Path, base: Path | None = BASE) -> tuple[Scheme, dict[str, Any]]:
    """The scheme of a folder and its resolved document; SchemeInvalid if there are problems."""
    loaded = read(folder, base)
    if loaded.problems:
        raise SchemeInvalid(loaded.problems)
    return loaded.scheme, loaded.document


def read(folder: str | Path, base: Path | None = BASE) -> Loaded:
    """Read a folder over `base`, telling every problem with file and line."""
    own = _layer(find(folder))
    below = _layer(base) if base and base.resolve() != find(folder).resolve() else None
    layers = [own] if below is None else [own, below]
    document = own.document if below is None else overlay(below.document, own.document)
    parsed = parse(document)
    found = parsed.problems or inconsistencies(parsed.scheme)
    problems = [problem for layer in layers for problem in layer.problems]
    problems += [_located(problem, layers) for problem in found] if not problems else []
    return Loaded(parsed.scheme, document, problems)


def from_document(document: Mapping[str, Any]) -> Scheme:
    """The scheme of a stored document. Keys this program no longer knows are passed over."""
    return parse(document).scheme


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document in one canonical writing."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: tables merge, lists and values replace."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, Mapping) and _is_table(under) and _is_table(value):
            merged[key] = overlay(under, value)
        else:
            merged[key] = value
    return merged


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and "to_set" not in value


def _layer(folder: Path) -> _Layer:
    layer = _Layer(folder.name)
    path = folder / "scheme.toml"
    name = f"{folder.name}/scheme.toml"
    try:
        text = path.read_bytes().decode("utf-8-sig")
        layer.document = tomllib.loads(text)
        layer.lines = key_lines(text)
    except OSError:
        layer.broken(name, 0, "", "", "a folder with a file scheme.toml")
    except UnicodeDecodeError:
        layer.broken(name, 0, "", "", "a text file in UTF-8")
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        layer.broken(name, int(line[1]) if line else 0, "", str(error), "valid TOML")
    _read_menu(folder, layer)
    return layer


def _read_menu(folder: Path, layer: _Layer) -> None:
    """menu.csv, if there is one, becomes `menu.items`."""
    path = folder / "menu.csv"
    if not path.exists():
        return
    name = f"{folder.name}/menu.csv"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        layer.broken(name, 0, "menu", "", "a text file in UTF-8")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = reader.fieldnames or []
    if not {"code", "title"} <= set(header) or not set(header) <= set(MENU_COLUMNS):
        layer.broken(name, 1, "menu", ", ".join(header), "the columns " + ", ".join(MENU_COLUMNS))
        return
    items = []
    for row in reader:
        items.append({key: (value or "").strip() for key, value in row.items() if key})
        layer.menu_lines.append(reader.line_num)
    menu = layer.document.setdefault("menu", {})
    if isinstance(menu, dict):
        menu["items"] = items


def _located(problem: Problem, layers: list[_Layer]) -> SchemeProblem:
    """The problem with the file and line that would mend it."""
    layer = next((la for la in layers if _owns(la, problem.path)), layers[0])
    file = f"{layer.folder}/scheme.toml"
    menu = re.match(r"menu\.items\[(\d+)\]", problem.path)
    if menu and layer.menu_lines:
        file, line = f"{layer.folder}/menu.csv", layer.menu_lines[int(menu[1])]
    else:
        line = _line(layer.lines, problem.path)
    return SchemeProblem(file, line, problem.path, problem.code, problem.found, problem.expected)


def _owns(layer: _Layer, path: str) -> bool:
    """Whether the value at `path` comes from this layer; a list comes whole from one layer."""
    if path.startswith("menu.items") and layer.menu_lines:
        return True
    return path.partition("[")[0] in layer.lines


def _line(lines: Mapping[str, int], path: str) -> int:
    """The line of the key, or of the nearest table that would hold it."""
    while path:
        if path in lines:
            return lines[path]
        cut = max(path.rfind("."), path.rfind("["))
        path = path[: max(cut, 0)]
    return 0
