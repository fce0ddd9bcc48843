"""Schemes and calendars for tests: published, or only read."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from allhours.accounts.actor import Actor
from allhours.scheme import actions, loader
from allhours.scheme.models import SchemeVersion
from allhours.scheme.schema import Scheme, parse

SPRING = datetime(2025, 12, 31, 1, 0, tzinfo=UTC)


@lru_cache(maxsize=8)
def _shipped(name: str) -> dict[str, Any]:
    return loader.load(name)[1]


def make_document(name: str = "base", **sections: dict[str, Any]) -> dict[str, Any]:
    """A shipped scheme's resolved document with some keys changed.

    `make_document(wishes={"open_claims": 1})`.
    """
    return loader.overlay(copy.deepcopy(_shipped(name)), sections)


def make_scheme(name: str = "base", **sections: dict[str, Any]) -> Scheme:
    """The same, parsed; nothing is stored."""
    return parse(make_document(name, **sections)).scheme


def publish(
    name: str = "base",
    *,
    effective_from: date = date(2026, 1, 1),
    now: datetime = SPRING,
    **sections: dict[str, Any],
) -> SchemeVersion:
    """The same, published."""
    return actions.publish_scheme(
        actor=Actor.system("test"),
        document=make_document(name, **sections),
        effective_from=effective_from,
        now=now,
    )


def seed_calendar(*years: int) -> None:
    """The official calendar of some years."""
    actions.seed_calendar(actor=Actor.system("test"), years=years or (2026,), now=SPRING)
