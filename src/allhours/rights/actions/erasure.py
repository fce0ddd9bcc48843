"""Erasure of what is held about a person: asked, proposed, approved by another, undone, done."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from allhours.accounts import journal
from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.directory.queries.people import holders_of
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refused, refuse_if
from allhours.notifications.actions import tell, tell_many
from allhours.rights import rules, tombstones
from allhours.rights.choices import OPEN_ERASURES, ErasureReason, ErasureState, SubjectKind
from allhours.rights.limits import rights_on
from allhours.rights.models import Erasure


@transaction.atomic
def ask_erasure(*, actor: Actor, now: datetime) -> Erasure:
    """The person's own wish; a member's only after they have left the roster."""
    if actor.user_id is None:
        raise Refused(NOT_YOURS_TO_DO)
    if actor.member_id is not None:
        member = Member.objects.get(pk=actor.member_id)
        refuse_if(rules.member_erasure_refusals(member, now))
        erasure = _new(SubjectKind.MEMBER, member.member_no, ErasureReason.OWN_WISH, now)
        erasure.member = member
    else:
        user = User.objects.get(pk=actor.user_id)
        refuse_if(rules.office_refusals(user.pk, now))
        erasure = _new(SubjectKind.ACCOUNT, user.username, ErasureReason.OWN_WISH, now)
    erasure.user_id = actor.user_id
    _store(erasure)
    journal.note(actor=actor, did="erasure.asked", to=erasure, now=now, subject=erasure.subject)
    _tell_officers("rights.erasure_asked", now)
    return erasure


@transaction.atomic
def propose_erasure(
    *,
    actor: Actor,
    member: Member | None = None,
    user: User | None = None,
    reason: str = ErasureReason.AFTER_LEAVING,
    now: datetime,
) -> Erasure:
    """By a county officer: takes up the person's own request, or orders it after they have left."""
    actor.require(Role.COUNTY_OFFICER)
    if member is not None:
        refuse_if(rules.member_erasure_refusals(member, now))
        erasure = _new(SubjectKind.MEMBER, member.member_no, reason, now)
        erasure.member, erasure.user_id = member, member.user_id
    elif user is not None:
        refuse_if(rules.office_refusals(user.pk, now))
        erasure = _new(SubjectKind.ACCOUNT, user.username, reason, now)
        erasure.user = user
    else:
        raise TypeError("a member or a user")
    asked = Erasure.objects.filter(key_hash=erasure.key_hash, state=ErasureState.ASKED)
    taken_up = {"proposed_by_plain": actor.user_id, "proposed_at": now}
    if asked.update(state=ErasureState.PROPOSED, **taken_up):
        erasure = Erasure.objects.get(key_hash=erasure.key_hash, state=ErasureState.PROPOSED)
    else:
        erasure.state = ErasureState.PROPOSED
        erasure.proposed_by_plain, erasure.proposed_at = actor.user_id, now
        _store(erasure)
    journal.note(actor=actor, did="erasure.proposed", to=erasure, now=now, reason=erasure.reason)
    _tell_officers("rights.erasure_to_approve", now, but=actor.user_id)
    return erasure


@transaction.atomic
def approve_erasure(*, actor: Actor, erasure: Erasure, now: datetime) -> Erasure:
    """By another officer than proposed it; executed when the days for undoing are over."""
    actor.require(Role.COUNTY_OFFICER)
    erasure.refresh_from_db()
    if actor.user_id is not None and erasure.proposed_by_plain == actor.user_id:
        raise Refused(rules.FOUR_EYES)
    if erasure.member is not None:
        refuse_if(rules.member_erasure_refusals(erasure.member, now))
    due = now + timedelta(days=rights_on(clock.local_date(now)).erasure_undo_days)
    won = Erasure.objects.filter(pk=erasure.pk, state=ErasureState.PROPOSED).update(
        state=ErasureState.APPROVED, approved_by_plain=actor.user_id, approved_at=now, due_at=due
    )
    if not won:
        raise Refused(rules.NOT_WAITING)
    erasure.refresh_from_db()
    journal.note(
        actor=actor,
        did="erasure.approved",
        to=erasure,
        now=now,
        due=clock.local_date(due).isoformat(),
    )
    _tell_subject(erasure, "rights.erasure_approved", now, on=clock.local_date(due).isoformat())
    return erasure


@transaction.atomic
def decline_erasure(*, actor: Actor, erasure: Erasure, reason: str, now: datetime) -> None:
    """With a reason that the person reads."""
    actor.require(Role.COUNTY_OFFICER)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    waiting = (ErasureState.ASKED, ErasureState.PROPOSED)
    won = Erasure.objects.filter(pk=erasure.pk, state__in=waiting).update(
        state=ErasureState.DECLINED, decline_reason=reason.strip()[:200]
    )
    if not won:
        raise Refused(rules.NOT_WAITING)
    journal.note(actor=actor, did="erasure.declined", to=erasure, now=now)
    _tell_subject(erasure, "rights.erasure_declined", now)


@transaction.atomic
def undo_erasure(*, actor: Actor, erasure: Erasure, now: datetime) -> None:
    """Any time before it is executed, by the person or a county officer."""
    own = actor.user_id is not None and erasure.user_id == actor.user_id
    if not own and not actor.holds(Role.COUNTY_OFFICER):
        raise Refused(NOT_YOURS_TO_DO)
    _withdraw(actor, Erasure.objects.filter(pk=erasure.pk), now)


@transaction.atomic
def ask_resident_erasure(*, actor: Actor, code: str, now: datetime) -> Erasure:
    """By the holder of a wish's follow code, whom the room of wishes has recognised."""
    due = now + timedelta(days=rights_on(clock.local_date(now)).erasure_undo_days)
    erasure = _new(SubjectKind.RESIDENT, code, ErasureReason.OWN_WISH, now)
    erasure.state, erasure.approved_at, erasure.due_at = ErasureState.APPROVED, now, due
    _store(erasure)
    journal.note(actor=actor, did="erasure.asked", to=erasure, now=now, subject=erasure.subject)
    return erasure


@transaction.atomic
def undo_resident_erasure(*, actor: Actor, code: str, now: datetime) -> None:
    key = tombstones.key_of(SubjectKind.RESIDENT, code)
    _withdraw(actor, Erasure.objects.filter(key_hash=key), now)


def _withdraw(actor: Actor, rows: QuerySet[Erasure], now: datetime) -> None:
    waiting = rows.filter(state__in=OPEN_ERASURES)
    found = waiting.first()
    if found is None or not waiting.update(state=ErasureState.WITHDRAWN):
        raise Refused(rules.TOO_LATE)
    journal.note(actor=actor, did="erasure.undone", to=found, now=now)


def _new(subject: SubjectKind, code: str, reason: str, now: datetime) -> Erasure:
    return Erasure(
        code=public_code(), subject=subject, subject_code=code,
        key_hash=tombstones.key_of(subject, code), reason=ErasureReason(reason),
        state=ErasureState.ASKED, asked_at=now,
    )  # fmt: skip


def _store(erasure: Erasure) -> None:
    try:
        with transaction.atomic():
            erasure.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.ALREADY_ASKED) from None


def _tell_officers(key: str, now: datetime, but: int | None = None) -> None:
    url = reverse("rights:erasures")

    def told() -> None:
        users = sorted(holders_of(Role.COUNTY_OFFICER, on=clock.local_date(now)))
        tell_many([user for user in users if user != but], key, now=now, url=url)

    transaction.on_commit(told, robust=True)


def _tell_subject(erasure: Erasure, key: str, now: datetime, **params: Any) -> None:
    told = partial(tell, erasure.user_id, key, now=now, url=reverse("rights:mine"), **params)
    transaction.on_commit(told, robust=True)
