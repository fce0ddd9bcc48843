"""Who may see and do what, address by address: `addresses.txt` read into rows.

A line is `route | GET, ours | GET, the other side's | POST, ours | POST, the other side's`.
A column lists letters of those who are answered; everybody else does not find the address (404),
and who has not signed in is sent to sign in.

    O officer   I inspector   S unit secretary   L liaison   C community secretary
    F community staff   B branch secretary   G grid worker   T team leader
    Y system   X security   A audit administrator   M member   P the public

GET: a capital letter is shown the page, a small one is sent elsewhere or told why not.
POST: a capital letter may change something with an empty form, a small one is answered without.
`-` nobody; `=` as ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("addresses.txt")
LETTERS = "OISLCFBGTYXAMP"


@dataclass(frozen=True)
class Row:
    route: str
    get: tuple[str, str]  # ours, the other side's
    post: tuple[str, str]


def line_of(row: Row) -> str:
    other = ["=" if two == one else two or "-" for one, two in (row.get, row.post)]
    cells = [row.route or "/", row.get[0] or "-", other[0], row.post[0] or "-", other[1]]
    return " | ".join(cells)


def read() -> dict[str, Row]:
    rows = {}
    for text in FILE.read_text(encoding="utf-8").splitlines():
        if not text or text.startswith("#"):
            continue
        route, *cells = (cell.strip() for cell in text.split(" | "))
        get, other_get, post, other_post = ("" if cell == "-" else cell for cell in cells)
        route = "" if route == "/" else route
        rows[route] = Row(
            route,
            (get, get if other_get == "=" else other_get),
            (post, post if other_post == "=" else other_post),
        )
    return rows
