"""Putting a backup back: everything is proved before anything is touched."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from allhours.jobs import archive, hooks, postgres
from allhours.jobs.archive import Manifest
from allhours.jobs.backup import DATABASE, FILES, INSTALLATION
from allhours.kernel import crypto

LOCK = ".serving"


@contextmanager
def serving_lock(*, alone: bool) -> Iterator[None]:
    """Servers share it, a restore wants it alone; the system lets go of it when a process dies."""
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"A server is running on {folder}; stop it first."
                if alone
                else f"A restore into {folder} is under way; start the server when it is done."
            ) from None
        yield


def restore_backup(
    *, source: Path, force: bool, passphrase: Callable[[], str], now: datetime
) -> Manifest:
    """Replace the installation by the backup's; refuses, with nothing changed, if anything is off.

    `passphrase` is asked only when the backup brings its keys and the installation has none.
    """
    data = Path(settings.DATA)
    if not force and _has_installation():
        raise CommandError(f"{data} already holds an installation; --force replaces it.")
    with (
        serving_lock(alone=True),
        tempfile.TemporaryDirectory(prefix=".allhours-restore-", dir=data) as name,
    ):
        folder = Path(name)
        manifest = archive.extract(source, folder)
        _check_version(manifest, source)
        keys = _keys_to_install(folder, passphrase)
        _check_keys(manifest, keys or _keys_at_hand(), bool(keys))
        _install(folder, manifest, keys, now)
    return manifest


def _has_installation() -> bool:
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).exists()
    return bool(connection.introspection.table_names())


def _check_version(manifest: Manifest, source: Path) -> None:
    if manifest.database != connection.vendor:
        raise CommandError(
            f"{source} holds a {manifest.database} database and this installation uses "
            f"{connection.vendor}: set or unset DATABASE_URL."
        )
    known = MigrationLoader(None).disk_migrations
    ours = {f"{app}.{name}" for app, name in known}
    if set(manifest.migrations) - ours:
        raise CommandError(
            f"{source} was made by AllHours {manifest.program}, which is newer; update first."
        )


def _keys_at_hand() -> bytes | None:
    path = Path(settings.ALLHOURS_KEY_FILE)
    return path.read_bytes() if path.exists() else None


def _keys_to_install(folder: Path, passphrase: Callable[[], str]) -> bytes | None:
    """The keys that the backup brings, if the installation has none of its own."""
    sealed = folder / archive.SEALED_KEYS
    if Path(settings.ALLHOURS_KEY_FILE).exists() or not sealed.exists():
        return None
    return archive.open_keys(sealed.read_text(), passphrase())


def _check_keys(manifest: Manifest, keys: bytes | None, from_backup: bool) -> None:
    where = "the backup" if from_backup else settings.ALLHOURS_KEY_FILE
    needed = ", ".join(manifest.keys)
    if keys is None:
        raise CommandError(
            f"The keys are missing: the backup needs {needed}. Put the key file at {where} "
            "(mode 0600) and restore again."
        )
    ring = crypto.parse_key_file(keys.decode())
    lacking = [name for name in manifest.keys if name not in ring.encryption]
    if lacking:
        raise CommandError(f"The key {', '.join(lacking)} is missing in {where}.")
    if archive.lookup_check(ring.lookup) != manifest.lookup_check:
        raise CommandError(f"The look-up key in {where} is not the one of this backup.")


def _install(folder: Path, manifest: Manifest, keys: bytes | None, now: datetime) -> None:
    """Move the old things aside and the new ones in, by renames."""
    data = Path(settings.DATA)
    aside = data / f"replaced-{now:%Y%m%d-%H%M%S}"
    if keys is not None:
        _write_keys(keys)
    database = folder / DATABASE[manifest.database]
    if manifest.database == "sqlite":
        _swap(database, Path(connection.settings_dict["NAME"]), aside)
    else:
        postgres.load(database)
    for name, target in ((INSTALLATION, data / INSTALLATION), (FILES, Path(settings.MEDIA_ROOT))):
        _swap(folder / name, target, aside)
    _add_lines(folder / hooks.LINES, data / hooks.LINES)


def _add_lines(brought: Path, at_hand: Path) -> None:
    """What was erased since the backup stays in the list; what it knew of is added."""
    if not brought.exists():
        return
    known = at_hand.read_text().splitlines() if at_hand.exists() else []
    lines = dict.fromkeys([*known, *brought.read_text().splitlines()])
    unfinished = at_hand.with_name(f".{at_hand.name}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("".join(f"{line}\n" for line in lines))
    unfinished.replace(at_hand)


def _swap(new: Path, target: Path, aside: Path) -> None:
    """`new` takes the place of `target`; a database's journals leave with it."""
    for old in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        if old.exists():
            aside.mkdir(exist_ok=True)
            old.rename(aside / old.name)
    if new.exists():
        shutil.move(str(new), target)


def _write_keys(keys: bytes) -> None:
    path = Path(settings.ALLHOURS_KEY_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(keys)
