"""Invented people and places (`data/names.toml`). Nobody here exists: region code 999999 is given
to no place, and the telephone numbers lie in a block kept for this purpose."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

REGION = "999999"  # assigned to no place in China
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643


@cache
def data(name: str) -> dict[str, Any]:
    """`names` or `words`, as parsed from the data folder."""
    return tomllib.loads((Path(__file__).parent / "data" / f"{name}.toml").read_text("utf-8"))


def person(rng: Random, *, rare: bool = False) -> tuple[str, str]:
    """(name, sex code of GB/T 2261.1)."""
    pool = data("names")
    male = rng.random() < 0.56
    letters = pool["male" if male else "female"]
    given = rng.choice(letters) + (rng.choice(letters) if rng.random() < 0.72 else "")
    if rare:
        given = rng.choice(pool["rare"])
    return rng.choice(pool["surnames"]) + given, "1" if male else "2"


def birth_date(rng: Random, today: date, youngest: int = 24, oldest: int = 59) -> date:
    return today - timedelta(days=rng.randint(youngest * 365, oldest * 365))


def id_number(born: date, sex: str, serial: int) -> str:
    """A number whose check digit holds and whose region exists nowhere (GB 11643)."""
    order = serial % 500 * 2 + (1 if sex == "1" else 0)
    body = f"{REGION}{born:%Y%m%d}{order % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def phones() -> Iterator[str]:
    """Invented telephone numbers, each once."""
    number = 0
    while True:
        yield f"1990{number:07d}"
        number += 1
