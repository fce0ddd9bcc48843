"""`allhours close_down export|anonymise|delete`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.jobs.restore import serving_lock
from allhours.kernel import clock
from allhours.rights.actions import close_down


class Command(AllHoursCommand):
    help = (
        "End an installation in two steps: export everything, then make it nameless or delete it. "
        "The second step wants the export and the county's name typed, with the server stopped."
    )
    example = 'allhours close_down delete /archive/all.zip --confirm "某县" --certificate c.json'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("step", choices=["export", "anonymise", "delete"])
        parser.add_argument("archive", type=Path, help="the export: written, or proved")
        parser.add_argument("--confirm", default="", help="the county's name, as it is shown")
        parser.add_argument("--certificate", type=Path, help="where to write what was done")
        parser.add_argument(
            "--with-sealed-facts",
            action="store_true",
            help="export: open ID numbers, phones and addresses into the file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        archive: Path = options["archive"].absolute()
        actor = Actor.system("close_down")
        if options["step"] == "export":
            made = close_down.export_all(
                actor=actor, target=archive, with_sealed=options["with_sealed_facts"], now=now
            )
            self.say(f"Exported {sum(made['rows'].values())} rows to {archive}.")
            self.say("`allhours ledger export` writes the ledger in its verifiable form.")
            self.emit(made)
            return
        certificate: Path | None = options["certificate"]
        if certificate is None:
            raise CommandError("Name a file for the certificate: --certificate FILE.")
        with serving_lock(alone=True):
            done = self.second_step(options, archive, now)
        certificate.write_text(json.dumps(done, ensure_ascii=False, indent=1))
        self.say(f"{done['county']}: {done['done']}. The certificate is in {certificate}.")
        self.emit(done)

    def second_step(self, options: dict[str, Any], archive: Path, now: Any) -> dict[str, Any]:
        name: str = options["confirm"]
        if options["step"] == "anonymise":
            actor = Actor.system("close_down")
            return close_down.anonymise(actor=actor, name=name, archive=archive, now=now)
        return close_down.delete(name=name, archive=archive, now=now)
