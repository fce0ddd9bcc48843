"""People who leave, and officers who decide."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from allhours.accounts.actor import Actor
from allhours.directory.choices import Standing
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.rights.actions import erasure as actions
from allhours.rights.models import Erasure
from tests.factories.directory import TODAY, county_officer, make_member

NOW = clock.at(TODAY) + timedelta(hours=9)


def gone(member: Member | None = None, *, on: date = TODAY) -> Member:
    """A member who has left the roster."""
    member = member or make_member()
    Member.objects.filter(pk=member.pk).update(left_on=on, standing=Standing.LEFT)
    member.refresh_from_db()
    return member


def approved(member: Member | None = None, *, now: datetime = NOW) -> Erasure:
    """Proposed by one officer, approved by another."""
    member = member or gone()
    proposed = actions.propose_erasure(actor=county_officer(), member=member, now=now)
    return actions.approve_erasure(actor=county_officer(), erasure=proposed, now=now)


def system() -> Actor:
    return Actor.system("test")
