"""Values at the edge, in every field of every body and query: never a 5xx, never taken silently."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from django.test import Client

from allhours.api.openapi import document, operations_of
from tests.api import world
from tests.api.test_scope import BODIES, filled
from tests.factories.api import API, Caller

TAGS = {"wishes", "residents", "posts", "orders", "menu", "suggestions", "pledges", "projects"}
EDGES: tuple[Any, ...] = (
    "\x00",
    "\ud800",
    "x" * 100_000,
    "０１２３" * 20,
    2**63,
    -(2**63) - 1,
    10**400,
    -1,
    1.5,
    True,
    None,
    [],
    {},
    ["\x00"],
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59+14:00",
    "2026-06-10T09:00:00",  # no zone
    "2026-02-30T09:00:00Z",
)
EACH = int(os.environ.get("ALLHOURS_FUZZ", "3"))  # edges for each field
QUERIES = (
    "limit=0", "limit=201", "limit=99999999999999999999999", "limit=x", "limit=-1", "limit=1.0",
    "cursor=x", "cursor=%00", "cursor=%ED%A0%80", f"cursor={'x' * 5000}", "state=%00", "year=10000",
    "year=99999999999999999999", "community=%00", f"community={'x' * 5000}", "waiting=no",
)  # fmt: skip


def ours() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for method, path, operation in operations_of(document()):
        if TAGS & set(operation["tags"]):
            yield method, path, operation


def fields_of(operation: dict[str, Any]) -> list[str]:
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    shape = document()["components"]["schemas"][body["$ref"].rsplit("/", 1)[-1]]
    return sorted(shape["properties"])


def caller_for(path: str, county: world.World) -> Caller:
    """Whoever gets furthest with the operation."""
    if "/desk/" in path:
        return county.callers[world.Role.COMMUNITY_SECRETARY]
    if "/unit-claims/" in path:
        return county.callers[world.Role.LIAISON]
    own = any(part in path for part in ("/me/", "/claims/", "/helping/"))
    return county.callers["member" if own else "public"]


@pytest.mark.slow
@pytest.mark.django_db
def test_no_value_of_a_body_breaks_an_operation(settings) -> None:
    """Each field meets some of the edges; together the fields meet all of them."""
    settings.ALLHOURS_API_PER_MINUTE = 10**9
    county, turn = world.build(), cycle(EDGES)
    wrong: list[tuple[Any, ...]] = []
    seen: Counter[int] = Counter()
    for method, path, operation in ours():
        if method != "post" or "requestBody" not in operation:
            continue
        usual, headers = BODIES.get(operation["operationId"], {}), caller_for(path, county).headers
        url = API + filled(path, county.near)
        for field in fields_of(operation):
            for edge in islice(turn, EACH):
                body = json.dumps({**usual, field: edge})
                answer = Client().post(url, body, "application/json", headers=headers)
                seen[answer.status_code] += 1
                if answer.status_code >= 500:
                    wrong.append((path, field, repr(edge)[:40], answer.status_code))
    assert wrong == []
    assert seen[422] > 100


@pytest.mark.django_db
def test_no_query_breaks_a_list(settings) -> None:
    settings.ALLHOURS_API_PER_MINUTE = 10**9
    county = world.build()
    wrong = []
    for method, path, _operation in ours():
        if method != "get" or "{" in path:
            continue
        headers = caller_for(path, county).headers
        for query in QUERIES:
            url = f"{API}{path.removeprefix('/api/v1')}?{query}"
            answer = Client().get(url, headers=headers)
            if answer.status_code not in (200, 404, 422):
                wrong.append((path, query[:40], answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_a_body_that_is_too_long_is_told() -> None:
    body = json.dumps({"follow_code": "X" * 1024 * 1024})
    answer = Client().post(f"{API}/follow/", body, "application/json")
    assert answer.status_code == 413
