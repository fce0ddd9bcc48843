from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.reports.registers import REGISTERS, open_register
from allhours.ui.exports import csv_lines

NOT_STATED = "not stated (run without a terminal)"


class Command(AllHoursCommand):
    help = "A register as CSV, for independent checks; asks a purpose, which is journaled."
    example = "allhours export wishes --out wishes.csv --purpose 年度核对"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("register", choices=sorted(REGISTERS))
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
        parser.add_argument("--purpose", default="", help="what the export is for")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = open_register(
            actor=Actor.system("export"),
            name=options["register"],
            purpose=options["purpose"] or _ask(),
            now=clock.now(),
        )
        lines = csv_lines(rows)
        next(lines)  # the byte order mark is for spreadsheet programs; this file is for programs
        with options["out"].open("w", encoding="utf-8", newline="") as file:
            count = sum(bool(file.write(line)) for line in lines) - 1
        self.say(f"Wrote {count} rows to {options['out']}.")
        self.emit({"register": options["register"], "rows": count})


def _ask() -> str:
    """A person is asked; a script that gives no purpose is journaled as having given none."""
    if not sys.stdin.isatty():
        return NOT_STATED
    return input("用途 (purpose): ")
