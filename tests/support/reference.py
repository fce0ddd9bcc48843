"""The generated pages of docs/reference: `./run docs` writes them, tests/test_docs.py compares."""

import argparse
import dataclasses
import inspect
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.module_loading import module_has_submodule

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
GENERATED = "<!-- Written by `./run docs` from the code; do not edit. -->\n"


def pages() -> dict[str, str]:
    """File name -> content."""
    return {
        "commands.md": commands(),
        "scheme.md": scheme(),
        "notices.md": notices(),
        "api.md": api(),
        "openapi.json": openapi(),
    }


def commands() -> str:
    from django.core.management import get_commands, load_command_class

    from allhours.commands import COMMANDS

    apps = get_commands()
    lines = [
        "# Commands",
        GENERATED,
        "`allhours COMMAND [--data DIR] [options]`. Every command takes `--data DIR` (or",
        "`ALLHOURS_DATA`), `--help`, and `--json`, with which standard output holds exactly one",
        "JSON object. Errors are one sentence on standard error. Exit status: 0 done, 1 refused or",
        "problems found (nothing half-done), 2 wrong usage.",
    ]
    for heading, group in COMMANDS.items():
        lines += ["", f"## {heading}"]
        for name in group:
            if name in apps:
                command = load_command_class(str(apps[name]), name)
                lines += ["", *_command(name, command)]
    return "\n".join(lines) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    parser = command.create_parser("allhours", name)
    yield f"### `{name}`"
    yield ""
    yield str(command.help)
    if getattr(command, "example", ""):
        yield f"\n```sh\n{command.example}\n```"
    yield from _options(parser, [])


def _options(parser: argparse.ArgumentParser, path: list[str]) -> Iterator[str]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                about = [each.help for each in action._choices_actions if each.dest == name]
                rows.append((f"`{' '.join([*path, name])} …`", about[0] if about else ""))
                rows += [
                    (f"`{' '.join([*path, name])} {_spelled(each)}`", each.help or "")
                    for each in sub._actions
                    if _shown(each)
                ]
        elif _shown(action):
            rows.append((f"`{_spelled(action)}`", action.help or ""))
    if rows:
        yield "\n| argument | |\n|---|---|"
        yield from (f"| {spelled} | {_plain(text)} |" for spelled, text in rows)


def _plain(text: str) -> str:
    return " ".join(text.replace("%%", "%").replace("|", "\\|").split())


def _shown(action: argparse.Action) -> bool:
    hidden = {"--help", "--data", "--json"}
    return action.help != argparse.SUPPRESS and not hidden & set(action.option_strings)


def _spelled(action: argparse.Action) -> str:
    value = action.metavar or action.dest.upper()
    if action.choices is not None:
        value = "\\|".join(str(choice) for choice in action.choices)
    value = " ".join(value) if isinstance(value, tuple) else str(value)
    if not action.option_strings:
        return value if action.nargs != "?" else f"[{value}]"
    name = action.option_strings[-1]
    return name if action.nargs == 0 else f"{name} {value}"


def scheme() -> str:
    from allhours.scheme.schema import Scheme

    lines = [
        "# The scheme",
        GENERATED,
        "A county's rules: `scheme.toml`, one table per section below. A value that the county has",
        "yet to decide is written `{to_set = true, default = …}`. `allhours scheme check DIR` says",
        "line by line what is wrong or still open.",
    ]
    seen: set[str] = set()
    lines += ["", "| key | kind | default |", "|---|---|---|"]
    sections = []
    for each in dataclasses.fields(Scheme):
        inner = _parts(each.name, Scheme, each)
        sections += inner
        if not inner:
            lines.append(f"| `{each.name}` | {_kind(each)} | {_default(each)} |")
    for path, cls in sections:
        lines += _section(path, cls, seen)
    return "\n".join(lines) + "\n"


def _parts(path: str, owner: type, field: dataclasses.Field[Any]) -> list[tuple[str, type]]:
    """The tables that stand under a key: one, or one for each `kind` it may be of."""
    kinds = field.metadata.get("kinds")
    if kinds:
        found = kinds.items() if hasattr(kinds, "items") else ((k.__name__, k) for k in kinds)
        return [(f'{path} kind = "{name}"', cls) for name, cls in found]
    cls = _field_class(owner, field)
    return [] if cls is None else [(path, cls)]


def _field_class(owner: type, field: dataclasses.Field[Any]) -> Any:
    """The dataclass that a field's annotation names, if it names one."""
    module = sys.modules[owner.__module__]
    names = str(field.type).replace("[", " ").replace("]", " ").replace(",", " ").split()
    for name in names:
        found = getattr(module, name, None)
        if dataclasses.is_dataclass(found):
            return found
    return None


def _section(path: str, cls: Any, seen: set[str]) -> list[str]:
    if cls.__name__ in seen:
        return []
    seen.add(cls.__name__)
    lines = ["", f"## `{path}`", "", inspect.cleandoc(cls.__doc__ or "")]
    lines += ["", "| key | kind | default |", "|---|---|---|"]
    nested = []
    for each in dataclasses.fields(cls):
        lines.append(f"| `{each.name}` | {_kind(each)} | {_default(each)} |")
        nested += _parts(f"{path}.{each.name}", cls, each)
    for inner_path, inner in nested:
        lines += _section(inner_path, inner, seen)
    return lines


def _kind(field: dataclasses.Field[Any]) -> str:
    return str(field.type).replace("|", "or")


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
        if dataclasses.is_dataclass(value):
            return "see below"
    else:
        return "required"
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return f"`{text}`" if text and len(text) < 80 else ("" if not text else "…")


def notices() -> str:
    from allhours.notifications import texts

    lines = ["# Notices", GENERATED, "Key, category and sentence of every notice.", ""]
    lines += ["| key | category | text |", "|---|---|---|"]
    lines += [
        f"| `{key}` | {texts.category_of(key)} | {_plain(str(text))} |"
        for key, text in sorted(_texts().items())
    ]
    return "\n".join(lines) + "\n"


NOTICE_SHELVES = ("notices", "tasks", "account_notices", "appointment_notices")
NOTICE_NAMES = ("TEXTS", "ACTION_TEXTS", "SECURITY_TEXTS")


def _texts() -> dict[str, Any]:
    """The sentences of all apps; the registry may hold some that a test put there."""
    from django.apps import apps

    found: dict[str, Any] = {}
    for app in apps.get_app_configs():
        for shelf in NOTICE_SHELVES:
            if app.name.startswith("allhours.") and module_has_submodule(app.module, shelf):
                module = import_module(f"{app.name}.{shelf}")
                for name in NOTICE_NAMES:
                    found |= getattr(module, name, {})
    return found


def openapi() -> str:
    from allhours.api.openapi import text

    return text()


def api() -> str:
    """Every operation with its scope, fields and answer."""
    from allhours.accounts.choices import ApiScope
    from allhours.api.openapi import subjects

    lines = [
        "# API",
        GENERATED,
        "Every operation of `/api/v1/`. For programs: `/api/v1/openapi.json`, kept here as",
        "[openapi.json](openapi.json). How it behaves: [develop/api.md](../develop/api.md).",
        "",
        "Scopes: " + ", ".join(f"`{scope}`" for scope in ApiScope.values) + ".",
    ]
    for subject, operations in subjects():
        lines += ["", f"## {subject.capitalize()}"]
        for each in operations:
            lines += ["", *_operation(each)]
    return "\n".join(lines) + "\n"


def _operation(each: dict[str, Any]) -> Iterator[str]:
    yield f"### `{each['method']} {each['path']}`"
    yield ""
    yield " ".join(filter(None, [each["summary"], each["description"]]))
    who = "public" if each["public"] else ""
    scope = f"scope `{each['scope']}`" if each["scope"] else ""
    if who or scope:
        yield ""
        yield ", ".join(filter(None, [who, scope])).capitalize() + "."
    for caption, fields in (
        ("Query and path", each["parameters"]),
        ("Body", each["body"]),
        *((f"Answer {answer['status']}", answer["fields"]) for answer in each["answers"]),
    ):
        if fields:
            yield ""
            yield f"{caption}: " + ", ".join(_field_shown(field) for field in fields)


def _field_shown(field: dict[str, Any]) -> str:
    note = f" ({field['note']})" if field["note"] else ""
    return f"`{field['name']}` {field['kind']}{note}".replace("|", "or")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (REFERENCE / name).write_text(content)
        print(REFERENCE.relative_to(Path.cwd()) / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
