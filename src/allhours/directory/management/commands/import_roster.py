from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from allhours.accounts.actor import Actor
from allhours.directory.actions import roster
from allhours.directory.models import Organization
from allhours.directory.queries.roster import unit_by_code
from allhours.directory.roster.error_file import problems_workbook
from allhours.directory.roster.problems import Problem
from allhours.directory.roster.read import content_of
from allhours.jobs.command import REFUSED, AllHoursCommand
from allhours.kernel import clock

USAGE = 2


class Command(AllHoursCommand):
    help = (
        "Preview what a roster (.xlsx .xls .csv) would do, or apply it whole or not at all. "
        "Errors block --apply; warnings do not."
    )
    example = "allhours import_roster roster.xlsx --problems problems.xlsx"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the roster")
        parser.add_argument("--unit", metavar="CODE", help="import as this unit's own roster")
        parser.add_argument(
            "--create-units", action="store_true", help="make units that do not exist yet"
        )
        parser.add_argument("--apply", action="store_true", help="write it, if nothing is wrong")
        parser.add_argument(
            "--with-leaves", action="store_true", help="let those leave who are missing in the file"
        )
        parser.add_argument(
            "--problems", type=Path, metavar="OUT.xlsx", help="the file back, wrong cells marked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        content = content_of(options["file"])
        actor = Actor.system("import_roster")
        file = {
            "actor": actor, "filename": options["file"].name, "content": content, "now": now,
            "unit": self._unit(options["unit"]), "create_units": options["create_units"],
        }  # fmt: skip
        if file["unit"] and file["create_units"]:
            raise CommandError("--create-units is for a county's import only.", returncode=USAGE)
        worked = roster.preview_roster(**file)
        if options["problems"]:
            options["problems"].write_bytes(
                problems_workbook(worked.grid, worked.parsed.header, worked.plan.problems, gettext)
            )
        if options["apply"] and not worked.plan.errors:
            import_ = roster.stage_roster(**file, worked=worked)
            roster.apply_roster(
                actor=actor, import_=import_, now=now, with_leaves=options["with_leaves"],
                parsed=worked.parsed,
            )  # fmt: skip
        if worked.plan.errors:
            self.status = REFUSED
        self._report(worked, applied=options["apply"] and not worked.plan.errors)

    def _unit(self, code: str | None) -> Organization | None:
        if code is None:
            return None
        unit = unit_by_code(code)
        if unit is None:
            raise CommandError(f"There is no unit with the code {code}.", returncode=USAGE)
        return unit

    def _report(self, worked: roster.Worked, *, applied: bool) -> None:
        made = worked.plan
        problems = [problem.as_json(gettext) for problem in made.problems]
        self.emit({**made.counts, "problems": problems})
        if self.as_json:
            return
        self.say("  ".join(f"{name} {number}" for name, number in made.counts.items()))
        for problem in made.problems:
            self.say(self._line(problem))
        if made.errors:
            self.say(f"{len(made.errors)} errors: nothing was changed.")
        else:
            self.say("Applied." if applied else "Preview only: nothing was changed.")

    def _line(self, problem: Problem) -> str:
        shown = problem.as_json(gettext)
        parts = [f"row {problem.row}", problem.column, problem.code, shown["text"]]
        if shown["found"]:
            parts.append(f"found: {shown['found']}")
        if shown["expected"]:
            parts.append(f"expected: {shown['expected']}")
        return "  ".join(parts)
