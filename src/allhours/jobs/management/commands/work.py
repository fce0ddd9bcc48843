"""`allhours work`: the background worker by itself; `serve` starts one of its own."""

from typing import Any

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
        worker.work_for_ever()
