import tomllib

import pytest

from allhours.scheme import loader
from allhours.scheme.lines import key_lines

TEXT = '''# a comment with [brackets] = and "quotes"
code = "x" # another
title = """two
lines"""

[wishes]
open_claims = 2
money = { to_set = true, default = 5 }
"quoted" = 'literal # not a comment'

[[duties]]
kind = "count"
times = 1

[[duties]]
kind = "count"
of = [
  "a", # one
  "b",
]

[a.b]
c.d = 1

[[list]]
[list.inner]
x = 1
[[list]]
[list.inner]
x = [{ y = 1 }, { y = [1, 2] }]
'''


def test_key_lines_finds_every_kind_of_key():
    lines = key_lines(TEXT)
    assert {path: lines[path] for path in PLACES} == PLACES


PLACES = {
    "code": 2,
    "title": 3,
    "wishes": 6,
    "wishes.open_claims": 7,
    "wishes.money": 8,
    "wishes.money.default": 8,
    "wishes.quoted": 9,
    "duties": 11,
    "duties[0]": 11,
    "duties[0].times": 13,
    "duties[1]": 15,
    "duties[1].kind": 16,
    "duties[1].of": 17,
    "duties[1].of[1]": 19,
    "a.b.c.d": 23,
    "list[1].inner.x[1].y": 30,
}


def paths(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]"
            yield from paths(inner, f"{path}[{index}]")


@pytest.mark.parametrize("name", loader.shipped())
def test_key_lines_finds_every_key_of_every_shipped_scheme(name):
    text = (loader.SHIPPED / name / "scheme.toml").read_text()
    lines = key_lines(text)
    source = text.splitlines()
    for path in paths(tomllib.loads(text)):
        key = path.rpartition(".")[2].partition("[")[0]
        assert path.endswith("]") or key in source[lines[path] - 1]
