import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.placement import solver
from allhours.placement.actions import rounds
from allhours.placement.choices import RoundState
from allhours.placement.models import Round
from allhours.placement.queries import desk


class Command(AllHoursCommand):
    help = (
        "Propose where every member serves, at the optimum of the scheme's costs; with --apply, "
        "adopt the proposal. An open round of that name is taken up with its locks."
    )
    example = "allhours place --round 2026-1 --problem problem.json --json"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--round", metavar="NAME", help="the round's name (default: the open one, or a new one)"
        )
        parser.add_argument(
            "--apply", action="store_true", help="adopt: what was proposed, else solve and adopt"
        )
        parser.add_argument(
            "--problem", metavar="OUT.json", type=Path, help="write the instance that was solved"
        )

    def handle(self, **options: Any) -> None:
        if options["problem"]:
            options[
                "problem"
            ].touch()  # a path that cannot be written fails before anything is done
        now = clock.now()
        actor = Actor.system("allhours place")
        round_ = rounds.open_round(
            actor=actor, name=options["round"] or desk.round_name_for(now), now=now
        )
        if not (options["apply"] and round_.state == RoundState.PROPOSED) or options["problem"]:
            self._solve(actor, round_, options["problem"], now)
        round_.refresh_from_db()
        if options["apply"]:
            new, moved = rounds.adopt_round(actor=actor, round_=round_, now=now)
            self.say(f"Adopted “{round_.name}”: {new} placed, {moved} moved.")
        self._report(round_)

    def _solve(self, actor: Actor, round_: Round, problem: Path | None, now: datetime) -> None:
        _answer, loaded = rounds.propose_round(actor=actor, round_=round_, now=now)
        if problem is not None:
            problem.write_text(json.dumps(solver.to_json(loaded.problem), ensure_ascii=False))

    def _report(self, round_: Round) -> None:
        assignment = desk.assignment_of(round_)
        unplaced = sum(row["community"] is None for row in assignment)
        placed = len(assignment) - unplaced
        self.say(
            f"“{round_.name}”: {placed} of {len(assignment)} members placed, {unplaced} unplaced; "
            f"objective {round_.objective}, proved bound {round_.bound}, {round_.seconds:.2f} s."
        )
        for row in round_.report["communities"]:
            if row["short"]:
                self.say(f"{row['code']} {row['name']}: {row['short']} short of its minimum.")
        self.emit(
            {
                "round": round_.name,
                "members": len(assignment),
                "placed": placed,
                "unplaced": unplaced,
                "objective": round_.objective,
                "bound": round_.bound,
                "seconds": round_.seconds,
                "communities": round_.report["communities"],
                "assignment": assignment,
            }
        )
