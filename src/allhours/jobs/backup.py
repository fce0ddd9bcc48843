"""Making a backup: one consistent file while the server runs, keys left out unless sealed."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from allhours.jobs import archive, hooks, postgres, rotation
from allhours.jobs.archive import Manifest
from allhours.kernel import crypto

DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
INSTALLATION = "installation.json"
FILES = "files"


def copy_database(target: Path) -> None:
    """The embedded database as of one instant, by SQLite's own backup; writers go on meanwhile."""
    source = Path(connection.settings_dict["NAME"])
    if not source.exists():
        raise CommandError(f"There is no installation in {settings.DATA}; name one with --data.")
    reader = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)
    copy = sqlite3.connect(target)
    try:
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    finally:
        reader.close()
        copy.close()
    if verdict != "ok":
        raise CommandError(f"The database is damaged: {verdict}")


def make_backup(*, target: Path, passphrase: str, now: datetime) -> Manifest:
    """Write the whole installation into one file; with a passphrase its keys too, sealed by it."""
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(prefix=".allhours-backup-", dir=target.parent) as folder:
        parts = _gather(Path(folder))
        manifest = _manifest(now)
        if passphrase:
            sealed = Path(folder) / archive.SEALED_KEYS
            sealed.write_text(archive.seal_keys(settings.ALLHOURS_KEY_FILE, passphrase))
            parts[archive.SEALED_KEYS] = sealed
        archive.write(target, manifest, parts)
    return manifest


def _gather(folder: Path) -> dict[str, Path]:
    """Name in the archive -> file on disk."""
    name = DATABASE[connection.vendor]
    copy = folder / name
    if connection.vendor == "sqlite":
        copy_database(copy)
    else:
        postgres.dump(copy)
    parts = {name: copy}
    installation = Path(settings.DATA) / INSTALLATION
    if installation.exists():
        parts[INSTALLATION] = installation
    lines = Path(settings.DATA) / hooks.LINES
    if lines.exists():
        parts[hooks.LINES] = lines
    media = Path(settings.MEDIA_ROOT)
    for path in sorted(media.rglob("*")) if media.is_dir() else ():
        if path.is_file():
            parts[f"{FILES}/{path.relative_to(media)}"] = path
    return parts


def _manifest(now: datetime) -> Manifest:
    ring = crypto.keys()
    return Manifest(
        program=program_version(),
        made_at=now.isoformat(),
        database=connection.vendor,
        migrations=sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
        keys=sorted(rotation.keys_in_use() | {ring.current}),
        lookup_check=archive.lookup_check(ring.lookup),
    )


def program_version() -> str:
    return version("allhours")
