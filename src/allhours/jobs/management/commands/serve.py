"""`allhours serve`."""

import os
from typing import Any

from django.conf import settings

from allhours.jobs import hooks, serving
from allhours.jobs.command import AllHoursCommand
from allhours.jobs.restore import serving_lock
from allhours.kernel import clock

MOST_WORKERS = 4
# Without this a first try on one machine ends in a redirect to a port that speaks no TLS.
BEHIND_TLS = (
    "Pages are sent to browsers over https only, through a proxy with TLS. "
    "To try it on this machine without one, set ALLHOURS_HTTPS=0."
)


class Command(AllHoursCommand):
    help = "Serve pages and work off long work in the background, until stopped."
    example = "allhours serve --port 8000 --data /srv/allhours"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
        parser.add_argument(
            "--workers",
            type=int,
            default=max(2, min(MOST_WORKERS, os.cpu_count() or 1)),
            help="processes that answer requests (default: one per core, 2 to 4)",
        )
        parser.add_argument(
            "--threads", type=int, default=8, help="requests at a time in each (default: 8)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ["ALLHOURS_DATA"] = str(settings.DATA)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allhours.config.settings")
        with serving_lock(alone=False):
            serving.ensure_port(options["host"], options["port"])
            serving.ensure_database(clock.now(), self.say)
            hooks.run_after_restore(clock.now())
            serving.ensure_static_files()
            self.say(f"Serving {settings.DATA} at http://{options['host']}:{options['port']}")
            if settings.HTTPS:
                self.say(BEHIND_TLS)
            self.stdout.flush()
            serving.serve(
                host=options["host"],
                port=options["port"],
                workers=options["workers"],
                threads=options["threads"],
            )
