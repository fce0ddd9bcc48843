"""What has to be in place before pages are served, and the processes that serve them."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from django.utils.module_loading import import_string

from allhours.jobs import backup
from allhours.jobs.process import die_with_parent

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_FOR_A_PORT = 3.0  # a server killed a moment ago may still be letting go of it
# Between threads of a serving process. Who holds the write lock of SQLite waits for its turn after
# every statement, and all other writers wait with it; with Python's 5 ms that is most of the time.
SECONDS_A_TURN = 0.0005


def load_application(server: int, *_args: Any) -> Callable[..., Any]:
    """Called in each serving process, before its first request; `server` started it."""
    die_with_parent(server)
    sys.setswitchinterval(SECONDS_A_TURN)
    application: Callable[..., Any] = import_string(settings.WSGI_APPLICATION)
    return application


def is_up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def ensure_database(now: datetime, say: Callable[[str], None]) -> None:
    """An embedded database is brought up to date after a copy; a server database is left alone."""
    if is_up_to_date():
        return
    if connection.vendor != "sqlite":
        raise CommandError(
            "The database is of an older version. Make a backup (`allhours backup FILE`), "
            "then run `allhours migrate` and start again."
        )
    database = Path(connection.settings_dict["NAME"])
    if not database.exists() or not connection.introspection.table_names():
        raise CommandError(
            f"There is no installation in {settings.DATA}. Make one with `allhours init` "
            "or `allhours demo`, or name another with --data DIR."
        )
    copy = database.with_name(f"before-update-{now:%Y%m%d-%H%M%S}.sqlite3")
    backup.copy_database(copy)
    say(f"Bringing the database up to date; a copy of it is in {copy}.")
    call_command("migrate", interactive=False, verbosity=0)


def ensure_static_files() -> None:
    """Collect style sheets and scripts into the data folder when those of the program changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    print_now = _fingerprint()
    if stamp.exists() and stamp.read_text() == print_now:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(print_now)


def _fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _load_pages() -> None:
    """Once, before the serving processes branch off, so that no first request has to wait."""
    import_string(settings.WSGI_APPLICATION)
    for resolver in get_resolver().url_patterns:
        getattr(resolver, "url_patterns", None)


def _let_go_of_the_database() -> None:
    """Before serving processes branch off: neither a connection nor a pool survives a fork."""
    connections.close_all()
    close_pool = getattr(connection, "close_pool", None)  # PostgreSQL only
    if close_pool is not None:
        close_pool()


_held: dict[str, socket.socket] = {}


def ensure_port(host: str, port: int, *, seconds: float | None = None) -> None:
    """Take a port, or refuse it when somebody has it.

    The serving processes share theirs (SO_REUSEPORT), so that a second server on it would start
    without complaint and get every other request.
    """
    until = time.monotonic() + (SECONDS_FOR_A_PORT if seconds is None else seconds)
    while _is_taken(host, port):
        if time.monotonic() >= until:
            raise CommandError(
                f"Port {port} of {host} is taken by another program, perhaps by `allhours serve`. "
                "Stop that one, or choose another port with --port."
            )
        time.sleep(0.1)


def _is_taken(host: str, port: int) -> bool:
    """By one that does not share it (binding fails) or by one that does (it answers).

    Binding alone, without sharing, would also refuse what is left of connections just closed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise CommandError(f"Cannot serve at {host}:{port}: {error.strerror}.") from None
    if not _hold(f"\0allhours {host} {port}"):
        return True
    with socket.socket(family) as caller:
        caller.settimeout(1)
        return caller.connect_ex((host, port)) == 0


def _hold(name: str) -> bool:
    """Until the first pages are loaded nobody answers yet: a name that one process can have.

    The system lets go of it when this process ends, however it ends. Linux only.
    """
    if sys.platform != "linux" or name in _held:
        return True
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(name)
    except OSError:
        mark.close()
        return False
    _held[name] = mark
    return True


class BackgroundWorker:
    """`allhours work` as a child, started again whenever it ends by itself."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._spawn()
        threading.Thread(target=self._keep_running, daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _spawn(self) -> None:
        environment = {**os.environ, "ALLHOURS_DATA": str(settings.DATA)}
        self._process = subprocess.Popen(  # noqa: S603  this program itself
            [sys.executable, "-m", "allhours", "work", "--parent", str(os.getpid())],
            env=environment,
        )

    def _keep_running(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_LOOKS):
            if self._process and self._process.poll() is not None:
                time.sleep(SECONDS_BETWEEN_LOOKS)
                self._spawn()


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal; then let requests finish and end the background worker."""
    from granian import Granian  # noqa: PLC0415  slow
    from granian.constants import Interfaces  # noqa: PLC0415  slow
    from granian.log import LogLevels  # noqa: PLC0415  slow

    server = Granian(
        "allhours.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=2048,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )
    worker = BackgroundWorker()
    worker.start()
    _load_pages()
    _let_go_of_the_database()
    try:
        server.serve(target_loader=partial(load_application, os.getpid()), wrap_loader=False)
    finally:
        worker.stop()
