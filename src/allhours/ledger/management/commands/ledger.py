from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from allhours.accounts.actor import Actor
from allhours.jobs.command import REFUSED, AllHoursCommand
from allhours.kernel import clock
from allhours.ledger import actions, chain, queries
from allhours.ledger.verify import verify

SHOWN = 50  # problems printed for people; --json holds all


class Command(AllHoursCommand):
    help = "Export, verify or seal the ledger of service."
    example = "allhours ledger export --out ledger.csv"

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_subparsers(dest="todo", required=True, metavar="export|verify|seal")
        export = todo.add_parser("export", help="write every entry as CSV (UTF-8, with a header)")
        export.add_argument("--out", required=True, metavar="FILE.csv")
        checking = todo.add_parser("verify", help="check chains, totals, overlaps and seals")
        sealing = todo.add_parser("seal", help="seal today's entries now instead of tonight")
        for each in (export, checking, sealing):
            each.add_argument("--data", metavar="DIR", help="the installation")
            each.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        {"export": self.export, "verify": self.verify, "seal": self.seal}[options["todo"]](options)

    def export(self, options: dict[str, Any]) -> None:
        out = Path(options["out"])
        rows = 0
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(chain.COLUMNS)
            for rows, row in enumerate(queries.export_rows(), start=1):  # noqa: B007 - counted
                writer.writerow(row)
        actions.note_export(actor=Actor.system("ledger export"), rows=rows, now=clock.now())
        self.say(f"{rows} entries written to {out}.")
        self.emit({"rows": rows, "out": str(out)})

    def verify(self, options: dict[str, Any]) -> None:
        problems = verify()
        entries = queries.count()
        for problem in problems[:SHOWN]:
            where = f"{problem.member_no}#{problem.seq} " if problem.member_no else ""
            self.say(f"{where}{problem.code}: {problem.text}")
        if problems:
            self.status = REFUSED
            self.say(f"{len(problems)} problems in {entries} entries.")
        else:
            self.say(f"The ledger holds: {entries} entries, chains and seals intact.")
        self.emit({"entries": entries, "ok": not problems, "problems": [vars(p) for p in problems]})

    def seal(self, options: dict[str, Any]) -> None:
        seal = actions.seal_night(actor=Actor.system("ledger seal"), now=clock.now())
        self.say(f"Sealed on {seal.on}: {seal.entries} entries, {seal.chain}.")
        self.emit({"on": seal.on, "entries": seal.entries, "chain": seal.chain})
