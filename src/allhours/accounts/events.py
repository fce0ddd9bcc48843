"""What its owner should hear of their account; the room of notices stands above and listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction


@dataclass(frozen=True)
class AccountEvent:
    user_id: int
    key: str  # e.g. "account.password_changed"
    now: datetime
    params: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[AccountEvent], None]
LISTENERS: list[Listener] = []


def when_happened(listener: Listener) -> Listener:
    if listener not in LISTENERS:
        LISTENERS.append(listener)
    return listener


def announce(user_id: int, key: str, *, now: datetime, **params: Any) -> None:
    """Once the transaction has committed."""
    event = AccountEvent(user_id, key, now, params)

    def tell() -> None:
        for listener in LISTENERS:
            listener(event)

    transaction.on_commit(tell, robust=True)  # a notice that fails undoes nothing
