"""A caller with a token, and limits that begin anew for each test."""

from collections.abc import Iterator

import pytest

from allhours.api import limits


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    limits.forget()
    yield
    limits.forget()
