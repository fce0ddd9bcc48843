"""The life of a member on the roster: numbers, corrections, facts opened with a purpose."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from allhours.directory.models import MemberNumber
from allhours.kernel import clock


@transaction.atomic
def next_member_numbers(n: int, now: datetime) -> list[str]:
    """`n` fresh member numbers, e.g. `2600017`: two digits of the year, then a running number.

    Numbers are never given twice: the counter's row is advanced first and read afterwards, and
    the update holds the row until the caller's transaction ends.
    """
    if n < 1:
        return []
    prefix = f"{clock.local_date(now).year % 100:02d}"
    MemberNumber.objects.get_or_create(prefix=prefix)
    MemberNumber.objects.filter(prefix=prefix).update(last=F("last") + n)
    last = MemberNumber.objects.values_list("last", flat=True).get(prefix=prefix)
    return [f"{prefix}{number:05d}" for number in range(last - n + 1, last + 1)]
