"""Programs that call the API as somebody."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from allhours.accounts.actions.tokens import issue_token
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.kernel import clock
from tests.factories.directory import member_actor

API = "/api/v1"


class Caller:
    """A program with a person's token (or without any): `caller.get("/wishes/", state="open")`."""

    def __init__(self, user: User | None = None, *, scopes: tuple[str, ...] = ()) -> None:
        self.headers: dict[str, str] = {}
        if user is not None:
            issued = issue_token(user=user, scopes=scopes, days=30, now=clock.now())
            self.headers["Authorization"] = f"Bearer {issued.plain}"

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(API + path, query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        data = b"" if body is None else json.dumps(body)
        return Client().post(API + path, data, content_type="application/json", headers=headers)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body)
        return Client().generic(
            method, API + path, data, content_type="application/json", headers=self.headers
        )


def member_caller(member: Member, **over: Any) -> Caller:
    member_actor(member)
    assert member.user is not None
    return Caller(member.user, **over)
