"""Clock, table and throw-away installations for the measurements."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Seconds of the fastest of some runs, and what it returned."""
    fastest, result = float("inf"), None
    for _ in range(times):
        gc.collect()
        started = time.perf_counter()
        result = work()
        fastest = min(fastest, time.perf_counter() - started)
    return fastest, result


def table(title: str, head: list[str], rows: list[list[object]]) -> None:
    """Print aligned columns."""
    cells = [head, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(line[place]) for line in cells) for place in range(len(head))]
    print(f"\n{title}")
    for line in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def rate(number: int, seconds: float) -> str:
    return f"{number / seconds:,.0f}/s"


@contextmanager
def installation() -> Iterator[Path]:
    """An empty migrated installation for this process; call before Django is set up."""
    from allhours.kernel.crypto import new_key_file

    with tempfile.TemporaryDirectory(prefix="allhours-bench-") as name:
        folder = Path(name)
        new_key_file(folder / "keys.json")
        os.environ.update(
            ALLHOURS_DATA=name,
            ALLHOURS_HTTPS="0",
            DJANGO_SETTINGS_MODULE="allhours.config.settings",
        )
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield folder


def allhours(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a command on another installation."""
    environment = {**os.environ, "ALLHOURS_DATA": str(data)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "allhours", *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
