"""What the directory tells people; notices stand above and hear of it here.

    @told
    def teller(user_ids, key, *, now, url, **params): ...

Keys: `appointment.proposed .approved .declined .ended .delegated .term_ending`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

Teller = Callable[..., None]
_tellers: list[Teller] = []


def told(teller: Teller) -> Teller:
    """Call the function with every tiding, once what it tells of is on disk."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def tell(
    user_ids: Iterable[int | None], key: str, *, now: datetime, url: str = "", **params: Any
) -> None:
    """After commit; a notice that fails does not undo or spoil the act."""
    ids = sorted({user_id for user_id in user_ids if user_id is not None})

    def send() -> None:
        for teller in _tellers:
            teller(ids, key, now=now, url=url, **params)

    if ids:
        transaction.on_commit(send, robust=True)
