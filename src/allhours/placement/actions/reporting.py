"""Reporting-in: presented at the community, received by it, the receipt stands with the unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.codes import normal_code
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.placement import notices, rules
from allhours.placement.actions.letters import live_letter
from allhours.placement.actions.live import end_many
from allhours.placement.choices import (
    LIVE,
    EndReason,
    LetterState,
    PlacementState,
    PresentedBy,
)
from allhours.placement.models import Letter, Placement
from allhours.placement.queries.branches import Branches
from allhours.scheme.queries import scheme_for

BEFORE = (PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED)


@transaction.atomic
def present_letter(*, actor: Actor, placement: Placement, now: datetime) -> None:
    """The member, on their own page: I am at the community."""
    if actor.member_id != placement.member_id:
        raise Refused(rules.NOT_PRESENTED)
    _present(actor, placement, PresentedBy.SELF, now)


@transaction.atomic
def present_by_code(*, actor: Actor, code: str, now: datetime) -> Placement:
    """The desk types or scans the letter's code; the member's placement, now waiting here.

    A letter for another community is unknown here: a desk learns nothing of others' members.
    """
    letter = (
        Letter.objects.select_related("placement__community", "placement__member")
        .filter(code=normal_code(code), state__in=(LetterState.ISSUED, LetterState.USED))
        .first()
    )
    if letter is None or not actor.holds(*COMMUNITY_ROLES, over=letter.placement.community.path):
        raise Refused(rules.LETTER_UNKNOWN)
    placement = letter.placement
    if placement.state in BEFORE:
        _present(actor, placement, PresentedBy.CODE, now)
    return placement


@transaction.atomic
def present_at_desk(*, actor: Actor, placement: Placement, now: datetime) -> None:
    """The member stands at the desk without a code (a paper letter): the desk notes it."""
    actor.require(*COMMUNITY_ROLES, over=placement.community.path)
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    _present(actor, placement, PresentedBy.DESK, now)


@transaction.atomic
def present_collectively(
    *, actor: Actor, placements: Iterable[Placement], now: datetime
) -> tuple[int, list[tuple[Placement, Refusal]]]:
    """The unit brings several members at once: how many, and who was left out and why."""
    done = 0
    left: list[tuple[Placement, Refusal]] = []
    for placement in placements:
        actor.require(*UNIT_ROLES, over=placement.unit.path)
        try:
            refuse_if(rules.own_record_refusals(actor, placement.member_id))
            _present(actor, placement, PresentedBy.UNIT, now)
        except Refused as refused:
            left.append((placement, refused.reasons[0]))
        else:
            done += 1
    return done, left


def _present(actor: Actor, placement: Placement, way: PresentedBy, now: datetime) -> None:
    on = clock.local_date(now)
    needed = scheme_for(on=on).reporting.requires_letter
    refuse_if(
        rules.present_refusals(placement, live_letter(placement), on=on, requires_letter=needed)
    )
    won = Placement.objects.filter(pk=placement.pk, state__in=BEFORE).update(
        state=PlacementState.PRESENTED, presented_at=now, presented_by=way
    )
    if not won:
        raise Refused(rules.CHANGED_MEANWHILE)
    placement.state, placement.presented_at = PlacementState.PRESENTED, now
    journal.note(actor=actor, did="placement.presented", to=placement, now=now, way=str(way))


@transaction.atomic
def receive_member(*, actor: Actor, placement: Placement, now: datetime) -> None:
    """The community receives one member; the receipt stands with the unit from this moment."""
    actor.require(*COMMUNITY_ROLES, over=placement.community.path)
    refuse_if(rules.receive_refusals(placement, actor))
    branches = Branches([placement.community])
    if not _receive(actor, placement, branches, now):
        raise Refused(rules.ALREADY_REPORTED)
    notices.after_commit(notices.receipts_arrived, [placement.pk], now=now)


@transaction.atomic
def receive_members(
    *, actor: Actor, placements: Iterable[Placement], now: datetime
) -> tuple[int, list[tuple[Placement, Refusal]]]:
    """A stack at once: how many were received, and who was not, with the reason.

    One that somebody else received in the same moment does not spoil the stack.
    """
    stack = list(placements)
    communities = {placement.community_id: placement.community for placement in stack}
    branches = Branches(communities.values())
    received: list[int] = []
    left: list[tuple[Placement, Refusal]] = []
    for placement in stack:
        actor.require(*COMMUNITY_ROLES, over=placement.community.path)
        reasons = rules.receive_refusals(placement, actor)
        if not reasons and not _receive(actor, placement, branches, now):
            reasons = [rules.ALREADY_REPORTED]
        if reasons:
            left.append((placement, reasons[0]))
        else:
            received.append(placement.pk)
    if received:
        notices.after_commit(notices.receipts_arrived, received, now=now)
    return len(received), left


def _receive(actor: Actor, placement: Placement, branches: Branches, now: datetime) -> bool:
    branch = branches.suggested(placement.community)
    won = Placement.objects.filter(pk=placement.pk, state=PlacementState.PRESENTED).update(
        state=PlacementState.REPORTED,
        reported_at=now,
        reported_on=clock.local_date(now),
        received_by_plain=actor.user_id,
        branch=branch,
    )
    if not won:
        return False
    branches.took(branch)
    Letter.objects.filter(placement=placement, state=LetterState.ISSUED).update(
        state=LetterState.USED, used_at=now
    )
    journal.note(
        actor=actor,
        did="placement.received",
        to=placement,
        now=now,
        under=actor.acting_as(*COMMUNITY_ROLES, over=placement.community.path),
        branch=branch.pk if branch else None,
    )
    return True


@transaction.atomic
def return_member(*, actor: Actor, placement: Placement, reason: str, now: datetime) -> None:
    """The community cannot take the member: the placement ends, unit and county see why."""
    actor.require(*COMMUNITY_ROLES, over=placement.community.path)
    refuse_if(rules.return_refusals(placement, actor, reason))
    end_many(
        actor,
        [placement],
        reason=EndReason.RETURNED,
        on=clock.local_date(now),
        now=now,
        note=reason.strip(),
    )
    notices.after_commit(notices.returned, placement.pk, now=now)


@transaction.atomic
def end_placement(*, actor: Actor, placement: Placement, reason: EndReason, now: datetime) -> None:
    """The unit or the county ends it: moved house, transferred, left."""
    actor.require(*UNIT_ROLES, Role.COUNTY_OFFICER, over=placement.unit.path)
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    end_many(actor, [placement], reason=reason, on=clock.local_date(now), now=now)


@transaction.atomic
def follow_units(*, actor: Actor, now: datetime) -> int:
    """Nightly: a live placement belongs to the unit where the roster has its member now."""
    behind = list(
        Placement.objects.live()
        .exclude(unit=F("member__unit"))
        .values_list("pk", "unit_id", "member__unit_id")
    )
    for pk, _old, new in behind:
        Placement.objects.filter(pk=pk, state__in=LIVE).update(unit_id=new)
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
    return len(behind)


@transaction.atomic
def end_departed(*, actor: Actor, now: datetime) -> int:
    """Nightly: live placements of members who have left the roster end."""
    on = clock.local_date(now)
    gone: Sequence[Placement] = list(
        Placement.objects.live().filter(
            member__in=Member.objects.exclude(left_on=None).filter(left_on__lte=on)
        )
    )
    end_many(actor, gone, reason=EndReason.LEFT, on=on, now=now)
    return len(gone)
