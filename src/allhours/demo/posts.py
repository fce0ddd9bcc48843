"""What a year has of posts beside taking them: answers, orders, proposals, demands."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from allhours.accounts.actor import Actor
from allhours.demo.cast import Cast, Community
from allhours.demo.player import Player
from allhours.kernel.errors import Refused
from allhours.needs.actions.applications import accept_application
from allhours.needs.actions.demands import place_demand
from allhours.needs.actions.orders import meet_order, order_item, propose_post
from allhours.needs.actions.posts import PostText
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim
from allhours.scheme.schema import Scheme

PROPOSALS = (("教老人用手机", "周六上午"), ("修小家电", "周日下午"), ("教孩子下棋", "周末"))


class Wanted:
    """A handful for each county, so that every page of posts has something to show."""

    def __init__(self, player: Player, cast: Cast, scheme: Scheme) -> None:
        self.player, self.cast, self.scheme = player, cast, scheme
        self.rng = Random(2014)  # its own, so that nothing else of the year is dealt anew

    def schedule(self, first: datetime) -> None:
        for at, place in enumerate(self.cast.communities[:6]):
            self.player.at(first + timedelta(days=1 + at, hours=1), partial(self._demand, place))

    def answer(self, place: Community, claim: Claim, now: datetime) -> None:
        """Where both sides choose, the community says yes within days."""
        if claim.state == ClaimState.WAITING:
            later = now + timedelta(days=self.rng.randint(1, 3))
            self.player.at(later, partial(self._accept, place, claim))

    def _accept(self, place: Community, claim: Claim, now: datetime) -> None:
        try:
            accept_application(actor=place.secretary, claim=claim, now=now)
        except Refused:  # no room left, or given up meanwhile: it stays to be answered
            return

    def _demand(self, place: Community, now: datetime) -> None:
        item = self.rng.choice(self.scheme.menu.items)
        place_demand(
            actor=place.secretary, community=place.organization, item=item.code,
            text=item.title, heads=self.rng.randint(2, 8), times="双休日", now=now,
        )  # fmt: skip

    def ask(self, place: Community, member: Actor, now: datetime) -> None:
        """Now and then somebody wants what is not there."""
        chance = self.rng.random()
        try:
            if chance < 0.04:
                item = self.rng.choice(self.scheme.menu.items)
                order_item(actor=member, item=item.code, now=now)
            elif chance < 0.06 and self.scheme.menu.outside_allowed:
                title, times = self.rng.choice(PROPOSALS)
                order = propose_post(actor=member, title=title, times=times, now=now)
                if chance < 0.05:
                    text = PostText(title=title, times=times, places=2)
                    meet_order(actor=place.secretary, order=order, text=text, now=now)
        except Refused:  # there is such a post already, or they hold as many as they may
            return
