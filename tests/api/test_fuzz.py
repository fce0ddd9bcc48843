"""Whatever fits, or does not fit, the description: no 5xx, and answers as described."""

import os
import re
from collections import Counter

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from allhours.config.wsgi import application
from tests.api import world

load_all_checks()
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
EXAMPLES = int(os.environ.get("ALLHOURS_FUZZ", "3"))  # for each operation


@pytest.mark.django_db
@pytest.mark.slow
def test_no_request_breaks_an_operation(settings_of_the_api) -> None:
    """Every operation with every kind of caller, made-up and real identifiers, fit and unfit."""
    county = world.build()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    for found in schema.get_all_operations():
        _try(found.ok(), county, wrong, seen)
    assert wrong == []
    assert {200, 201, 401, 404, 409, 422} <= set(seen)


def _try(operation, county: world.World, wrong: list[str], seen: Counter[int]) -> None:
    real = _identifiers(operation.path, county)
    cases = st.one_of(
        operation.as_strategy(),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        *([operation.as_strategy(path_parameters=real)] if real else []),
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, role=st.sampled_from(sorted(county.callers)))
    def run(case, role: str) -> None:
        headers = {**county.callers[role].headers, "Accept-Encoding": "identity"}
        response = case.call(headers=headers)
        seen[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKED, headers=headers)
        except FailureGroup as group:
            told = "; ".join(str(each).replace("\n", " ")[:300] for each in group.exceptions)
            wrong.append(f"{operation.label} as {role}: {told}")

    run()


def _identifiers(path: str, county: world.World) -> dict[str, str]:
    """Path parameters of things that are there."""
    found = re.findall(r"([\w-]+)/{(\w+)}", path)
    return {
        name: str(county.near.ids[subject]) for subject, name in found if subject in county.near.ids
    }


@pytest.fixture
def settings_of_the_api(settings):
    """No limit; and the connection of the test stays open between requests, as in its client."""
    settings.ALLHOURS_API_PER_MINUTE = 10**9
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)
