"""免报: granted by the unit for a time, in three coarse classes (product.md §2.1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import rules
from allhours.placement.choices import ExcusalClass
from allhours.placement.models import Excusal

GRANTERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)


def grant_excusal(
    *,
    actor: Actor,
    member: Member,
    klass: ExcusalClass,
    from_on: date,
    until_on: date | None,
    now: datetime,
) -> Excusal:
    """`until_on` None: until ended. Days of one member's excusals do not overlap."""
    actor.require(*GRANTERS, over=member.unit.path)
    refuse_if(rules.own_record_refusals(actor, member.pk))
    if until_on is not None and until_on < from_on:
        raise Refused(rules.DATES_REVERSED)
    if member.left_on is not None:
        raise Refused(rules.MEMBER_LEFT)
    try:
        with transaction.atomic():
            # touch the member first, so that two grants at once meet and the second sees the first
            Member.objects.filter(pk=member.pk).update(left_on=F("left_on"))
            if _overlapping(member, from_on, until_on):
                raise Refused(rules.EXCUSAL_OVERLAPS)
            excusal = Excusal.objects.create(
                member=member,
                klass=klass,
                from_on=from_on,
                until_on=until_on,
                granted_by_plain=actor.user_id,
                granted_at=now,
            )
            journal.note(actor=actor, did="excusal.granted", to=excusal, now=now, klass=str(klass))
    except IntegrityError:
        raise Refused(rules.EXCUSAL_OVERLAPS) from None
    return excusal


def _overlapping(member: Member, from_on: date, until_on: date | None, but: int = 0) -> bool:
    others = (
        Excusal.objects.filter(member=member)
        .filter(Q(until_on=None) | Q(until_on__gte=from_on))
        .exclude(pk=but)
    )
    if until_on is not None:
        others = others.filter(from_on__lte=until_on)
    return others.exists()


@transaction.atomic
def end_excusal(*, actor: Actor, excusal: Excusal, last_day: date, now: datetime) -> None:
    actor.require(*GRANTERS, over=excusal.member.unit.path)
    refuse_if(rules.own_record_refusals(actor, excusal.member_id))
    if last_day < excusal.from_on:
        raise Refused(rules.DATES_REVERSED)
    if last_day < clock.local_date(now) - timedelta(days=1):  # a past rate is not rewritten so
        raise Refused(rules.EXCUSAL_PAST)
    won = Excusal.objects.filter(Q(until_on=None) | Q(until_on__gt=last_day), pk=excusal.pk).update(
        until_on=last_day
    )
    if not won:
        raise Refused(rules.CHANGED_MEANWHILE)
    journal.note(actor=actor, did="excusal.ended", to=excusal, now=now)


def extend_excusal(
    *, actor: Actor, excusal: Excusal, until_on: date | None, now: datetime
) -> Excusal:
    """Until a later day (None: until ended), while it runs and no other one follows in it."""
    actor.require(*GRANTERS, over=excusal.member.unit.path)
    refuse_if(rules.own_record_refusals(actor, excusal.member_id))
    refuse_if(rules.extend_refusals(excusal, until_on=until_on, on=clock.local_date(now)))
    try:
        with transaction.atomic():
            # as in granting: of two at once the second sees what the first wrote
            Member.objects.filter(pk=excusal.member_id).update(left_on=F("left_on"))
            if _overlapping(excusal.member, excusal.from_on, until_on, but=excusal.pk):
                raise Refused(rules.EXCUSAL_OVERLAPS)
            won = Excusal.objects.filter(pk=excusal.pk, until_on=excusal.until_on).update(
                until_on=until_on
            )
            if not won:
                raise Refused(rules.CHANGED_MEANWHILE)
            journal.note(
                actor=actor,
                did="excusal.extended",
                to=excusal,
                now=now,
                until=until_on.isoformat() if until_on else "",
            )
    except IntegrityError:
        raise Refused(rules.EXCUSAL_OVERLAPS) from None
    excusal.refresh_from_db()
    return excusal
