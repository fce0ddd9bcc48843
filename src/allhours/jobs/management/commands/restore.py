"""`allhours restore FILE`."""

from functools import partial
from pathlib import Path
from typing import Any

from django.db import connections

from allhours.jobs import hooks, restore, serving
from allhours.jobs.command import AllHoursCommand
from allhours.jobs.management.commands.backup import asked_passphrase
from allhours.kernel import clock


class Command(AllHoursCommand):
    help = (
        "Put a backup back. Everything in the file is proved first; an installation that exists "
        "is replaced only with --force, and what it held is kept in a folder replaced-…"
    )
    example = "allhours restore /backup/allhours-2026-06-10.tar.gz --data /srv/allhours"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="a file that `allhours backup` wrote")
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        connections.close_all()
        manifest = restore.restore_backup(
            source=options["file"].absolute(),
            force=options["force"],
            passphrase=partial(asked_passphrase, twice=False),
            now=clock.now(),
        )
        if serving.is_up_to_date():
            hooks.run_after_restore(clock.now())
        self.say(f"Restored the backup of {manifest.made_at} (AllHours {manifest.program}).")
        self.emit({"made_at": manifest.made_at, "program": manifest.program})
