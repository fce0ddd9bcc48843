from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from allhours.directory.queries.roster import template_lists
from allhours.directory.roster.template import COLUMNS, roster_template
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock


class Command(AllHoursCommand):
    help = "Write the standard roster, empty, with this county's drop-down lists."
    example = "allhours roster_template roster.xlsx"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx", help="where to write it")

    def handle(self, *args: Any, **options: Any) -> None:
        units, communities, menu = template_lists(clock.local_date(clock.now()))
        options["out"].write_bytes(roster_template(units, communities, menu))
        self.emit({"file": str(options["out"]), "columns": [header for header, _ in COLUMNS]})
        if not self.as_json:
            self.say(f"Wrote {options['out']}.")
