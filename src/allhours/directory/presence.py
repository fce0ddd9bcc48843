"""Whoever takes something up holds their place on the roster while doing so."""

from __future__ import annotations

from allhours.directory.models import Member


def hold_place(member_id: int) -> bool:
    """Lock the member's row for this transaction; False: they have left or have another number.

    Leaving and merging write this row first, then close or move what hangs on it. So whatever is
    taken up at the same moment is either there to be closed, or is refused here.
    """
    return bool(Member.objects.filter(pk=member_id, left_on=None).update(left_on=None))
