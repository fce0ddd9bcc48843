"""Whatever happens in whatever order: every counter is what the claims themselves say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.actions.changes import pause_service, propose_change
from allhours.directory.change_rules import Change
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import unit_claims as units
from allhours.needs.choices import ENDED
from allhours.needs.models import Claim, ClaimAllowance, ClaimHelper, UnitAllowance, Wish
from tests.factories.directory import (
    county_officer,
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.needs import NOW, SYSTEM, delivery, liaison_of, make_open_wish
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db


@dataclass
class Turn:
    """Who does it, to which wish, with whom; rows as they are at that moment."""

    wish: Wish
    member: Member
    actor: Actor
    second: Member
    unit: Organization
    desk: Actor
    mine: Claim | None
    ours: Claim | None
    now: datetime


class County:
    """Two units with five members, two wishes with two places each."""

    def __init__(self) -> None:
        publish(wishes={"open_claims": 2, "unit_open_claims": 2})
        community = make_community()
        self.units = [make_unit(), make_unit()]
        self.people = [make_member(self.units[n % 2]) for n in range(5)]
        self.actors = [member_actor(each) for each in self.people]
        self.wishes = [make_open_wish(community, places=2) for _ in range(2)]
        self.desks = {unit.pk: liaison_of(unit) for unit in self.units}
        self.officer, self.staff = county_officer(), staff_actor(Role.COMMUNITY_STAFF, community)
        self.now = NOW

    def check(self) -> None:
        for wish in Wish.objects.exclude(state__in=ENDED):
            assert wish.taken == Claim.objects.filter(wish=wish, state="live").count(), wish.state
        live = Claim.objects.filter(state="live")
        for row in ClaimAllowance.objects.all():
            own = Claim.objects.filter(member=row.member_id, unit=None)
            assert row.live == own.filter(state="live").count() <= 2
            assert row.waiting == own.filter(state="waiting").count()
        for allowance in UnitAllowance.objects.all():
            assert allowance.live == live.filter(unit=allowance.unit_id).count() <= 2
        # nobody answers, or helps, for a unit that they are not of
        named = live.named().filter(unit__isnull=False, delivered_at=None)
        for claim in named.select_related("member"):
            assert claim.member.unit_id == claim.unit_id
            assert claim.member.left_on is None
        helping = ClaimHelper.objects.filter(claim__state="live", claim__delivered_at=None)
        for row in helping.select_related("member", "claim"):
            assert row.member.unit_id == row.claim.unit_id
            assert row.member.left_on is None
        seats = live.values("wish", "seat").annotate(n=Count("pk"))
        assert all(row["n"] == 1 for row in seats)

    def turn(self, at: int, who: int, other: int) -> Turn:
        self.now += timedelta(minutes=90)
        self.renew()
        wish, member, second = self.wishes[at], self.people[who], self.people[other]
        unit = self.units[who % 2]
        open_ = Claim.objects.filter(wish=wish, state__in=["live", "waiting"]).order_by("pk")
        return Turn(
            wish, member, self.actors[who], second, unit, self.desks[unit.pk],
            open_.filter(member=member).first(), open_.filter(unit=unit).first(), self.now,
        )  # fmt: skip

    def renew(self) -> None:
        """Others come in the place of wishes that ended and of members who left."""
        for at, wish in enumerate(self.wishes):
            wish.refresh_from_db()
            if wish.state in ENDED:
                self.wishes[at] = make_open_wish(wish.community, places=2, now=self.now)
        for at, member in enumerate(self.people):
            member.refresh_from_db()
            if member.left_on is not None or member.unit != self.units[at % 2]:
                self.people[at] = make_member(self.units[at % 2])
                self.actors[at] = member_actor(self.people[at])

    def changed(self, turn: Turn, kind: str, **over) -> None:
        wanted = Change(kind=kind, on=clock.local_date(turn.now), **over)
        propose_change(actor=self.officer, member=turn.member, change=wanted, now=turn.now)


def claim(county, turn):
    actions.claim_wish(actor=turn.actor, wish=turn.wish, now=turn.now)


def for_unit(county, turn):
    units.claim_for_unit(
        actor=turn.desk, wish=turn.wish, unit=turn.unit, responsible=turn.member,
        helpers=[turn.second], now=turn.now,
    )  # fmt: skip


def queue(county, turn):
    actions.join_queue(actor=turn.actor, wish=turn.wish, now=turn.now)


def give_back(county, turn):
    if turn.mine:
        actions.give_back(actor=turn.actor, claim=turn.mine, reason="忙", now=turn.now)


def another(county, turn):
    if turn.ours:
        who = member_actor(turn.ours.member)
        units.ask_for_another(actor=who, claim=turn.ours, now=turn.now)


def rename(county, turn):
    if turn.ours:
        units.reassign_unit_claim(
            actor=turn.desk, claim=turn.ours, responsible=turn.second, now=turn.now
        )


def unit_back(county, turn):
    if turn.ours:
        units.give_back_for_unit(actor=turn.desk, claim=turn.ours, reason="忙", now=turn.now)


def release(county, turn):
    if each := turn.ours or turn.mine:
        actions.release_claim(actor=county.staff, claim=each, reason="无法联系", now=turn.now)


def deliver(county, turn):
    for each in Claim.objects.live().filter(wish=turn.wish, delivered_at=None):
        done = delivery(turn.now - timedelta(minutes=61), minutes=1)
        who = member_actor(each.member)
        actions.deliver_claim(actor=who, claim=each, delivery=done, now=turn.now)


def confirm(county, turn):
    actions.confirm_delivery(actor=county.staff, wish=turn.wish, now=turn.now)


def send_back(county, turn):
    actions.send_back(actor=county.staff, wish=turn.wish, note="还缺", now=turn.now)


def merge(county, turn):
    into = next(each for each in county.wishes if each != turn.wish)
    actions.merge_wishes(actor=SYSTEM, wish=turn.wish, into=into, now=turn.now)


def withdraw(county, turn):
    actions.withdraw_wish(actor=county.staff, wish=turn.wish, reason="不需要了", now=turn.now)


def help_(county, turn):
    if turn.ours:
        units.name_helpers(actor=turn.desk, claim=turn.ours, helpers=[turn.second], now=turn.now)


def leave_help(county, turn):
    row = ClaimHelper.objects.filter(claim__wish=turn.wish, member=turn.member).first()
    if row:
        units.remove_helper(actor=turn.actor, claim=row.claim, member=turn.member, now=turn.now)


def transfer(county, turn):
    other = next(each for each in county.units if each.pk != turn.member.unit_id)
    county.changed(turn, "transfer", to_unit=other)


def leave(county, turn):
    county.changed(turn, "leave", reason="away")


def pause(county, turn):
    pause_service(actor=turn.actor, now=turn.now)


def close_unit(county, turn):
    rows = Organization.objects.filter(pk=turn.unit.pk)
    rows.update(closed_on=clock.local_date(turn.now))
    units.release_of_closed_units(actor=SYSTEM, now=turn.now)
    rows.update(closed_on=None)


OFTEN = [claim, for_unit, deliver, confirm, another, rename, queue]
SELDOM = [
    give_back, unit_back, release, send_back, merge, withdraw, help_, leave_help,
    transfer, leave, pause, close_unit,
]  # fmt: skip
ACTS = OFTEN * 4 + SELDOM


# The acts are drawn evenly: shrunk lists are mostly refused, and then say nothing.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_any_sequence_leaves_counters_as_the_claims_say(seed, db) -> None:
    rng = Random(seed)
    with transaction.atomic():
        county = County()
        for _ in range(40):
            act, turn = rng.choice(ACTS), county.turn(*(rng.randrange(n) for n in (2, 5, 5)))
            try:
                with transaction.atomic():
                    act(county, turn)
            except Refused:
                pass
            county.check()
        transaction.set_rollback(True)
