"""`allhours wishes`: the operator's list."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.queries.register import measured_by, register


class Command(AllHoursCommand):
    help = "List wishes with their state and claims; no wisher's name, phone or address."
    example = "allhours wishes --state open --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=WishState.values, help="only wishes in this state")

    def handle(self, **options: Any) -> None:
        now = clock.now()
        wishes = register(options["state"], now)
        self.emit(measured_by(now) | {"wishes": wishes})
        if self.as_json:
            return
        for wish in wishes:
            claims = ", ".join(f"{c['member_no']} {c['state']}" for c in wish["claims"])
            self.say(
                f"{wish['code']}  {wish['state']:<10} {wish['community']}  "
                f"{wish['places']} place(s)  {claims}"
            )
        self.say(f"{len(wishes)} wishes.")
