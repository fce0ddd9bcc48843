"""`allhours keys list|rotate|drop`."""

from typing import Any

from django.core.management.base import CommandError

from allhours.accounts.actor import Actor
from allhours.jobs import actions, rotation
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock, crypto


class Command(AllHoursCommand):
    help = (
        "List the encryption keys, rotate to a new one (everything sealed is sealed anew; can be "
        "stopped and started again), or drop one that nothing names any more."
    )
    example = "allhours keys rotate --data /srv/allhours"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", choices=["list", "rotate", "drop"])
        parser.add_argument("name", nargs="?", default="", help="the key to drop")
        parser.add_argument(
            "--background", action="store_true", help="rotate: leave the work to the server"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "list":
            self.list_keys()
        elif options["what"] == "drop":
            self.drop(options["name"])
        else:
            self.rotate(background=options["background"])

    def list_keys(self) -> None:
        ring, counts = crypto.keys(), rotation.count_by_key()
        for name in ring.encryption:
            mark = " (current)" if name == ring.current else ""
            self.say(f"{name}{mark}: {counts[name]} sealed values")
        lacking = sorted(set(counts) - set(ring.encryption))
        for name in lacking:
            self.say(f"{name}: MISSING in the key file, {counts[name]} sealed values")
        self.emit({"current": ring.current, "keys": dict(counts), "missing": lacking})
        self.status = 1 if lacking else 0

    def drop(self, name: str) -> None:
        ring = crypto.keys()
        if name not in ring.encryption:
            raise CommandError(f"There is no key {name!r}; `allhours keys list` shows them.")
        used = rotation.count_by_key()[name]
        if name == ring.current or used:
            raise CommandError(f"The key {name} is in use ({used} values); rotate first.")
        rotation.drop_key(name)
        self.say(f"Dropped {name}. Backups made while it was in use can no longer be restored.")
        self.emit({"dropped": name})

    def rotate(self, *, background: bool) -> None:
        current = crypto.keys().current
        unfinished = set(rotation.count_by_key()) - {current}
        if unfinished:
            self.say(f"Going on with the rotation to {current}.")
        else:
            current = rotation.add_key()
            self.say(
                f"New key {current}. Keep a copy of the key file: backups need it from now on."
            )
        if background:
            job = actions.start_job(
                actor=Actor.system("keys rotate"), kind="jobs.reseal", args={}, now=clock.now()
            )
            self.say("The server's background worker seals everything anew.")
            self.emit({"current": current, "job": job.code})
            return
        changed = rotation.reseal(self.show)
        self.say(f"{changed} values sealed under {current}.")
        self.emit({"current": current, "changed": changed})

    def show(self, done: int, total: int) -> None:
        if total and (done == total or done % 2000 == 0):
            self.stderr.write(f"{done} of {total}", style_func=str)
