from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.reports import facts
from allhours.reports.workbook import summary_workbook


class Command(AllHoursCommand):
    help = "The year's summary tables 附6 and 附7 as one workbook."
    example = "allhours summary --year 2026 --out summary.xlsx"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="programme year")
        parser.add_argument("--on", type=date.fromisoformat, help="as of this day")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.local_date(clock.now())
        known = min(options["on"] or today, today)
        try:
            span = facts.of_year(options["year"], known)
        except ValueError:
            raise CommandError(
                f"The programme year {options['year']} had not begun on {known}. "
                "Give an earlier year or a later day."
            ) from None
        options["out"].write_bytes(summary_workbook(span, actor=Actor.system("summary")))
        self.say(f"Wrote {options['out']} as of {span.day}.")
        self.emit({"out": str(options["out"]), "on": span.day.isoformat()})
