from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from allhours.accounts.actor import Actor
from allhours.appraisal import queries
from allhours.appraisal.duties import Progress
from allhours.directory.models import Member
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.scheme.queries import scheme_for
from allhours.scheme.worktime import programme_year


class Command(AllHoursCommand):
    help = "Who has met which duty of the year, with what counted."
    example = "allhours duties --year 2026 --member N000123 --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="programme year (default: the present one)")
        parser.add_argument("--on", type=date.fromisoformat, help="as of this day, YYYY-MM-DD")
        parser.add_argument("--member", metavar="NO", help="one member only")

    def handle(self, *args: Any, **options: Any) -> None:
        on = _day(options["year"], options["on"])
        members = queries.members_with_duties(Actor.system("duties"), on=on)
        if options["member"]:
            members = Member.objects.filter(member_no=options["member"])
            if not members.exists():
                raise CommandError(f"There is no member {options['member']}. Check the number.")
        rows: list[dict[str, Any]] = [
            {
                "member_no": member.member_no,
                "unit": member.unit.code,
                "duties": [as_json(progress) for progress in progresses],
            }
            for member, progresses in queries.progress_of_all(members, on=on)
        ]
        met = sum(all(duty["met"] for duty in row["duties"]) for row in rows)
        if any(row["duties"] for row in rows):
            self.say(f"{met} of {len(rows)} members have met every duty worked out on {on}.")
        else:
            self.say(f"The scheme in force on {on} states no duty that is worked out.")
        self.emit({"on": on.isoformat(), "members": rows})


def _day(year: int | None, on: date | None) -> date:
    """The day asked for, or today, or the last day of a year that is over."""
    today = clock.local_date(clock.now())
    if on is not None or year is None:
        return on or today
    last = programme_year(year, scheme_for(date(year, 12, 31)).year).last
    return min(today, last)


def as_json(progress: Progress) -> dict[str, Any]:
    return {
        "code": progress.duty.code,
        "kind": progress.kind,
        "met": progress.met,
        "times": progress.times,
        "minutes": progress.minutes,
        "periods": [
            {
                "from": part.period.first.isoformat(),
                "to": part.period.last.isoformat(),
                "times": part.times,
                "minutes": part.minutes,
                "met": part.met,
            }
            for part in progress.parts
        ],
        "counted": list(progress.counted),
        "not_counted": [{"entry_id": ref, "why": why} for ref, why in progress.passed_over],
    }
