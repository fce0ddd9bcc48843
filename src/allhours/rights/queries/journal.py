"""The journal as the person it concerns may have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from allhours.accounts.models import JournalEntry

if TYPE_CHECKING:
    from allhours.rights.holdings import Person


def lines_about(person: Person) -> Q:
    """What the person did, and what was done to their record (openings of sealed facts too)."""
    mine = Q(user_id_plain__in=person.user_ids)
    numbers = [str(pk) for pk in person.member_ids]
    accounts = [str(pk) for pk in person.user_ids]
    return (
        mine
        | Q(subject="member", subject_id__in=numbers)
        | Q(subject="user", subject_id__in=accounts)
    )


def openings_of(person: Person) -> list[JournalEntry]:
    """Who opened a sealed fact of the person, newest first: office, fact and purpose."""
    numbers = [str(pk) for pk in person.member_ids]
    return list(
        JournalEntry.objects.filter(
            did="member.fact_opened", subject="member", subject_id__in=numbers
        ).order_by("-at", "-pk")[:200]
    )
