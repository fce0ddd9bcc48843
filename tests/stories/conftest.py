"""Where a story with the real server keeps its installation."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest


@pytest.fixture
def elsewhere() -> Iterator[dict[str, str]]:
    """On PostgreSQL a database of its own, beside the one of the tests; on SQLite nothing."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield {}
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS claim_storm WITH (FORCE)")
        server.execute("CREATE DATABASE claim_storm")
        yield {"DATABASE_URL": urlsplit(url)._replace(path="/claim_storm").geturl()}
        server.execute("DROP DATABASE claim_storm WITH (FORCE)")
