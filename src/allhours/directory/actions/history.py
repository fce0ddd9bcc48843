"""What was true before is kept: former names, units, positions, communities, spells of service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from allhours.directory.choices import FormerFact
from allhours.directory.models import Former, Member, Organization

# Field of a member → what is kept of it. A street address is never kept, only its community.
KEPT = {
    "name": FormerFact.NAME,
    "unit": FormerFact.UNIT,
    "position": FormerFact.POSITION,
    "residence": FormerFact.COMMUNITY,
}


def former(member_id: int, field: str, before: Any, until: date) -> Former | None:
    """An unsaved row; None where there was nothing to keep."""
    fact = KEPT.get(field)
    if fact is None or not before:
        return None
    if isinstance(before, Organization):
        return Former(
            member_id=member_id,
            fact=fact,
            text=before.name[:120],
            organization=before,
            until_on=until,
        )
    return Former(member_id=member_id, fact=fact, text=str(before)[:120], until_on=until)


def keep(rows: Iterable[Former | None]) -> None:
    Former.objects.bulk_create([row for row in rows if row is not None], batch_size=500)


def spell(member: Member) -> Former | None:
    """The spell of service that ended when the member left or retired, before they come back."""
    ends = [day for day in (member.left_on, member.retired_on) if day is not None]
    if member.is_retired and member.retired_on is None:
        return None  # since always: there was no service to speak of
    if not ends or min(ends) <= member.registered_on:
        return None
    return Former(
        member_id=member.pk,
        fact=FormerFact.SERVICE,
        organization_id=member.unit_id,
        from_on=member.registered_on,
        until_on=min(ends),
    )
