"""Every address of the URLconf, as the resolver knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

BLANK = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


@dataclass(frozen=True)
class Address:
    route: str
    name: str

    @property
    def blanks(self) -> set[str]:
        return set(BLANK.findall(self.route))

    def at(self, values: dict[str, object]) -> str:
        return "/" + BLANK.sub(lambda found: str(values[found[1]]), self.route)


def addresses() -> list[Address]:
    """Without the catch-alls that only answer “no such page”."""
    found = {each.route: each for each in _walk(get_resolver().url_patterns, "", "")}
    return [each for route, each in sorted(found.items()) if not route.startswith("^")]


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str, namespace: str
) -> Iterator[Address]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route, each.namespace or namespace)
        else:
            yield Address(route, f"{namespace}:{each.name}")
