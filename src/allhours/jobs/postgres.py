"""PostgreSQL's own tools for backup and restore; they must match the server's version."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection


def _environment() -> dict[str, str]:
    """Where the database is, kept out of the command line: that stands in every process list."""
    settings = connection.settings_dict
    names = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    return {**os.environ, **{name: str(value) for name, value in names.items() if value}}


def _run(tool: str, *arguments: str) -> None:
    path = shutil.which(tool)
    if path is None:
        raise CommandError(
            f"{tool} is not installed. Install the PostgreSQL client of the server's version "
            "(Debian and Ubuntu: postgresql-client) and try again."
        )
    done = subprocess.run(  # noqa: S603  fixed tool, arguments of our own
        [path, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise CommandError(f"{tool} failed: {lines[0]}")


def dump(target: Path) -> None:
    """One consistent snapshot in PostgreSQL's custom format."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(source: Path) -> None:
    """Replace the database's tables by those of a dump, wholly or not at all."""
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}",
        str(source),
    )
