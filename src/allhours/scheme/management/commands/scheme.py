"""`allhours scheme check|diff|publish|try PATH`: work on a county's rules."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser

from allhours.accounts.actor import Actor
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.scheme import actions, loader, queries, trials, worktime
from allhours.scheme.differences import differences
from allhours.scheme.schema import Scheme


class Command(AllHoursCommand):
    help = (
        "Work on a county's rules. PATH is a folder with scheme.toml (and menu.csv), or the name "
        "of a scheme that ships with the program. check: every problem with file and line, and "
        "what is to be set. diff: what would change. publish: freeze as the next version. "
        "try: whose result of a year would change under it."
    )
    example = (
        "allhours scheme check ./my-county\n  allhours scheme publish ./my-county --from 2027-01-01"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check", "diff", "publish", "try"])
        parser.add_argument("path", metavar="PATH")
        parser.add_argument(
            "--against", metavar="PATH", help="diff: compare with this scheme, not with the latest"
        )
        parser.add_argument(
            "--from",
            dest="effective_from",
            type=date.fromisoformat,
            metavar="DATE",
            help="publish: first day in force (default: first version the beginning of the "
            "programme year, later ones tomorrow)",
        )
        parser.add_argument("--year", type=int, help="try: the programme year to work out again")

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"do_{options['action']}")(options)

    def do_check(self, options: dict[str, Any]) -> None:
        loaded = loader.read(options["path"])
        for problem in loaded.problems:
            self.say(str(problem))
        if not loaded.problems:
            self.say(f"{loaded.scheme.code}: sound. To be set: {len(loaded.scheme.to_set)}.")
            for path in loaded.scheme.to_set:
                self.say(f"  {path}")
        self.status = int(bool(loaded.problems))
        self.emit(
            {
                "code": loaded.scheme.code,
                "problems": [asdict(problem) for problem in loaded.problems],
                "to_set": [] if loaded.problems else list(loaded.scheme.to_set),
            }
        )

    def do_diff(self, options: dict[str, Any]) -> None:
        draft, _document = _load(options["path"])
        against = _load(options["against"])[0] if options["against"] else _latest()
        found = differences(against, draft)
        for change in found:
            before = "–" if change.before is None else change.before
            after = "–" if change.after is None else change.after
            self.say(f"{change.path}: {before} → {after}")
        if not found:
            self.say("No difference.")
        self.emit({"against": against.code, "changes": [asdict(change) for change in found]})

    def do_publish(self, options: dict[str, Any]) -> None:
        now = clock.now()
        draft, document = _load(options["path"])
        first_day = options["effective_from"] or _default_day(draft, clock.local_date(now))
        version = actions.publish_scheme(
            actor=Actor.system("scheme publish"),
            document=document,
            effective_from=first_day,
            now=now,
        )
        self.say(
            f"Published {version.code} as version {version.number}, in force from {first_day}."
        )
        self.emit(
            {
                "number": version.number,
                "code": version.code,
                "effective_from": version.effective_from,
                "checksum": version.checksum,
                "to_set": list(draft.to_set),
            }
        )

    def do_try(self, options: dict[str, Any]) -> None:
        if not trials.trials:
            raise CommandError(
                "Nothing in this installation can be worked out again under a draft."
            )
        draft, _document = _load(options["path"])
        today = clock.local_date(clock.now())
        rules = queries.scheme_for(on=today)
        year = options["year"] or worktime.programme_year_of(today, rules.year)
        as_of = min(today, worktime.programme_year(year, rules.year).last)
        in_force = queries.scheme_for(on=as_of)
        moved = [each for trial in trials.trials for each in trial(in_force, draft, year, as_of)]
        for each in moved:
            self.say(f"{each.member_no} {each.what}: {each.before} → {each.after}")
        self.say(f"{year}: {len(moved)} results would change.")
        self.emit({"year": year, "as_of": as_of, "moved": [asdict(each) for each in moved]})


def _load(path: str) -> tuple[Scheme, dict[str, Any]]:
    try:
        return loader.load(path)
    except loader.SchemeInvalid as error:
        raise CommandError(str(error)) from error


def _latest() -> Scheme:
    version = queries.latest()
    return queries.scheme_of(version) if version else queries.neutral_scheme()


def _default_day(draft: Scheme, today: date) -> date:
    if queries.latest() is not None:
        return today + timedelta(days=1)
    year = worktime.programme_year_of(today, draft.year)
    return worktime.programme_year(year, draft.year).first
