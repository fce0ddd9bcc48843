from __future__ import annotations

import csv
import json
import os
import sys
from argparse import ArgumentParser
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from allhours.demo.cast import SignIn, one_per_role
from allhours.demo.year import Played, count, play
from allhours.directory.models import Organization
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.kernel.crypto import new_key_file
from allhours.scheme import loader
from allhours.scheme.worktime import programme_year, programme_year_of

DEFAULT = "nongan"  # names a folder of schemes/, as contract §2 fixes it


class Command(AllHoursCommand):
    help = "A fictional county, its year played through the real use cases, then served."
    example = "allhours demo --scheme nongan --data ./demo-data --port 8000"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scheme", default=DEFAULT, help="a shipped scheme, or a folder")
        parser.add_argument("--members", type=int, metavar="N", help="default: the scheme's size")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", type=date.fromisoformat, help="default: end of the year")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="only build it")
        parser.add_argument("--signins", type=Path, metavar="OUT.csv", help="every sign-in")

    def handle(self, *args: Any, **options: Any) -> None:
        marker = settings.DATA / "installation.json"
        if marker.exists() and not settings.ALLHOURS_DEMO:
            raise CommandError(f"{settings.DATA} holds a real installation; choose another folder.")
        if marker.exists():
            signins, sizes = _kept(settings.DATA), count()
            self.say(f"The demo in {settings.DATA} is there already.")
        else:
            signins, sizes = self._build(options)
        if options["signins"]:
            _write_signins(options["signins"], signins)
        self._report(options["scheme"], signins, sizes)
        if not options["no_serve"]:
            _serve(options["port"])

    def _build(self, options: dict[str, Any]) -> tuple[list[SignIn], dict[str, int]]:
        folder = loader.find(options["scheme"])
        if not folder.is_dir():
            known = ", ".join(loader.shipped())
            raise CommandError(f"There is no scheme `{options['scheme']}`. Shipped are: {known}.")
        scheme, document = loader.load(folder)
        until = _last_moment(options["until"], scheme.year)
        members = options["members"] or scheme.demo.members
        if members < scheme.demo.units:
            raise CommandError(
                f"--members needs at least one for each of {scheme.demo.units} units."
            )
        _prepare()
        played = play(
            document=document,
            scheme=scheme,
            members=members,
            seed=options["seed"],
            until=until,
            say=lambda text: self.stderr.write(text, style_func=str),
        )
        _finish(until, played)
        return played.cast.signins, played.sizes

    def _report(self, scheme: str, signins: list[SignIn], sizes: dict[str, int]) -> None:
        chosen = one_per_role(signins)
        self.emit(
            {
                "scheme": scheme,
                "sizes": sizes,
                "signins": [
                    {"role": each.role, "username": each.username, "password": each.password}
                    for each in chosen
                ],
            }
        )
        if self.as_json:
            return
        self.say("  ".join(f"{name} {number}" for name, number in sizes.items()))
        self.say("Sign in at /sign-in/ (every password is the same):")
        for each in chosen:
            self.say(f"  {each.role:<20} {each.username:<12} {each.password}")


def _last_moment(until: date | None, rules: Any) -> datetime:
    today = clock.local_date(clock.now())
    last = until or programme_year(programme_year_of(today, rules), rules).last
    return clock.at(last, time(17))


def _prepare() -> None:
    """Folder, keys and tables of a fresh demo."""
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.ALLHOURS_KEY_FILE.exists():
        new_key_file(settings.ALLHOURS_KEY_FILE)
    call_command("migrate", verbosity=0, interactive=False)
    if Organization.objects.exists():
        raise CommandError("The database holds a county already; nothing was changed.")


def _finish(until: datetime, played: Played) -> None:
    """Written last: an interrupted build is not taken for a demo. From here its clock runs on."""
    shift = int((until - datetime.now(until.tzinfo)).total_seconds())
    rows = [[e.username, e.password, e.role, e.member_no] for e in played.cast.signins]
    (settings.DATA / "signins.json").write_text(json.dumps(rows))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    marker = {"demo": True, "clock_shift_seconds": shift, "second_factor": "offered"}
    (settings.DATA / "installation.json").write_text(json.dumps(marker))


def _serve(port: int) -> None:
    """The server in a fresh process: this one began before the demo had its clock and its keys."""
    connection.close()
    sys.stdout.flush()
    place = ["--data", str(settings.DATA), "--port", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", "allhours", "serve", *place])  # noqa: S606


def _kept(folder: Path) -> list[SignIn]:
    return [SignIn(*row) for row in json.loads((folder / "signins.json").read_text())]


def _write_signins(path: Path, signins: list[SignIn]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("username", "password", "role", "member_no"))
        writer.writerows((e.username, e.password, e.role, e.member_no) for e in signins)
