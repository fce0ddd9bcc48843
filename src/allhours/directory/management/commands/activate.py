"""`allhours activate`: one-time activation slips as PDF."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from allhours.accounts.actor import Actor
from allhours.directory.actions.slips import print_slips
from allhours.directory.queries.organizations import organization_coded
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.scheme.queries import county


class Command(AllHoursCommand):
    help = (
        "Issue one-time activation slips to members who have not set a password yet and write "
        "them as one PDF, each unit after a sheet that lists its people. Earlier unused slips of "
        "the same people become void."
    )
    example = "allhours activate --unit D012 --out slips.pdf"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="CODE", help="only members of this unit")
        parser.add_argument("--out", required=True, type=Path, metavar="SLIPS.pdf")
        parser.add_argument("--site", metavar="URL", help="the address people open")

    def handle(self, **options: Any) -> None:
        out: Path = options["out"]
        unit = None
        if options["unit"]:
            unit = organization_coded(options["unit"])
            if unit is None:
                raise CommandError(f"There is no unit with the code {options['unit']}.")
        if not out.parent.is_dir():
            raise CommandError(f"The folder {out.parent} does not exist.")
        site = options["site"] or next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
        pdf, count = print_slips(
            actor=Actor.system("activate"),
            unit=unit,
            county=county().office or county().name,
            url=f"{site.rstrip('/')}/activate/" if site else "",
            now=clock.now(),
            step=lambda done, total, message: self.say(f"{done} / {total}"),
        )
        out.write_bytes(pdf)
        out.chmod(0o600)
        self.emit({"slips": count, "out": str(out)})
        self.say(f"{count} slips in {out}. Whoever holds a slip can set that password.")
