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
            "--child", action="store_true", help="end together with the process that started it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["child"]:
            die_with_parent()
        worker.work_for_ever()
