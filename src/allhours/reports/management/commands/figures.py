from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.reports.figures import county_figures


class Command(AllHoursCommand):
    help = "The county's figures as of a day."
    example = "allhours figures --on 2026-09-30 --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.local_date(clock.now())
        figures = county_figures(on)
        for figure in figures:
            of = (
                f"（{figure.numerator} / {figure.denominator}）"
                if figure.numerator is not None
                else ""
            )
            value = "—" if figure.value is None else figure.value
            self.say(f"{figure.label} {value} {figure.unit}{of}")
        self.emit({"on": on.isoformat(), "figures": [figure.as_json() for figure in figures]})
