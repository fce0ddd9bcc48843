"""What is tidied by night, one by one: where somebody was quicker, the next one's turn comes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from django.db.models import Model

from allhours.kernel.errors import Refused
from allhours.kernel.retry import with_retry

logger = logging.getLogger("allhours.needs")
R = TypeVar("R", bound=Model)


def each(rows: Iterable[R], act: Callable[[R], object]) -> int:
    """How many were done; a refusal leaves its row for the next night."""
    done = 0
    for row in rows:
        try:
            with_retry(partial(act, row))
        except Refused as refused:
            logger.info("left as it is: %s %s (%s)", row._meta.label, row.pk, refused)
        else:
            done += 1
    return done
