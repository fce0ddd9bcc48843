"""The most used pages of the demo county: server time, queries, bytes.

Times are set against `/healthz`, which goes through the same middleware and does nothing.
`ALLHOURS_BENCH_DATA` names a demo that exists; otherwise one of the scheme's size is built.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.support import allhours, best, table


def pages(codes: dict[str, str]) -> list[tuple[str, str]]:
    """(user name, address); the empty name is somebody without an account."""
    return [
        ("", "/"),
        ("", "/wishes/"),
        ("", f"/wishes/{codes['wish']}/"),
        (codes["member"], "/me/"),
        (codes["member"], "/me/record/"),
        (codes["member"], "/wishes/"),
        (codes["community"], "/desk/"),
        (codes["community"], "/desk/wishes/"),
        (codes["county"], "/desk/wishes/overview/"),
        (codes["county"], f"/desk/activities/{codes['activity']}/attendance/"),
        (codes["county"], "/desk/county/"),
        (codes["county"], "/desk/members/"),
        (codes["county"], "/desk/tables/"),
    ]


def measure() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db.models import Count
    from django.test import Client
    from django.test.utils import setup_test_environment

    from allhours.activities.models import Activity
    from allhours.demo.cast import one_per_role
    from allhours.demo.management.commands.demo import _kept
    from allhours.directory.models import Member
    from allhours.jobs import serving
    from allhours.needs.models import Wish

    setup_test_environment()
    serving.ensure_static_files()

    people = {str(each.role): each.username for each in one_per_role(_kept(Path(settings.DATA)))}
    largest = Activity.objects.annotate(n=Count("attendances")).order_by("-n").first()
    assert largest is not None
    codes = {
        "wish": Wish.objects.filter(may_publish=True, state="confirmed").latest("pk").code,
        "member": people["member"],
        "community": people["community_secretary"],
        "county": people["county_officer"],
        "activity": largest.code,
    }
    plain = Client()
    nothing, _ = best(lambda: plain.get("/healthz"), times=10)
    rows = [row(user, path, nothing) for user, path in pages(codes)]
    head = ["who", "page", "status", "ms", "x healthz", "queries", "KB"]
    members = Member.objects.count()
    table(
        f"Pages of a county of {members:,} members (/healthz: {nothing * 1000:.1f} ms)", head, rows
    )


def row(user: str, path: str, nothing: float) -> list[Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from allhours.accounts.models import User

    client = Client()
    if user:
        account = User.objects.get(username=user)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.get(path)
    seconds, answer = best(lambda: client.get(path), times=3)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    size = f"{len(answer.content) / 1024:.0f}"
    shown = path if len(path) < 30 else f"{path[:26]}..."
    ms = f"{seconds * 1000:.0f}"
    return [
        user or "-",
        shown,
        answer.status_code,
        ms,
        f"{seconds / nothing:.0f}",
        len(queries),
        size,
    ]


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "allhours.config.settings"
    os.environ["ALLHOURS_HTTPS"] = "0"
    os.environ.pop("DATABASE_URL", None)
    given = os.environ.get("ALLHOURS_BENCH_DATA")
    if given:
        os.environ["ALLHOURS_DATA"] = given
        measure()
        return 0
    with tempfile.TemporaryDirectory(prefix="allhours-bench-") as name:
        os.environ["ALLHOURS_DATA"] = name
        print("Building the demo county ...", file=sys.stderr)
        allhours("demo", "--no-serve", data=Path(name))
        measure()
    return 0


if __name__ == "__main__":
    sys.exit(main())
