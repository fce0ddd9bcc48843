"""Kinds of long work, and who wants to know when one has ended.

An app's `tasks.py` registers its kinds; the worker finds them by name:

    @job("directory.import_roster", title=_("导入花名册"))
    def import_roster(progress: Progress, *, import_id: int) -> dict[str, Any]: ...

The handler gets the job's arguments by name and returns a small dict: counts, and as `url` the
page on which its outcome stands. It acts as the person in `progress.user_id`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from allhours.jobs.models import Job

Handler = Callable[..., dict[str, Any] | None]
Listener = Callable[["Job"], None]


@dataclass(frozen=True)
class Kind:
    """`repeatable`: doing it again after a kill is harmless, so the next server start does."""

    name: str
    title: str | _StrPromise
    handler: Handler
    repeatable: bool


KINDS: dict[str, Kind] = {}
LISTENERS: list[Listener] = []


def job(
    name: str, *, title: str | _StrPromise, repeatable: bool = False
) -> Callable[[Handler], Handler]:
    """Register a handler under a name of at most 60 characters, `<app>.<what>`."""

    def register(handler: Handler) -> Handler:
        KINDS[name] = Kind(name, title, handler, repeatable)
        return handler

    return register


def when_ended(listener: Listener) -> Listener:
    """Call the function with each job that a person started, once it has ended in any way."""
    if listener not in LISTENERS:
        LISTENERS.append(listener)
    return listener
