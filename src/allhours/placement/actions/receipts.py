"""报到回执: whoever it went to says that they have it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor, Grant
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.kernel.errors import Refused
from allhours.placement import rules
from allhours.placement.actions.live import batches
from allhours.placement.choices import PlacementState, ReceiptTo
from allhours.placement.models import Placement


@transaction.atomic
def acknowledge_receipts(*, actor: Actor, placements: Iterable[Placement], now: datetime) -> int:
    """签收: how many receipts are acknowledged by this; those that already were stay so."""
    rows = list(placements)
    for placement in rows:
        if not rules.is_addressee(placement, actor):
            raise Refused(rules.RECEIPT_ELSEWHERE)
    fresh = [row for row in rows if row.acknowledged_at is None and row.reported_at is not None]
    taken: set[int] = set()
    for some in batches(fresh):
        ours = {"acknowledged_at": now, "acknowledged_by_plain": actor.user_id}
        keys = [row.pk for row in some]
        Placement.objects.filter(
            pk__in=keys, acknowledged_at=None, state=PlacementState.REPORTED
        ).update(**ours)
        # somebody else may have signed for some of them: theirs stay theirs, in the journal too
        taken |= set(Placement.objects.filter(pk__in=keys, **ours).values_list("pk", flat=True))
    journal.note_many(
        journal.line(
            actor=actor,
            did="receipt.acknowledged",
            to=placement,
            now=now,
            under=_grant(actor, placement),
        )
        for placement in fresh
        if placement.pk in taken
    )
    return len(taken)


@transaction.atomic
def acknowledge_receipt(*, actor: Actor, placement: Placement, now: datetime) -> None:
    """One receipt; refused where it stands with somebody else or is acknowledged already."""
    if placement.state != PlacementState.REPORTED:
        raise Refused(rules.NOT_REPORTED)
    if not acknowledge_receipts(actor=actor, placements=[placement], now=now):
        raise Refused(rules.RECEIPT_ACKNOWLEDGED)


def _grant(actor: Actor, placement: Placement) -> Grant | None:
    if placement.receipt_to == ReceiptTo.TEMPORARY_BRANCH and placement.branch is not None:
        return actor.acting_as(Role.BRANCH_SECRETARY, over=placement.branch.path)
    return actor.acting_as(*UNIT_ROLES, over=placement.unit.path)
