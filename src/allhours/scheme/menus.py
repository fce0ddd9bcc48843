"""A published document with another menu, and nothing else changed. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

ADDED = re.compile(r"county_(\d+)")


@dataclass(frozen=True)
class MenuLine:
    """An item as a county writes it; `code` "" is a new one."""

    title: str
    code: str = ""
    description: str = ""
    kind: str = ""
    says: str = ""


def with_menu(document: Mapping[str, Any], lines: Sequence[MenuLine]) -> dict[str, Any]:
    """The document with these items in this order; what is missing of the old ones is retired."""
    made = copy.deepcopy(dict(document))
    menu = made.setdefault("menu", {})
    known = _by_code([*menu.get("retired", ()), *menu.get("items", ())])
    fresh = _new_codes(known)
    kept = [{**known.get(line.code, {}), **_entry(line, fresh)} for line in lines]
    codes = {entry["code"] for entry in kept}
    menu["items"] = kept
    menu["retired"] = [entry for code, entry in known.items() if code not in codes]
    return made


def _by_code(entries: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(entry["code"]): dict(entry) for entry in entries}


def _new_codes(known: Iterable[str]) -> Iterable[str]:
    """Codes that were never used: history is called by them."""
    used = [int(found[1]) for code in known if (found := ADDED.fullmatch(code))]
    first = max(used, default=0) + 1
    return (f"county_{n}" for n in range(first, first + 1000))


def _entry(line: MenuLine, fresh: Iterable[str]) -> dict[str, Any]:
    values = {name: text.strip() for name, text in asdict(line).items()}
    return values | {"code": values["code"] or next(iter(fresh))}
