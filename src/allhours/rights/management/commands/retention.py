"""`allhours retention [--apply]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.rights.actions import retention
from allhours.rights.shown import kept_for


class Command(AllHoursCommand):
    help = "Which records are past the time that the scheme keeps them; --apply removes them."
    example = "allhours retention --dry-run --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--apply", action="store_true", help="remove what is past its time")
        either.add_argument(
            "--dry-run", action="store_true", help="only say what would go (the default)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        applied: bool = options["apply"]
        if applied:
            lines = retention.run_retention(actor=Actor.system("retention"), now=now)
        else:
            lines = retention.dry_run(now=now)
        for line in lines:
            kept = kept_for(line.holding, clock.local_date(now))
            self.say(f"{line.rows:>7}  {line.holding.title}（{kept}） < {line.cutoff.day}")
        total = sum(line.rows for line in lines)
        self.say(f"{total} removed." if applied else f"{total} would go; --apply removes them.")
        self.emit({"applied": applied, "rows": total, "lines": [line.as_json() for line in lines]})
