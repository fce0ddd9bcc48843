"""Changes in one person's service life: asked, agreed to, planned for a day, done.

The member's row is written first, then the rooms above close or hand over what hangs on it
(directory.consequences), all in one transaction. So nothing is taken up by somebody who leaves at
the same moment (directory.presence).
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actions import closing
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory import change_rules as rules
from allhours.directory import consequences
from allhours.directory.actions import history
from allhours.directory.change_rules import Change
from allhours.directory.choices import (
    OPEN_CHANGES,
    ChangeKind,
    ChangeState,
    LeaveReason,
    Standing,
)
from allhours.directory.models import Member, MemberChange, Organization
from allhours.directory.queries.members import may_edit, receives
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.scheme.queries import scheme_for

KEEPERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)


def foresee(*, actor: Actor, member: Member, change: Change, now: datetime) -> consequences.Lines:
    """What the change would close, hand over and keep; refused as the change itself would be."""
    member = _check(actor, member, change, now)
    event = rules.event_of(member, change)
    return consequences.foresee(event) if event else []


def propose_change(*, actor: Actor, member: Member, change: Change, now: datetime) -> MemberChange:
    """Do it, plan it for its day, or ask the other side; the state of the answer says which.

    A unit's transfer waits for the new unit or the county; a community's hint that somebody moved
    waits for the unit. What the county does, and what concerns the unit alone, is done at once.
    """
    member = _check(actor, member, change, now)
    asked_from = None if may_edit(actor, member) else member.serving_community
    row = MemberChange(
        member=member,
        kind=change.kind,
        state=_first_state(actor, member, change, clock.local_date(now)),
        on=change.on,
        reason=change.reason if change.kind == ChangeKind.LEAVE else "",
        stays=change.stays,
        from_unit_id=member.unit_id,
        to_unit=change.to_unit,
        to_community=change.to_community,
        asked_from=asked_from,
        position=change.position.strip(),
        address=change.address.strip(),
        asked_by_plain=actor.user_id,
        asked_at=now,
    )
    with_retry(partial(_begin, actor, row, now))
    row.refresh_from_db()
    return row


def _check(actor: Actor, member: Member, change: Change, now: datetime) -> Member:
    """The member as they are now."""
    member = Member.objects.select_related("unit", "serving_community").get(pk=member.pk)
    hint = change.kind == ChangeKind.MOVE and receives(actor, member)
    if not may_edit(actor, member) and not hint:
        raise Refused(NOT_YOURS_TO_DO)
    if actor.member_id == member.pk:
        raise Refused(rules.OWN_CHANGE)
    _refuse(member, change, clock.local_date(now))
    return member


def _refuse(member: Member, change: Change, today: date) -> None:
    may_stay = scheme_for(on=today).placement.may_stay_after_move
    refuse_if(rules.change_refusals(member, change, today=today, may_stay=may_stay))
    event = rules.event_of(member, change)
    refuse_if(consequences.objections(event) if event else [])


def _first_state(actor: Actor, member: Member, change: Change, today: date) -> ChangeState:
    if not may_edit(actor, member):
        return ChangeState.ASKED
    if change.kind == ChangeKind.TRANSFER and not _receiving(actor, change.to_unit):
        return ChangeState.ASKED
    return ChangeState.PLANNED


def _receiving(actor: Actor, unit: Organization | None) -> bool:
    return unit is not None and actor.holds(*KEEPERS, over=unit.path)


@transaction.atomic
def _begin(actor: Actor, row: MemberChange, now: datetime) -> None:
    row.pk = None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.OPEN_ALREADY) from None
    _note(actor, row, "change.asked" if row.state == ChangeState.ASKED else "change.noted", now)
    if row.state == ChangeState.PLANNED and row.on <= clock.local_date(now):
        _effect(actor, row, now)


def accept_change(*, actor: Actor, change: MemberChange, now: datetime) -> MemberChange:
    """The other side agrees: the new unit (or the county) to a transfer, the unit to a hint."""
    _require_answerer(actor, change)
    member = Member.objects.select_related("unit").get(pk=change.member_id)
    _refuse(member, as_change(change), clock.local_date(now))
    with_retry(partial(_accept, actor, change, now))
    change.refresh_from_db()
    return change


def may_answer(actor: Actor, change: MemberChange) -> bool:
    """Whether the asked change waits for this actor."""
    if change.state != ChangeState.ASKED or actor.member_id == change.member_id:
        return False
    side = change.to_unit if change.kind == ChangeKind.TRANSFER else change.from_unit
    return side is not None and actor.holds(*KEEPERS, over=side.path)


def may_withdraw(actor: Actor, change: MemberChange) -> bool:
    """Who asked or planned it, and the county."""
    if change.state not in OPEN_CHANGES:
        return False
    if change.asked_from is not None:
        return actor.holds(*COMMUNITY_ROLES, Role.COUNTY_OFFICER, over=change.asked_from.path)
    return actor.holds(*KEEPERS, over=change.from_unit.path)


def _require_answerer(actor: Actor, change: MemberChange) -> None:
    if change.state != ChangeState.ASKED:
        raise Refused(rules.NOT_OPEN)
    if actor.member_id == change.member_id:
        raise Refused(rules.OWN_CHANGE)
    if not may_answer(actor, change):
        raise Refused(NOT_YOURS_TO_DO)


@transaction.atomic
def _accept(actor: Actor, change: MemberChange, now: datetime) -> None:
    won = MemberChange.objects.filter(pk=change.pk, state=ChangeState.ASKED).update(
        state=ChangeState.PLANNED, decided_by_plain=actor.user_id, decided_at=now
    )
    if not won:
        raise Refused(rules.NOT_OPEN)
    _note(actor, change, "change.accepted", now)
    if change.on <= clock.local_date(now):
        _effect(actor, MemberChange.objects.get(pk=change.pk), now)


@transaction.atomic
def decline_change(*, actor: Actor, change: MemberChange, answer: str, now: datetime) -> None:
    """Not agreed to; who asked reads why."""
    _require_answerer(actor, change)
    if not answer.strip():
        raise Refused(rules.ANSWER_NEEDED)
    _close(actor, change, ChangeState.DECLINED, now, answer=answer.strip()[:200])


@transaction.atomic
def withdraw_change(*, actor: Actor, change: MemberChange, now: datetime) -> None:
    """Take back what is asked or planned and not in effect."""
    if change.state not in OPEN_CHANGES:
        raise Refused(rules.NOT_OPEN)
    if not may_withdraw(actor, change):
        raise Refused(NOT_YOURS_TO_DO)
    _close(actor, change, ChangeState.WITHDRAWN, now)


def _close(
    actor: Actor, change: MemberChange, to: ChangeState, now: datetime, answer: str = ""
) -> None:
    won = MemberChange.objects.filter(pk=change.pk, state__in=OPEN_CHANGES).update(
        state=to, answer=answer, address="", decided_by_plain=actor.user_id, decided_at=now
    )
    if not won:
        raise Refused(rules.NOT_OPEN)
    _note(actor, change, f"change.{to}", now)


def take_effect(*, actor: Actor, now: datetime) -> int:
    """Nightly: what is planned for today or before; how many took effect.

    One that the rules refuse by now lapses with the sentence, for its unit to see.
    """
    done = 0
    due = MemberChange.objects.filter(state=ChangeState.PLANNED, on__lte=clock.local_date(now))
    for row in due.order_by("on", "pk"):
        try:
            done += with_retry(partial(_on_its_day, actor, row, now))
        except Refused as refused:
            with_retry(partial(_lapse, actor, row, " ".join(refused.sentences), now))
    return done


@transaction.atomic
def _lapse(actor: Actor, row: MemberChange, sentence: str, now: datetime) -> None:
    planned = MemberChange.objects.filter(pk=row.pk, state=ChangeState.PLANNED)
    if planned.update(state=ChangeState.LAPSED, answer=sentence[:200], address="", decided_at=now):
        _note(actor, row, "change.lapsed", now)


@transaction.atomic
def _on_its_day(actor: Actor, row: MemberChange, now: datetime) -> int:
    """1 if it took effect; 0 if another change of this night has withdrawn it."""
    if not MemberChange.objects.filter(pk=row.pk, state=ChangeState.PLANNED).exists():
        return 0
    member = Member.objects.select_related("unit").get(pk=row.member_id)
    _refuse(member, as_change(row), clock.local_date(now))
    _effect(actor, row, now)
    return 1


def as_change(row: MemberChange) -> Change:
    return Change(
        kind=row.kind,
        on=row.on,
        reason=row.reason,
        to_unit=row.to_unit,
        to_community=row.to_community,
        address=row.address,
        position=row.position,
        stays=row.stays,
    )


def _effect(actor: Actor, row: MemberChange, now: datetime) -> None:
    """Write the member, keep what was, and let the rooms above follow. The row is PLANNED."""
    change = as_change(row)
    won = MemberChange.objects.filter(pk=row.pk, state=ChangeState.PLANNED).update(
        state=ChangeState.DONE, done_at=now, address=""
    )
    if not won:
        raise Refused(rules.NOT_OPEN)
    member = Member.objects.select_related("unit", "residence").get(pk=row.member_id)
    event = rules.event_of(member, change)
    _write(actor, member, change, now)
    lines = consequences.carry_out(actor, event, now) if event else []
    outcome = [line.plain() for line in lines]
    MemberChange.objects.filter(pk=row.pk).update(outcome=outcome)
    _note(actor, row, "change.done", now, closed=len(outcome))


def _write(actor: Actor, member: Member, change: Change, now: datetime) -> None:
    """By compare-and-set on the state that the rules were asked about."""
    as_it_was = Member.objects.filter(
        pk=member.pk,
        unit=member.unit_id,
        left_on=member.left_on,
        is_retired=member.is_retired,
        merged_into=None,
    )
    kept: list[Any] = []
    if change.kind == ChangeKind.RETURN:
        kept.append(history.spell(member))
        if member.user_id is not None:
            closing.reopen_sign_ins(actor=actor, user_ids=[member.user_id], now=now)
    values = _values(member, change)
    for field in ("unit", "position", "residence"):
        before = getattr(member, field)
        if field in values and values[field] != before:
            kept.append(history.former(member.pk, field, before, change.on))
    if not as_it_was.update(**values):
        raise Refused(rules.MOVED_ON)
    history.keep(kept)


def _values(member: Member, change: Change) -> dict[str, Any]:
    """The member's columns from the day on."""
    if change.kind == ChangeKind.MOVE:
        return {
            "residence": change.to_community,
            "residence_confirmed": change.to_community is not None,
            "address": change.address,
        }
    if change.kind == ChangeKind.TRANSFER:
        return {"unit": change.to_unit, "branch": None, "position": change.position}
    if change.kind == ChangeKind.RETIRE:
        return {"is_retired": True, "retired_on": change.on, "standing": Standing.RETIRED}
    if change.kind == ChangeKind.RETURN:
        unit = change.to_unit or member.unit
        values = {
            "left_on": None, "left_reason": "", "is_retired": False, "retired_on": None,
            "paused_on": None, "registered_on": change.on, "standing": Standing.IN_SERVICE,
        }  # fmt: skip
        return values | ({"unit": unit, "branch": None} if unit != member.unit else {})
    dead = change.kind == ChangeKind.DEATH
    return {
        "left_on": change.on,
        "left_reason": LeaveReason.DECEASED if dead else change.reason,
        "standing": Standing.DECEASED if dead else Standing.LEFT,
        "paused_on": None,
    }


def _note(actor: Actor, row: MemberChange, did: str, now: datetime, **facts: Any) -> None:
    journal.note(
        actor=actor, did=did, to=("member", row.member_id), now=now,
        under=actor.acting_as(*KEEPERS, *COMMUNITY_ROLES), change=row.pk, kind=row.kind, **facts,
    )  # fmt: skip


# ---- the member's own ------------------------------------------------------------------------


@transaction.atomic
def pause_service(*, actor: Actor, now: datetime) -> consequences.Lines:
    """The member, of their own will, does not serve for now; nobody asks why."""
    member = _self(actor)
    event = consequences.Withdrawal((member.pk,), clock.local_date(now))
    won = Member.objects.filter(pk=member.pk, left_on=None, paused_on=None).update(
        paused_on=event.on
    )
    if not won:
        raise Refused(rules.PAUSED_ALREADY)
    lines = consequences.carry_out(actor, event, now)
    journal.note(actor=actor, did="member.paused", to=member, now=now, closed=len(lines))
    return lines


def foresee_pause(*, actor: Actor, now: datetime) -> consequences.Lines:
    return consequences.foresee(consequences.Withdrawal((_self(actor).pk,), clock.local_date(now)))


@transaction.atomic
def resume_service(*, actor: Actor, now: datetime) -> None:
    """Ready again: from now on the member is placed like everybody."""
    member = _self(actor)
    if not Member.objects.filter(pk=member.pk, paused_on__isnull=False).update(paused_on=None):
        raise Refused(rules.NOT_PAUSED)
    journal.note(actor=actor, did="member.resumed", to=member, now=now)


def _self(actor: Actor) -> Member:
    if actor.member_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    member = Member.objects.get(pk=actor.member_id)
    if member.left_on is not None:
        raise Refused(rules.NOT_ON_ROSTER)
    return member
