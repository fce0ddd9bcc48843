"""`allhours work`: the background worker by itself; `serve` starts one of its own."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from allhours.jobs import worker
from allhours.jobs.command import AllHoursCommand
from allhours.jobs.process import die_with_parent


class Command(AllHoursCommand):
    help = "The background worker by itself; `allhours serve` starts one of its own."
    example = "allhours work --data /srv/allhours"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--parent",
            type=int,
            metavar="PID",
            help="end together with the process of this id, which started this one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            die_with_parent(options["parent"])
        with only_worker():
            worker.work_for_ever()


@contextmanager
def only_worker() -> Iterator[None]:
    """At its start a worker picks up what another left, so there must not be another."""
    with (Path(settings.DATA) / ".working").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"A background worker is running on {settings.DATA} already; one is enough."
            ) from None
        yield
