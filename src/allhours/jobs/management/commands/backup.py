"""`allhours backup FILE`."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from allhours.jobs import backup
from allhours.jobs.command import AllHoursCommand
from allhours.jobs.system import note_backup
from allhours.kernel import clock

SHORTEST_PASSPHRASE = 12


def asked_passphrase(*, twice: bool) -> str:
    """From ALLHOURS_PASSPHRASE, or typed at the terminal."""
    given = os.environ.get("ALLHOURS_PASSPHRASE", "")
    if given:
        return given
    if not sys.stdin.isatty():
        raise CommandError("Set ALLHOURS_PASSPHRASE to the passphrase of the keys.")
    typed = getpass.getpass("Passphrase of the keys: ")
    if twice and typed != getpass.getpass("Once more: "):
        raise CommandError("The two passphrases differ; nothing was written.")
    return typed


class Command(AllHoursCommand):
    help = (
        "Write the whole installation into one consistent file, while it serves. The keys are "
        "left out (keep a copy of the key file elsewhere) unless --with-keys seals them."
    )
    example = "allhours backup /backup/allhours-2026-06-10.tar.gz"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="where to write it; replaced if it exists")
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="put the keys in, sealed with a passphrase (ALLHOURS_PASSPHRASE or asked)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        passphrase = asked_passphrase(twice=True) if options["with_keys"] else ""
        if options["with_keys"] and len(passphrase) < SHORTEST_PASSPHRASE:
            raise CommandError(f"The passphrase needs at least {SHORTEST_PASSPHRASE} characters.")
        target: Path = options["file"].absolute()
        manifest = backup.make_backup(target=target, passphrase=passphrase, now=clock.now())
        size = target.stat().st_size
        note_backup(clock.now(), size)
        self.say(f"Backed up to {target} ({size:,} bytes). Keys it needs: {manifest.keys}.")
        self.emit(
            {
                "file": str(target),
                "bytes": size,
                "database": manifest.database,
                "keys": manifest.keys,
                "with_keys": bool(passphrase),
            }
        )
