"""What is left beside the tables: freed pages of the database, made files, old copies.

These are the named side effects of an erasure; each may be repeated at any time.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection

from allhours.jobs import files

OLD_COPIES = ("before-update-*.sqlite3*", "replaced-*", ".allhours-backup-*", ".allhours-restore-*")


def remove_files() -> int:
    """Files that jobs made, and old copies of the database in the data folder; how many."""
    data = Path(settings.DATA)
    doomed = [path for pattern in OLD_COPIES for path in data.glob(pattern)]
    doomed += [path for path in (data / files.FOLDER).glob("*") if path.is_file()]
    for path in doomed:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(doomed)


def overwrite_from_now_on() -> None:
    """SQLite: what this connection deletes is written over with zeros."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def purge_pages() -> bool:
    """Rewrite the database so that no freed page or journal holds what was deleted.

    False where somebody else was using it just then; a nightly routine tries again. Must be
    called outside of any transaction.
    """
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                return _purge_sqlite(cursor)
            cursor.execute("VACUUM")
    except OperationalError:
        return False
    return True


def _purge_sqlite(cursor: object) -> bool:
    run = cursor.execute  # type: ignore[attr-defined]
    run("PRAGMA wal_checkpoint(TRUNCATE)")
    run("VACUUM")
    run("PRAGMA wal_checkpoint(TRUNCATE)")
    busy, _pages, _moved = cursor.fetchone()  # type: ignore[attr-defined]
    return not busy
