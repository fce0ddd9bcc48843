"""A scheme names times of day between which nobody is written to, and digests of a week."""

import pytest

from allhours.scheme.schema import inconsistencies, parse
from tests.factories.scheme import make_document


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("quiet_from", "9 p.m."),
        ("quiet_from", "24:00"),
        ("quiet_to", "8:00"),
        ("quiet_to", ""),
        ("digest_most_per_week", 8),
    ],
)
def test_what_is_no_time_of_day_is_told(key, value) -> None:
    parsed = parse(make_document(notices={key: value}))
    problems = parsed.problems or inconsistencies(parsed.scheme)
    assert f"notices.{key}" in {problem.path for problem in problems}


def test_times_of_day_are_taken() -> None:
    document = make_document(notices={"quiet_from": "00:00", "quiet_to": "23:59"})
    assert inconsistencies(parse(document).scheme) == []
