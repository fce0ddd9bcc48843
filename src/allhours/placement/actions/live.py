"""Beginning and ending live placements in bulk; called inside an action's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.kernel.errors import Refused
from allhours.placement import rules
from allhours.placement.choices import LIVE, EndReason, LetterState, PlacementState
from allhours.placement.models import Letter, Placement

T = TypeVar("T")
BATCH = 500  # below the number of parameters that SQLite takes


def batches(rows: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def begin_many(actor: Actor, placements: Sequence[Placement], *, now: datetime) -> None:
    """New live placements; the members' communities see them from now on.

    Raises IntegrityError when a member has a live placement already.
    """
    by_community: defaultdict[int, list[int]] = defaultdict(list)
    for placement in placements:
        by_community[placement.community_id].append(placement.member_id)
    for community_id, members in by_community.items():
        for some in batches(members):
            present = Member.objects.filter(pk__in=some, left_on=None)
            # the members' rows first: who leaves at this moment is seen here or sees this
            if present.update(serving_community_id=community_id) != len(some):
                raise Refused(rules.CHANGED_MEANWHILE)
    Placement.objects.bulk_create(placements, batch_size=BATCH)
    journal.note_many(
        journal.line(
            actor=actor,
            did="placement.assigned",
            to=("member", placement.member_id),
            now=now,
            community=placement.community_id,
            round=placement.round_id,
        )
        for placement in placements
    )


def end_many(
    actor: Actor,
    placements: Sequence[Placement],
    *,
    reason: EndReason,
    on: date,
    now: datetime,
    note: str = "",
) -> None:
    """End live placements and void their letters; refuses if one of them was ended meanwhile."""
    for some in batches(placements):
        keys = [placement.pk for placement in some]
        ended = Placement.objects.filter(pk__in=keys, state__in=LIVE).update(
            state=PlacementState.ENDED,
            ended_on=on,
            ended_at=now,
            end_reason=reason,
            returned_reason=note,
        )
        if ended != len(some):
            raise Refused(rules.CHANGED_MEANWHILE)
        Letter.objects.filter(placement__in=keys, state=LetterState.ISSUED).update(
            state=LetterState.VOID
        )
        members = [placement.member_id for placement in some]
        Member.objects.filter(pk__in=members).update(serving_community=None)
    journal.note_many(
        journal.line(actor=actor, did="placement.ended", to=placement, now=now, reason=str(reason))
        for placement in placements
    )


def follow(
    actor: Actor, units: Mapping[int, tuple[int, int]], *, now: datetime
) -> list[tuple[int, int, int]]:
    """Live placements go with their members to another unit: (placement, before, after).

    A letter of the old unit that nobody has presented is void; the new unit issues its own.
    """
    behind = []
    for some in batches(sorted(units)):
        rows = Placement.objects.live().filter(member__in=some).values_list("pk", "member_id")
        behind += [(pk, *units[member_id]) for pk, member_id in rows]
    by_unit: defaultdict[int, list[int]] = defaultdict(list)
    for pk, _old, new in behind:
        by_unit[new].append(pk)
    for new, keys in by_unit.items():
        for part in batches(keys):
            Placement.objects.filter(pk__in=part, state__in=LIVE).update(unit_id=new)
            Letter.objects.filter(
                placement__in=part,
                placement__state=PlacementState.LETTER_ISSUED,
                state=LetterState.ISSUED,
            ).update(state=LetterState.VOID)
            Placement.objects.filter(pk__in=part, state=PlacementState.LETTER_ISSUED).update(
                state=PlacementState.ASSIGNED
            )
    journal.note_many(
        journal.line(
            actor=actor,
            did="placement.unit_changed",
            to=("placement", pk),
            now=now,
            before=old,
            after=new,
        )
        for pk, old, new in behind
    )
    return behind
