"""`allhours init`: an empty installation for a real county."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from allhours.accounts.actor import Actor
from allhours.directory.actions import founding
from allhours.directory.models import Organization
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock
from allhours.kernel.crypto import new_key_file
from allhours.scheme import loader


class Command(AllHoursCommand):
    help = "Make an empty installation for a real county and print its first activation codes."
    example = "allhours init --data /srv/allhours --scheme base --county 某县"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scheme", required=True, help="a shipped scheme, or a folder")
        parser.add_argument("--county", required=True, metavar="NAME")
        parser.add_argument("--officer", default="", metavar="NAME", help="first county officer")

    def handle(self, **options: Any) -> None:
        county = options["county"].strip()
        if not county or len(county) > 50:
            raise CommandError("--county needs a name of at most 50 characters.", returncode=2)
        document = self.scheme_document(options["scheme"])
        refuse_existing()
        made = prepare_folder()
        try:
            accounts = found(county, document, options["officer"].strip())
        except BaseException:
            undo(made)
            raise
        write_installation()
        self.report(county, options["scheme"], accounts)

    def scheme_document(self, name: str) -> dict[str, Any]:
        """The resolved document, read before anything is written."""
        folder = loader.find(name)
        if not folder.is_dir():
            known = ", ".join(loader.shipped())
            raise CommandError(f"There is no scheme `{name}`. Shipped are: {known}.")
        try:
            return loader.load(folder)[1]
        except loader.SchemeInvalid as error:
            first = error.problems[0]
            raise CommandError(
                f"The scheme has {len(error.problems)} problems; the first: {first}"
            ) from error

    def report(self, county: str, scheme: str, accounts: list[founding.FirstAccount]) -> None:
        self.emit(
            {
                "county": county,
                "scheme": scheme,
                "data": str(settings.DATA),
                "accounts": [
                    {
                        "role": str(each.role),
                        "username": each.slip.username,
                        "activation_code": each.slip.code,
                        "expires_at": each.slip.expires_at,
                    }
                    for each in accounts
                ],
            }
        )
        if self.as_json:
            return
        self.say(f"{county} is set up in {settings.DATA}.")
        self.say("Activation codes, shown this once (open /activate/ within 90 days):")
        for each in accounts:
            self.say(f"  {each.role:<16} {each.slip.username:<10} {each.slip.code}")


def refuse_existing() -> None:
    if (settings.DATA / "installation.json").exists():
        raise CommandError(f"{settings.DATA} holds an installation already; nothing was changed.")
    try:
        stands = (
            Organization._meta.db_table in connection.introspection.table_names()
            and Organization.objects.exists()
        )
    except DatabaseError:
        stands = False
    finally:
        connection.close()
    if stands:
        raise CommandError("The database holds a county already; nothing was changed.")


def prepare_folder() -> list[Path]:
    """The data folder and its keys; gives back the files made, for `undo`."""
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    made: list[Path] = []
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        if not database.exists() or not database.stat().st_size:
            made += [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
    if not settings.ALLHOURS_KEY_FILE.exists():
        new_key_file(settings.ALLHOURS_KEY_FILE)
        made.append(settings.ALLHOURS_KEY_FILE)
    return made


def undo(made: list[Path]) -> None:
    """A failed beginning leaves nothing behind, so that it can be repeated."""
    connection.close()
    for path in made:
        path.unlink(missing_ok=True)


def found(county: str, document: dict[str, Any], officer: str) -> list[founding.FirstAccount]:
    call_command("migrate", verbosity=0, interactive=False)
    now, actor = clock.now(), Actor.system("init")
    with transaction.atomic():  # a county without its first accounts could never be entered
        roots = founding.found_county(
            actor=actor, name=county, document=document, now=now,
            effective_from=clock.local_date(now).replace(month=1, day=1),
        )  # fmt: skip
        return founding.open_first_accounts(
            actor=actor, committee=roots.committee, officer=officer, now=now
        )


def write_installation() -> None:
    """The mark of a finished beginning; ordinary installations are no demo."""
    document = {"demo": False, "created_at": clock.now().isoformat()}
    (settings.DATA / "installation.json").write_text(json.dumps(document, indent=1))
