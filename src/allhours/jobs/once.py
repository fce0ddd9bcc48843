"""A request that may be sent twice: its effect once, its first answer every time.

The key's row, the effect and the answer are written in one transaction. A caller that comes while
the first is still at work waits for it at the row (PostgreSQL) or at the write lock (SQLite); one
that comes after a crash between effect and answer finds neither, and the work is done anew.

What can be known beforehand is found out before that transaction: an answer already given, and a
refusal that needs no write (`foresee`). In a rush most requests end there, and on SQLite a
transaction keeps every other writer waiting.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

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
    *,
    user_id: int,
    key: str,
    print_: str,
    work: Callable[[], Answer],
    foresee: Callable[[], Answer | None] = lambda: None,
    now: datetime,
) -> Answer:
    """Do the work and keep its answer, or give the one that was given before.

    An exception out of `work` undoes all of it, the key too: nothing was decided, and the caller
    may send the same request again. `foresee` writes nothing; what it answers is kept.
    """
    told = first_answer(user_id=user_id, key=key, print_=print_)
    if told is not None:
        return told
    row = {"user_id_plain": user_id, "key": key, "fingerprint": print_, "created_at": now}
    known = foresee()
    try:
        return with_retry(
            partial(_decide, row, work) if known is None else partial(_keep, row, known)
        )
    except _Repeated:
        return _told(IdempotencyKey.objects.get(user_id_plain=user_id, key=key), print_)


class _Repeated(Exception):  # noqa: N818 - somebody else's request took the key
    pass


@transaction.atomic
def _decide(row: dict[str, Any], work: Callable[[], Answer]) -> Answer:
    """The key's row first, so that a second request waits or is repeated."""
    kept = _taken(row)
    answer = work()
    kept.status, kept.answer_sealed = answer.status, _sealed(answer)
    kept.save(update_fields=["status", "answer_sealed"])
    return answer


@transaction.atomic
def _keep(row: dict[str, Any], answer: Answer) -> Answer:
    _taken(row | {"status": answer.status, "answer_sealed": _sealed(answer)})
    return answer


def _taken(row: dict[str, Any]) -> IdempotencyKey:
    try:
        return IdempotencyKey.objects.create(**row)
    except IntegrityError:
        raise _Repeated from None


def _sealed(answer: Answer) -> str:
    return crypto.seal(json.dumps(answer.body), ANSWER)


def _told(row: IdempotencyKey, print_: str) -> Answer:
    if row.fingerprint != print_:
        raise OtherRequest
    if row.status is None:
        raise ValueError("a key without its answer was committed")
    return Answer(row.status, json.loads(crypto.unseal(row.answer_sealed, ANSWER)), repeated=True)
