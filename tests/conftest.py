"""Fixtures for every test, and the house rules that hold in all of them.

A test fails when anything logs an ERROR, when a template variable does not resolve, when a naive
datetime meets the database, and on any warning (the last three by options in pyproject.toml).
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.support import browser as chromium
from tests.support import contention


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in working hours."""
    return datetime(2026, 6, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


# ---- no silent failures --------------------------------------------------------------------


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def errors_logged(request: pytest.FixtureRequest) -> Iterator[list[logging.LogRecord]]:
    """Fails the test that logged an ERROR; a test marked `logs_errors` looks at them itself."""
    handler = _Errors()
    loggers = [logging.getLogger(), logging.getLogger("django"), logging.getLogger("allhours")]
    listened = [each for each in loggers if each.name == "root" or not each.propagate]
    for logger in listened:
        logger.addHandler(handler)
    yield handler.records
    for logger in listened:
        logger.removeHandler(handler)
    if handler.records and request.node.get_closest_marker("logs_errors") is None:
        pytest.fail("logged as ERROR: " + "; ".join(r.getMessage() for r in handler.records))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"page", "phone", "live_browser"}:
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("sqlite_only") and connection.vendor != "sqlite":
        pytest.skip("says something about SQLite only")
    if item.get_closest_marker("postgres_only") and connection.vendor != "postgresql":
        pytest.skip("says something about PostgreSQL only")


# ---- databases -----------------------------------------------------------------------------


def _triggers_off_while(flush: Callable[..., None]) -> Callable[..., None]:
    """Emptying the tables between tests is the one deletion the append-only triggers allow."""

    def flush_append_only(ops: BaseDatabaseOperations, sql_list: list[str]) -> None:
        if ops.connection.vendor != "sqlite":
            return flush(ops, sql_list)
        with ops.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        flush(ops, sql_list)
        with ops.connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)
        return None

    return flush_append_only


BaseDatabaseOperations.execute_sql_flush = _triggers_off_while(  # type: ignore[method-assign]
    BaseDatabaseOperations.execute_sql_flush
)


@pytest.fixture
def threads() -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """`threads(n, fn)`: n callers at the same instant; see tests.support.contention."""
    return contention.threads


# ---- browser -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def live_browser() -> Iterator[Any]:
    """One Chromium for the whole run."""
    path = chromium.chromium_or_skip()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


def _page(live_browser: Any, live_server: Any, viewport: dict[str, int]) -> Iterator[Any]:
    context = live_browser.new_context(
        base_url=live_server.url, viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert complaints == [], "the browser's console"


@pytest.fixture
def page(live_browser: Any, live_server: Any) -> Iterator[Any]:
    """A desktop page; `page.goto("/wishes/")` is relative to the live server."""
    yield from _page(live_browser, live_server, chromium.DESKTOP)


@pytest.fixture
def phone(live_browser: Any, live_server: Any) -> Iterator[Any]:
    """The same on a small phone."""
    yield from _page(live_browser, live_server, chromium.PHONE)


@pytest.fixture
def sign_in() -> Callable[[Any, str, str], None]:
    return chromium.sign_in


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    return chromium.axe
