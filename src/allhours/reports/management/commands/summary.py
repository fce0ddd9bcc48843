from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.reports.workbook import summary_workbook
from allhours.scheme.queries import scheme_for
from allhours.scheme.worktime import programme_year


class Command(AllHoursCommand):
    help = "The year's summary tables 附6 and 附7 as one workbook."
    example = "allhours summary --year 2026 --out summary.xlsx"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="programme year")
        parser.add_argument("--on", type=date.fromisoformat, help="as of this day")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.local_date(clock.now())
        year = options["year"]
        last = programme_year(year, scheme_for(date(year, 12, 31)).year).last
        on = options["on"] or min(today, last)
        options["out"].write_bytes(summary_workbook(on, actor=Actor.system("summary")))
        self.say(f"Wrote {options['out']} as of {on}.")
        self.emit({"out": str(options["out"]), "on": on.isoformat()})
