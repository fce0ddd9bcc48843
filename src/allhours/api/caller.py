"""Who calls: the person behind a bearer token, with the grants in force at this moment.

A session's cookie says nothing here, so that no page of another site can act through a browser.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from allhours.accounts.actions.tokens import token_used
from allhours.accounts.actor import Actor
from allhours.accounts.choices import ApiScope
from allhours.accounts.models import ApiToken, User
from allhours.accounts.policy import needs_second_factor
from allhours.api import limits
from allhours.api.errors import (
    FACTOR_NEEDED,
    SCOPE_MISSING,
    TOKEN_BAD,
    TOKEN_NEEDED,
    Forbidden,
    NotJson,
    Unauthorized,
)
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock

JSON = "application/json"
SCHEME = "bearer"  # the name of the security scheme in the description


class ApiRequest(HttpRequest):
    """A request whose caller is known."""

    actor: Actor
    token: ApiToken | None


def anybody(request: ApiRequest) -> bool:
    """For the one operation by which a caller becomes somebody."""
    limits.count_address(request)
    request.actor, request.token = Actor.public(), None
    return _readable(request)


def _readable(request: HttpRequest) -> bool:
    """A body that is no JSON is told once it is clear who sent it."""
    if request.method in ("POST", "PUT", "PATCH") and request.body and request.content_type != JSON:
        raise NotJson
    return True


class Caller:
    """Authentication of one operation: the scope it needs, and whether anybody may read."""

    def __init__(self, scope: ApiScope | None, *, public: bool = False) -> None:
        self.scope, self.public = scope, public

    def __call__(self, request: ApiRequest) -> Any:
        header = request.headers.get("Authorization", "")
        if not header:
            limits.count_address(request)
            if not self.public:
                raise Unauthorized(TOKEN_NEEDED)
            request.actor, request.token = Actor.public(), None
            return _readable(request)
        now = clock.now()
        kind, _space, plain = header.partition(" ")
        token = token_used(plain.strip(), now=now) if kind.lower() == SCHEME else None
        if token is None:
            limits.count_address(request)
            raise Unauthorized(TOKEN_BAD)
        limits.count_token(token)
        if self.scope is not None and self.scope not in token.scopes:
            raise Forbidden(SCOPE_MISSING.having(scope=str(self.scope)))
        request.user = token.user
        request.actor, request.token = actor_of(token.user, on=clock.local_date(now)), token
        # an office that needs a second factor may have come after the token
        if not token.proved_twice and needs_second_factor(request.actor.roles):
            raise Forbidden(FACTOR_NEEDED)
        return _readable(request)

    @property
    def described(self) -> list[dict[str, list[str]]]:
        """As OpenAPI says it."""
        own = {SCHEME: [str(self.scope)] if self.scope else []}
        return [{}, own] if self.public else [own]


def user_of(request: HttpRequest) -> User:
    """The token's owner, on an operation that is not public."""
    token: ApiToken | None = getattr(request, "token", None)
    if token is None:
        raise Unauthorized(TOKEN_NEEDED)
    return token.user
