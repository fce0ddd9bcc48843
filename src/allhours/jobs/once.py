"""A request that may be sent twice: its effect once, its first answer every time.

The key's row, the effect and the answer are written in one transaction. A caller that comes while
the first is still at work waits for it at the row (PostgreSQL) or at the write lock (SQLite); one
that comes after a crash between effect and answer finds neither, and the work is done anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from allhours.jobs.models import IdempotencyKey
from allhours.kernel import crypto
from allhours.kernel.retry import with_retry

ANSWER = "idempotencykey.answer"  # purpose under which answers are sealed
FINGERPRINT = "idempotencykey.fingerprint"


@dataclass(frozen=True)
class Answer:
    """What was answered: an HTTP status and a JSON value. `repeated`: told before."""

    status: int
    body: Any
    repeated: bool = False


class OtherRequest(Exception):  # noqa: N818 - names what is the matter
    """The key was used for another request before."""


def fingerprint(*parts: bytes) -> str:
    """Keyed, because a body may hold a password or a name."""
    return crypto.lookup_hash("\x00".join(part.hex() for part in parts), FINGERPRINT)


def undone_if_refused() -> transaction.Atomic:
    """Inside `once`: what is raised in here undoes the act and leaves the key."""
    return transaction.atomic()


def first_answer(*, user_id: int, key: str, print_: str) -> Answer | None:
    """The answer already given under a key, if there is one."""
    row = IdempotencyKey.objects.filter(user_id_plain=user_id, key=key).first()
    return _told(row, print_) if row else None


def once(
    *, user_id: int, key: str, print_: str, work: Callable[[], Answer], now: datetime
) -> Answer:
    """Do the work and keep its answer, or give the one that was given before.

    An exception out of `work` undoes all of it, the key too: nothing was decided, and the caller
    may send the same request again.
    """

    @transaction.atomic
    def attempt() -> Answer:
        row, fresh = IdempotencyKey.objects.get_or_create(
            user_id_plain=user_id, key=key, defaults={"fingerprint": print_, "created_at": now}
        )
        if not fresh:
            return _told(row, print_)
        answer = work()
        row.status = answer.status
        row.answer_sealed = crypto.seal(json.dumps(answer.body), ANSWER)
        row.save(update_fields=["status", "answer_sealed"])
        return answer

    return with_retry(attempt)


def _told(row: IdempotencyKey, print_: str) -> Answer:
    if row.fingerprint != print_:
        raise OtherRequest
    if row.status is None:
        raise ValueError("a key without its answer was committed")
    return Answer(row.status, json.loads(crypto.unseal(row.answer_sealed, ANSWER)), repeated=True)
