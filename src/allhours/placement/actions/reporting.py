"""Reporting-in: presented at the community, received by it, the receipt stands with the unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.kernel.codes import normal_code, public_code
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.placement import notices, rules
from allhours.placement.actions import live
from allhours.placement.actions.letters import letter_in_hand, number_of, take_numbers
from allhours.placement.actions.live import end_many
from allhours.placement.choices import (
    EndReason,
    LetterState,
    PlacementState,
    PresentedBy,
    ReceiptTo,
)
from allhours.placement.models import CollectiveLetter, Letter, Placement
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
    placement = placement_of_code(code)
    if placement is None or not actor.holds(*COMMUNITY_ROLES, over=placement.community.path):
        raise Refused(rules.LETTER_UNKNOWN)
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    if placement.state in BEFORE:
        _present(actor, placement, PresentedBy.CODE, now)
    return placement


@transaction.atomic
def receive_by_code(*, actor: Actor, code: str, now: datetime) -> Placement:
    """One tap at the desk: the letter's bearer is here, and is received."""
    placement = present_by_code(actor=actor, code=code, now=now)
    receive_member(actor=actor, placement=placement, now=now)
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
    """The unit brings several members at once: how many, and who was left out and why.

    Each community gets one sheet that names those who come to it (`Placement.collective`).
    """
    brought: defaultdict[tuple[int, int], list[Placement]] = defaultdict(list)
    left: list[tuple[Placement, Refusal]] = []
    for placement in placements:
        actor.require(*UNIT_ROLES, over=placement.unit.path)
        try:
            refuse_if(rules.own_record_refusals(actor, placement.member_id))
            _present(actor, placement, PresentedBy.UNIT, now)
        except Refused as refused:
            left.append((placement, refused.reasons[0]))
        else:
            brought[placement.unit_id, placement.community_id].append(placement)
    for rows in brought.values():
        _collective_letter(actor, rows, now)
    return sum(map(len, brought.values())), left


def _collective_letter(actor: Actor, rows: Sequence[Placement], now: datetime) -> None:
    unit, on = rows[0].unit, clock.local_date(now)
    serial = take_numbers(unit, on.year, 1)
    prefix = scheme_for(on=on).reporting.letter_prefix
    sheet = CollectiveLetter.objects.create(
        unit=unit,
        community=rows[0].community,
        year=on.year,
        serial=serial,
        number=number_of(unit, on.year, serial, prefix),
        code=public_code(),
        issued_on=on,
        issued_by_plain=actor.user_id,
    )
    for some in live.batches(rows):
        Placement.objects.filter(pk__in=[row.pk for row in some]).update(collective=sheet)
    journal.note(
        actor=actor,
        did="letter.collective",
        to=sheet,
        now=now,
        under=actor.acting_as(*UNIT_ROLES, over=unit.path),
        members=len(rows),
    )


def _present(actor: Actor, placement: Placement, way: PresentedBy, now: datetime) -> None:
    on = clock.local_date(now)
    needed = scheme_for(on=on).reporting.requires_letter
    letter = letter_in_hand(placement)
    refuse_if(rules.present_refusals(placement, letter, on=on, requires_letter=needed))
    # where a letter is needed, one that is voided in this moment has put the placement back
    states = (PlacementState.LETTER_ISSUED,) if needed else BEFORE
    won = Placement.objects.filter(pk=placement.pk, state__in=states).update(
        state=PlacementState.PRESENTED, presented_at=now, presented_by=way
    )
    if not won:
        raise Refused(rules.CHANGED_MEANWHILE)
    placement.state, placement.presented_at = PlacementState.PRESENTED, now
    journal.note(actor=actor, did="placement.presented", to=placement, now=now, way=str(way))


@transaction.atomic
def receive_member(
    *,
    actor: Actor,
    placement: Placement,
    now: datetime,
    branch: Organization | None = None,
    grid: Organization | None = None,
    team: Organization | None = None,
) -> None:
    """The community receives one member; the receipt stands with the unit from this moment.

    Without a `branch` the member joins the one that the system suggests.
    """
    actor.require(*COMMUNITY_ROLES, over=placement.community.path)
    refuse_if(rules.receive_refusals(placement, actor))
    refuse_if(rules.place_refusals(placement, branch=branch, grid=grid, team=team))
    branch = branch or Branches([placement.community]).suggested(placement.community)
    if not _receive(actor, placement, branch, now, grid=grid, team=team):
        raise Refused(rules.ALREADY_REPORTED)
    _after_receiving(actor, [placement], now)


@transaction.atomic
def receive_members(
    *,
    actor: Actor,
    placements: Iterable[Placement],
    now: datetime,
    branch: Organization | None = None,
) -> tuple[int, list[tuple[Placement, Refusal]]]:
    """A stack at once: how many were received, and who was not, with the reason.

    One that somebody else received in the same moment does not spoil the stack. With a `branch`
    all join it, else they are spread as the system suggests.
    """
    stack = list(placements)
    communities = {placement.community_id: placement.community for placement in stack}
    branches = Branches(communities.values())
    received: list[Placement] = []
    left: list[tuple[Placement, Refusal]] = []
    for placement in stack:
        actor.require(*COMMUNITY_ROLES, over=placement.community.path)
        reasons = rules.receive_refusals(placement, actor)
        reasons += rules.place_refusals(placement, branch=branch)
        joins = branch or branches.suggested(placement.community)
        if not reasons and not _receive(actor, placement, joins, now):
            reasons = [rules.ALREADY_REPORTED]
        if reasons:
            left.append((placement, reasons[0]))
        else:
            branches.took(joins)
            received.append(placement)
    if received:
        _after_receiving(actor, received, now)
    return len(received), left


def _receive(
    actor: Actor,
    placement: Placement,
    branch: Organization | None,
    now: datetime,
    *,
    grid: Organization | None = None,
    team: Organization | None = None,
) -> bool:
    """Whether this desk was first; the receipt goes where the scheme says."""
    on = clock.local_date(now)
    to_branch = scheme_for(on=on).reporting.receipt_to == "temporary_branch"
    receipt_to = ReceiptTo.TEMPORARY_BRANCH if to_branch and branch else ReceiptTo.UNIT
    won = Placement.objects.filter(pk=placement.pk, state=PlacementState.PRESENTED).update(
        state=PlacementState.REPORTED,
        reported_at=now,
        reported_on=on,
        received_by_plain=actor.user_id,
        branch=branch,
        grid=grid,
        team=team,
        receipt_to=receipt_to,
    )
    if won:
        placement.state, placement.branch = PlacementState.REPORTED, branch
    return bool(won)


def _after_receiving(actor: Actor, placements: Sequence[Placement], now: datetime) -> None:
    """Letters are used up, the journal has a line each, and the receipts are told of."""
    keys = [placement.pk for placement in placements]
    for some in live.batches(keys):
        Letter.objects.filter(placement__in=some, state=LetterState.ISSUED).update(
            state=LetterState.USED, used_at=now
        )
    journal.note_many(
        journal.line(
            actor=actor,
            did="placement.received",
            to=placement,
            now=now,
            under=actor.acting_as(*COMMUNITY_ROLES, over=placement.community.path),
            branch=placement.branch_id,
        )
        for placement in placements
    )
    notices.after_commit(notices.receipts_arrived, keys, now=now)


@transaction.atomic
def change_place(
    *,
    actor: Actor,
    placement: Placement,
    branch: Organization,
    now: datetime,
    grid: Organization | None = None,
    team: Organization | None = None,
) -> None:
    """The community moves a received member to another of its branches (grid, team)."""
    actor.require(*COMMUNITY_ROLES, over=placement.community.path)
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    refuse_if(rules.place_refusals(placement, branch=branch, grid=grid, team=team))
    moved = Placement.objects.filter(pk=placement.pk, state=PlacementState.REPORTED).update(
        branch=branch, grid=grid, team=team
    )
    if not moved:
        raise Refused(rules.NOT_REPORTED)
    journal.note(
        actor=actor,
        did="placement.place_changed",
        to=placement,
        now=now,
        under=actor.acting_as(*COMMUNITY_ROLES, over=placement.community.path),
        before=placement.branch_id,
        branch=branch.pk,
    )


@transaction.atomic
def return_member(*, actor: Actor, placement: Placement, reason: str, now: datetime) -> None:
    """The community cannot take the member: the placement ends, unit and county see why.

    `reason` is what people read: the scheme's words for one of its reasons, or the desk's own.
    """
    actor.require(*COMMUNITY_ROLES, over=placement.community.path)
    refuse_if(rules.return_refusals(placement, actor, reason))
    end_many(
        actor,
        [placement],
        reason=EndReason.RETURNED,
        on=clock.local_date(now),
        now=now,
        note=reason.strip()[:200],
    )
    notices.after_commit(notices.returned, placement.pk, now=now)


def placement_of_code(code: str) -> Placement | None:
    """Whose letter, still good or used, bears this code."""
    letter = (
        Letter.objects.select_related(
            "placement__community", "placement__member", "placement__unit"
        )
        .filter(code=normal_code(code), state__in=(LetterState.ISSUED, LetterState.USED))
        .first()
    )
    return letter.placement if letter else None


@transaction.atomic
def end_placement(*, actor: Actor, placement: Placement, reason: EndReason, now: datetime) -> None:
    """The unit or the county ends it: moved house, transferred, left."""
    actor.require(*UNIT_ROLES, Role.COUNTY_OFFICER, over=placement.unit.path)
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    end_many(actor, [placement], reason=reason, on=clock.local_date(now), now=now)


@transaction.atomic
def follow_units(*, actor: Actor, now: datetime) -> int:
    """Nightly: a live placement belongs to the unit where the roster has its member now."""
    behind = (
        Placement.objects.live()
        .exclude(unit=F("member__unit"))
        .values_list("member_id", "unit_id", "member__unit_id")
    )
    return len(live.follow(actor, {pk: (old, new) for pk, old, new in behind}, now=now))


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
