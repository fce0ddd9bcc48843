"""Asking every address as everybody: what each is answered, and whether anything was changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.base import Template
from django.test import Client, utils
from django.urls import get_resolver

from allhours.accounts.actions.tokens import issue_token
from allhours.accounts.models import User
from allhours.kernel import clock
from tests.walk.addresses import Address
from tests.walk.world import Side, World, values

BACKEND = "django.contrib.auth.backends.ModelBackend"
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)"?', re.IGNORECASE)
# Who is here, and how often somebody asked: kept for every request, whatever it asks for.
OWN_TRACES = re.compile(
    r"^(django_session|axes_.*|[a-z]+_(signedin|attempts|apitoken|floodcount))$"
)
SIGN_IN = "/sign-in/"


class Walker:
    """One browser per letter, signed in once; for the API one token each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = {letter: _signed_in(user) for letter, user in world.users.items()}
        self.headers = {letter: _headers(user) for letter, user in world.users.items()}
        self.baseline = fingerprint()

    def get(self, letter: str, address: Address, side: Side) -> HttpResponseBase:
        url = address.at(values(side, address.route, address.blanks))
        headers = self.headers[letter] if address.route.startswith("api/") else {}
        return self.clients[letter].get(url, headers=headers)

    def post(self, letter: str, address: Address, side: Side) -> tuple[HttpResponseBase, bool]:
        """The answer, and whether a row of the county differs afterwards; then undone."""
        url = address.at(values(side, address.route, address.blanks))
        api = address.route.startswith("api/")
        with transaction.atomic():
            with _writes_seen() as tables:
                if api:
                    answer = self.clients[letter].post(
                        url, "{}", content_type="application/json", headers=self.headers[letter]
                    )
                else:
                    answer = self.clients[letter].post(url)
            changed = bool(tables) and fingerprint() != self.baseline
            transaction.set_rollback(True)
        return answer, changed


@contextmanager
def quick() -> Iterator[None]:
    """Twenty thousand questions: the page that says “not found” need not be drawn each time, nor
    every template's context be kept for a test to look at."""
    resolver, drawn = get_resolver(), Template._render
    urls = resolver.urlconf_module
    usual = urls.handler404
    urls.handler404 = f"{__name__}.plain_not_found"
    Template._render = utils._TestState.saved_data.template_render
    try:
        yield
    finally:
        urls.handler404, Template._render = usual, drawn


def plain_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)


def _signed_in(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


def _headers(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    issued = issue_token(user=user, scopes=(), days=30, now=clock.now())
    return {"Authorization": f"Bearer {issued.plain}"}


def answered(answer: HttpResponseBase) -> str:
    """`shown`, `away` (sent elsewhere), `sign in`, `none` (out of sight), `method`, `refused`."""
    status = answer.status_code
    if status in (301, 302, 303):
        return "sign in" if answer["Location"].startswith(SIGN_IN) else "away"
    if status == 401:
        return "sign in"
    if status == 404:
        return "none"
    if status == 405:
        return "method"
    if status >= 500:
        return "broken"
    return "shown" if status < 300 else "refused"


@contextmanager
def _writes_seen() -> Iterator[set[str]]:
    tables: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and not OWN_TRACES.match(found[2]):
            tables.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield tables


def fingerprint() -> str:
    """Of every row of every table, but the traces that each request leaves."""
    digest = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda each: each._meta.db_table):
        table = model._meta.db_table
        if not OWN_TRACES.match(table):
            for row in model._default_manager.order_by("pk").values_list():
                digest.update(repr((table, row)).encode())
    return digest.hexdigest()


def text_of(answer: HttpResponseBase) -> str:
    content = getattr(answer, "content", b"")
    return content.decode(errors="replace") if isinstance(content, bytes) else ""
