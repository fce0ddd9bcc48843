"""The permission walk: every address × everybody × what is theirs and what is not.

The table `addresses.txt` says who may; an address that is not in it fails. After a new page, run
`WALK_DRAFT=walk.txt pytest tests/walk`, which asks the new addresses only, read their lines there
as a stranger would, and add them. To look at a line again, take it out of the table first.
"""

import os
from pathlib import Path

import pytest
from django.http.response import HttpResponseBase

from tests.walk import table
from tests.walk.addresses import Address, addresses
from tests.walk.table import LETTERS, Row
from tests.walk.walker import Walker, answered, quick, text_of
from tests.walk.world import Side, about, make_world

# What a page answers to whom does not depend on the database, and asking takes minutes.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

PARTS = 6  # each a fraction of the addresses in a world of its own, to share out among workers
SEES_ALL = "OI"  # of the other side they may know what they know of ours
# Addresses of the sign-in itself: asking them changes who is here, not the county.
APART = {"sign-out/", "ui/language/"}


def cells(walker: Walker, address: Address, findings: list[str]) -> Row:
    """What the table should say of an address. Of words only, there is no other side."""
    sides = [walker.world.ours, walker.world.other]
    if not address.blanks or not about(address.route):
        sides.pop()
    got = [
        [_letters(walker, method, address, side, findings) for side in sides]
        for method in ("get", "post")
    ]
    return Row(address.route, (got[0][0], got[0][-1]), (got[1][0], got[1][-1]))


def _letters(walker: Walker, method: str, address: Address, side: Side, findings: list[str]) -> str:
    """What the first is told of the method, all are: a view takes it or not, whoever asks."""
    taken = answered(_ask(walker, method, LETTERS[0], address, side)[0]) != "method"
    asked = LETTERS if taken else LETTERS[-1]
    return "".join(_asked(walker, method, who, address, side, findings) for who in asked)


def _ask(
    walker: Walker, method: str, who: str, address: Address, side: Side
) -> tuple[HttpResponseBase, bool]:
    if method == "get":
        return walker.get(who, address, side), False
    return walker.post(who, address, side)


def _asked(
    walker: Walker, method: str, who: str, address: Address, side: Side, findings: list[str]
) -> str:
    answer, changed = _ask(walker, method, who, address, side)
    verdict = answered(answer)
    if verdict == "broken":
        findings.append(f"{method} {address.route} as {who} is answered {answer.status_code}")
    findings += _leaks(walker, who, address, answer)
    if changed or (method == "get" and verdict == "shown"):
        return who
    unseen = ("none", "sign in", "method")
    return "" if verdict in unseen else who.lower()


def _leaks(walker: Walker, who: str, address: Address, answer: HttpResponseBase) -> list[str]:
    """What is planted on a side that the reader has no sight of."""
    if who in SEES_ALL:
        return []
    world = walker.world
    hidden = [world.ours, world.other] if who in "YXAP" else [world.other]
    text = text_of(answer)
    return [
        f"{address.route} tells {who} the {kind} of {side.name}"
        for side in hidden
        for kind, secret in side.secrets.items()
        if secret in text
    ]


def walked() -> list[Address]:
    return [each for each in addresses() if each.route not in APART]


def test_every_address_is_in_the_table() -> None:
    unthought = [each.route for each in walked() if each.blanks and about(each.route) is None]
    assert unthought == [], "say in tests/walk/world.py what these are about"
    if not os.environ.get("WALK_DRAFT"):
        known, found = set(table.read()), {each.route for each in walked()}
        assert sorted(found - known) == [], "say who may, in tests/walk/addresses.txt"
        assert sorted(known - found) == [], "no such address any more"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_everybody_as_the_table_says(part: int) -> None:
    walker, findings, known = Walker(make_world()), list[str](), table.read()
    draft = os.environ.get("WALK_DRAFT")
    asked = [each for each in walked() if not draft or each.route not in known]
    with quick():
        rows = [cells(walker, each, findings) for each in asked[part::PARTS]]
    if draft:
        with Path(draft).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in [*map(table.line_of, rows), *findings])
        return
    assert findings == []
    wrong = [
        f"{table.line_of(row)}  (the table: {table.line_of(known[row.route])})"
        for row in rows
        if row.route in known and not fits(row, known[row.route])
    ]
    assert wrong == []


def fits(row: Row, said: Row) -> bool:
    """As said; a capital letter of POST only allows a change, for an empty form often does none."""
    return row.get == said.get and all(
        got.upper() == told.upper() and all(letter in told for letter in got if letter.isupper())
        for got, told in zip(row.post, said.post, strict=True)
    )
