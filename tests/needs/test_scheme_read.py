"""What a county may write of needs is read: a setting that nothing asks for is a promise broken."""

import ast
import dataclasses
import re
from functools import cache
from pathlib import Path

import pytest

import allhours
from allhours.scheme.schema import Menu, MenuItem, Pledges, Suggestions, Wishes
from allhours.scheme.schema.needs import Channel, Route

SOURCE = Path(allhours.__file__).parent
LAW = (SOURCE / "scheme" / "schema", SOURCE / "scheme" / "labels")

# How each section is called where it is read: the expression before the dot.
READ_AS: dict[type, str] = {
    Wishes: r"(\.wishes|wish_limits\(.*\)|limits|scheme\.wishes)$",
    Suggestions: r"(\.suggestions|suggestion_rules\(.*\)|^rules)$",
    Pledges: r"(\.pledges|pledge_rules\(.*\)|^settings|^rules)$",
    Menu: r"(\.menu|^menu(\(.*\))?|^asked)$",
    MenuItem: r"^(item|line\.item)$",
    Channel: r"^(channel|each)$",
    Route: r"^route$",
}
# Only there is an `item` one of the menu.
ONLY_IN = {MenuItem: "needs"}
# Words that are shown with the scheme and need no code of their own.
SHOWN_ONLY = {"Channel.text", "Route.text"}


@cache
def reads(room: str = "") -> frozenset[tuple[str, str]]:
    """(expression before the dot, name after it) of every reading in the program, or a room."""
    found = set()
    for path in (SOURCE / room).rglob("*.py"):
        if any(law in path.parents for law in LAW):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add((ast.unparse(node.value), node.attr))
    return frozenset(found)


@pytest.mark.parametrize(
    ("section", "name"),
    [
        (section, field.name)
        for section in READ_AS
        for field in dataclasses.fields(section)
        if f"{section.__name__}.{field.name}" not in SHOWN_ONLY
    ],
)
def test_every_setting_of_needs_is_read_somewhere(section, name):
    called = re.compile(READ_AS[section])
    assert any(
        attr == name and called.search(before) for before, attr in reads(ONLY_IN.get(section, ""))
    )


def test_a_setting_that_nobody_reads_is_found():
    called = re.compile(READ_AS[Wishes])
    assert not any(attr == "moon_phase" and called.search(before) for before, attr in reads())
