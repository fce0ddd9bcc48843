"""Appointments → `request.actor`: the grants in force today, as plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from allhours.accounts.actor import Actor
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class ActorRequest(HttpRequest):
    """A request that has passed `ActorMiddleware` and htmx's."""

    actor: Actor
    htmx: HtmxDetails


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated:
        return Actor.public()
    return actor_of(user, on=clock.local_date(clock.now()))
