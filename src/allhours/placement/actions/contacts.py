"""联系点 of leading members, and visits under a pairing or to a contact point."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, UNIT_ROLES, Role
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import partnership_rules as rules
from allhours.placement import tellings
from allhours.placement.choices import MatterState
from allhours.placement.models import ContactPoint, Matter, Pairing, Visit
from allhours.placement.notices import after_commit
from allhours.scheme.queries import scheme_for

SETTERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)
MOST_MATTERS = 10


def set_contact_point(
    *, actor: Actor, leader: Member, community: Organization, position: str, now: datetime
) -> ContactPoint:
    """The unit says which of its leading members keeps in touch with which community."""
    actor.require(*SETTERS, over=leader.unit.path)
    on = clock.local_date(now)
    if not scheme_for(on).organisations.leader_contact_points:
        raise Refused(rules.NO_CONTACT_POINTS_HERE)
    refuse_if(rules.contact_refusals(leader, community, position))
    try:
        with transaction.atomic():
            point = ContactPoint.objects.create(
                leader=leader,
                position=position.strip()[:80],
                unit=leader.unit,
                community=community,
                since=on,
                set_by_plain=actor.user_id,
                set_at=now,
            )
            journal.note(
                actor=actor, did="contact_point.set", to=point, now=now, community=community.pk
            )
            after_commit(tellings.contact_point, point.pk, now=now)
    except IntegrityError:
        raise Refused(rules.CONTACT_EXISTS) from None
    return point


@transaction.atomic
def end_contact_point(*, actor: Actor, point: ContactPoint, reason: str, now: datetime) -> None:
    actor.require(*SETTERS, over=point.unit.path)
    if not reason.strip():
        raise Refused(rules.REASON_MISSING)
    won = ContactPoint.objects.filter(pk=point.pk, until=None).update(
        until=clock.local_date(now), reason=reason.strip()[:200]
    )
    if not won:
        raise Refused(rules.CONTACT_ENDED)
    journal.note(actor=actor, did="contact_point.ended", to=point, now=now)


@transaction.atomic
def note_visit(
    *,
    actor: Actor,
    of: Pairing | ContactPoint,
    held_on: date,
    people: str,
    discussed: str,
    matters: Iterable[str] = (),
    now: datetime,
) -> Visit:
    """Either side, or the leader for their own point, notes a visit; each matter awaits the unit.

    `discussed` and `matters` are about work and services, never about a family's circumstances.
    """
    _require_noter(actor, of)
    today = clock.local_date(now)
    refuse_if(
        rules.visit_refusals(of, held_on=held_on, today=today, people=people, discussed=discussed)
    )
    visit = Visit.objects.create(
        pairing=of if isinstance(of, Pairing) else None,
        contact_point=of if isinstance(of, ContactPoint) else None,
        unit_id=of.unit_id,
        community_id=of.community_id,
        held_on=held_on,
        people=people.strip()[:200],
        discussed=discussed.strip()[:500],
        noted_at=now,
        noted_by_plain=actor.user_id,
    )
    raised = [text.strip()[:300] for text in matters if text.strip()][:MOST_MATTERS]
    Matter.objects.bulk_create([Matter(visit=visit, text=text) for text in raised])
    journal.note(
        actor=actor, did="visit.noted", to=visit, now=now, on=str(held_on), matters=len(raised)
    )
    return visit


def _require_noter(actor: Actor, of: Pairing | ContactPoint) -> None:
    is_leader = isinstance(of, ContactPoint) and actor.member_id == of.leader_id
    if is_leader or actor.holds(*COMMUNITY_ROLES, over=of.community.path):
        return
    actor.require(*SETTERS, over=of.unit.path)


@transaction.atomic
def handle_matter(*, actor: Actor, matter: Matter, outcome: str, now: datetime) -> None:
    """Dealt with, and how; by the unit whose visit it was, or the community."""
    visit = matter.visit
    point = visit.contact_point
    _require_noter(actor, point if point is not None else visit.pairing)  # type: ignore[arg-type]
    refuse_if(rules.handle_refusals(matter, outcome))
    won = Matter.objects.filter(pk=matter.pk, state=MatterState.OPEN).update(
        state=MatterState.HANDLED,
        outcome=outcome.strip()[:300],
        handled_on=clock.local_date(now),
        handled_by_plain=actor.user_id,
    )
    if not won:
        raise Refused(rules.MATTER_HANDLED)
    journal.note(actor=actor, did="matter.handled", to=matter, now=now)
