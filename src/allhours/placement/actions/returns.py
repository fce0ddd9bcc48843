"""After a return: the unit sends the member to the same community again, or asks for another."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import rules
from allhours.placement.actions.live import begin_many
from allhours.placement.choices import EndReason
from allhours.placement.models import Placement

RETURNERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)


def place_again(*, actor: Actor, placement: Placement, now: datetime) -> Placement:
    """What was wrong is put right: the same community once more, and a new letter."""
    _check(actor, placement)
    fresh = Placement(
        member=placement.member,
        unit=placement.member.unit,
        community=placement.community,
        round=placement.round,
        assigned_at=now,
    )
    try:
        with transaction.atomic():
            begin_many(actor, [fresh], now=now)
    except IntegrityError:  # the county placed the member in the same moment
        raise Refused(rules.PLACED_AGAIN) from None
    return fresh


@transaction.atomic
def ask_for_another(
    *, actor: Actor, placement: Placement, community: Organization, now: datetime
) -> None:
    """The unit names the community where the member lives; the county decides."""
    _check(actor, placement)
    if community.kind != OrgKind.COMMUNITY or community.closed_on is not None:
        raise Refused(rules.NOT_A_COMMUNITY)
    won = Placement.objects.filter(pk=placement.pk, end_reason=EndReason.RETURNED).update(
        wanted_community=community, wanted_at=now
    )
    if not won:
        raise Refused(rules.CHANGED_MEANWHILE)
    journal.note(
        actor=actor,
        did="placement.another_asked",
        to=placement,
        now=now,
        under=actor.acting_as(*RETURNERS, over=placement.member.unit.path),
        community=community.pk,
    )


def _check(actor: Actor, placement: Placement) -> None:
    actor.require(*RETURNERS, over=placement.member.unit.path)
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    placed = Placement.objects.live().filter(member=placement.member_id).exists()
    refuse_if(rules.replace_refusals(placement, placed=placed))
