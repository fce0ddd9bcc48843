"""From a plain document (TOML or JSON) to the frozen types, collecting every problem on the way.

A value may be written `{to_set = true, default = …}`: the source leaves it blank, the default
stands in, and its path is listed. Paths look like `wishes.open_claims` or `duties[2].times`.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from allhours.scheme.schema.needs import Wishes
from allhours.scheme.schema.values import Interval, MonthDay, Pattern, Range
from allhours.scheme.schema.whole import Scheme

ProblemCode = Literal[
    "unknown_key",
    "missing",
    "wrong_type",
    "out_of_range",
    "unknown_kind",
    "inconsistent",
    "unreadable",
]

_MISSING: Any = object()
_NOTHING = dataclasses.MISSING


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: where, what stands there, what was expected."""

    path: str
    code: ProblemCode
    found: str
    expected: str


@dataclass
class Parsed:
    """The scheme as far as it could be read, with all problems and all values to be set."""

    scheme: Scheme
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Run:
    problems: list[Problem] = field(default_factory=list)
    to_set: list[str] = field(default_factory=list)

    def say(self, path: str, code: ProblemCode, found: object, expected: str) -> Any:
        self.problems.append(Problem(path, code, _shown(found), expected))
        return _MISSING


def parse(document: Mapping[str, Any]) -> Parsed:
    """Read a resolved document; problems are collected, never raised."""
    run = _Run()
    scheme: Scheme = _table(Scheme, document, "", run)
    if scheme is _MISSING:
        scheme = Scheme()
    scheme = dataclasses.replace(scheme, wishes=_wishes(scheme), to_set=_open(run))
    return Parsed(scheme, run.problems)


def _open(run: _Run) -> tuple[str, ...]:
    """What the county has yet to set; the demo's sizes are nobody's to decide."""
    return tuple(path for path in run.to_set if not path.startswith("demo."))


def _wishes(scheme: Scheme) -> Wishes:
    """A scheme that names no wish categories means every item of its menu."""
    named = scheme.wishes.categories or tuple(item.code for item in scheme.menu.items)
    return dataclasses.replace(scheme.wishes, categories=named)


def keys_of(cls: type) -> list[str]:
    """The keys a table of this type may hold."""
    return [f.name for f in dataclasses.fields(cls) if not f.metadata.get("derived")]


def _table(cls: type, data: object, path: str, run: _Run) -> Any:
    """A dataclass from a table; a key that is wrong keeps the default so that reading goes on."""
    if not isinstance(data, Mapping):
        return run.say(path, "wrong_type", data, "a table")
    hints = get_type_hints(cls, include_extras=True)
    known = {f.name: f for f in dataclasses.fields(cls) if not f.metadata.get("derived")}
    for key in data:
        if key not in known:
            run.say(_join(path, key), "unknown_key", key, _did_you_mean(key, known))
    values: dict[str, Any] = {}
    for name, spec in known.items():
        if name in data:
            kinds = spec.metadata.get("kinds")
            values[name] = _value(hints[name], data[name], _join(path, name), run, kinds)
        elif _required(spec):
            values[name] = run.say(_join(path, name), "missing", "", _expected(hints[name]))
    if any(_required(known[name]) and value is _MISSING for name, value in values.items()):
        return _MISSING
    return cls(**{name: value for name, value in values.items() if value is not _MISSING})


def _required(spec: dataclasses.Field[Any]) -> bool:
    return spec.default is _NOTHING and spec.default_factory is _NOTHING


def _value(hint: Any, data: object, path: str, run: _Run, kinds: Any = None) -> Any:
    if isinstance(data, Mapping) and data.get("to_set") is True:
        run.to_set.append(path)
        data = data.get("default")
        if data is None:
            return run.say(path, "missing", "", "{to_set = true, default = …}")
    limits: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        limits = tuple(rest)
    value = _plain(hint, data, path, run, kinds)
    if value is not _MISSING and limits:
        return _within(value, limits, path, run)
    return value


def _plain(hint: Any, data: object, path: str, run: _Run, kinds: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _union(hint, data, path, run)
    if origin is tuple:
        return _list(get_args(hint)[0], data, path, run, kinds)
    if origin is not None and _is_subclass(origin, Mapping):
        return _mapping(get_args(hint)[1], data, path, run)
    if origin is Literal:
        allowed = get_args(hint)
        return data if data in allowed else run.say(path, "out_of_range", data, _one_of(allowed))
    if hint in (MonthDay, Interval):
        return _written(hint, data, path, run)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _table(hint, data, path, run)
    if type(data) is hint:  # exact: True is not the number 1
        return data
    return run.say(path, "wrong_type", data, _expected(hint))


def _is_subclass(candidate: object, parent: type) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, parent)


def _union(hint: Any, data: object, path: str, run: _Run) -> Any:
    options = [option for option in get_args(hint) if option is not types.NoneType]
    if len(options) == 1:
        return _value(options[0], data, path, run)
    allowed = [value for option in options for value in get_args(option)]
    return data if data in allowed else run.say(path, "out_of_range", data, _one_of(allowed))


def _list(hint: Any, data: object, path: str, run: _Run, kinds: Any) -> Any:
    if not isinstance(data, list):
        return run.say(path, "wrong_type", data, "a list [ … ]")
    values, seen = [], set()
    for index, item in enumerate(data):
        here = f"{path}[{index}]"
        value = _kind(kinds, item, here, run) if kinds else _value(hint, item, here, run)
        if value is _MISSING:
            continue
        code = getattr(value, "code", None)
        if code is not None and code in seen:
            run.say(f"{here}.code", "inconsistent", code, "a code used once in the list")
        seen.add(code)
        values.append(value)
    return tuple(values)


def _kind(kinds: Mapping[str, type], data: object, path: str, run: _Run) -> Any:
    if not isinstance(data, Mapping):
        return run.say(path, "wrong_type", data, "a table")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        return run.say(_join(path, "kind"), "unknown_kind", kind or "", _one_of(kinds))
    rest = {key: value for key, value in data.items() if key != "kind"}
    return _table(kinds[kind], rest, path, run)


def _mapping(hint: Any, data: object, path: str, run: _Run) -> Any:
    if not isinstance(data, Mapping):
        return run.say(path, "wrong_type", data, "a table")
    read = {key: _value(hint, value, _join(path, key), run) for key, value in data.items()}
    return types.MappingProxyType({k: v for k, v in read.items() if v is not _MISSING})


def _written(hint: Any, data: object, path: str, run: _Run) -> Any:
    if isinstance(data, str):
        try:
            return hint.parse(data)
        except ValueError:
            pass
    return run.say(path, "wrong_type", data, _expected(hint))


def _within(value: Any, limits: tuple[Any, ...], path: str, run: _Run) -> Any:
    for limit in limits:
        if isinstance(limit, Range):
            if value < limit.least or (limit.most is not None and value > limit.most):
                return run.say(path, "out_of_range", value, f"a whole number {limit}")
        elif isinstance(limit, Pattern) and not re.search(limit.regex, value):
            return run.say(path, "out_of_range", value, limit.says)
    return value


def _expected(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        base, *limits = get_args(hint)
        told = [str(x) if isinstance(x, Range) else x.says for x in limits]
        return " ".join([_expected(base), *told]) if base is int else ", ".join(told)
    if get_origin(hint) is tuple:
        return "a list [ … ]"
    if get_origin(hint) is Literal:
        return _one_of(get_args(hint))
    names = {
        bool: "true or false",
        int: "a whole number",
        str: "a text in quotes",
        MonthDay: 'a day of the year, "MM-DD"',
        Interval: 'hours of a day, "08:30-12:00"',
    }
    return names.get(hint, "a table")


def _one_of(allowed: Any) -> str:
    return "one of: " + ", ".join(str(value) for value in allowed)


def _did_you_mean(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else _one_of(sorted(known))


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
