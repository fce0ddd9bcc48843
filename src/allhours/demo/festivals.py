"""Festivals of wishes in the fictional year: “七一” with everything claimed, and one to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from allhours.accounts.actor import Actor
from allhours.demo.cast import Cast, Community
from allhours.demo.player import Player
from allhours.demo.wishes import WishTeller
from allhours.kernel import clock
from allhours.needs.actions import festivals
from allhours.needs.choices import WishState
from allhours.needs.models import Festival, Wish
from allhours.needs.rules.festivals import Outline

DAY = timedelta(days=1)


@dataclass
class Plan:
    title: str
    text: str
    opens_at: datetime
    count: int
    pk: int = 0  # once it is planned
    wishes: list[tuple[Community, int]] = field(default_factory=list)


class Festivals:
    """Planned and gathered in twelve days, announced thirteen days before the hour."""

    def __init__(self, player: Player, cast: Cast, teller: WishTeller) -> None:
        self.player, self.cast, self.teller = player, cast, teller
        self.rng = player.rng

    def july(self, year: int, count: int) -> None:
        text = "党的生日前夕，为孩子和独居老人圆一个小心愿。每位党员认领一个，件件有回音。"
        opens_at = clock.at(date(year, 7, 1), time(9))
        self.teller.wishes_left += count  # delivered within the year, goods and all
        self._schedule(Plan("“七一”微心愿集中认领", text, opens_at, count))

    def new_year(self, year: int, count: int) -> None:
        text = "春节前，给独居老人和困难家庭送一份温暖。"
        opens_at = clock.at(date(year, 1, 12), time(9))
        self._schedule(Plan("春节送温暖集中认领", text, opens_at, count))

    def _schedule(self, plan: Plan) -> None:
        if not plan.count:
            return
        begins = plan.opens_at - 25 * DAY
        self.player.at(begins, partial(self._plan, plan))
        for _ in range(plan.count):
            at = begins + DAY + 6 * DAY * self.rng.random()
            place = self.rng.choice(self.cast.communities)
            self.player.at(at, partial(self._note, plan, place))
        self.player.at(plan.opens_at - 13 * DAY, partial(self._announce, plan))
        self.player.at(plan.opens_at, partial(self._open, plan))
        self.player.at(plan.opens_at + 10 * DAY, self._end)

    def _plan(self, plan: Plan, now: datetime) -> None:
        outline = Outline(
            title=plan.title,
            text=plan.text,
            opens_at=plan.opens_at,
            closes_on=clock.local_date(plan.opens_at + 9 * DAY),
            claims_each=1,
        )
        made = festivals.plan_festival(actor=self.cast.officer, outline=outline, now=now)
        plan.pk = made.pk

    def _note(self, plan: Plan, place: Community, now: datetime) -> None:
        pk, facts = self.teller.note(place, now)

        def gather(later: datetime) -> None:
            wish = self.teller.check(place, pk, facts, later)
            festival = Festival.objects.get(pk=plan.pk)
            festivals.gather_wishes(
                actor=place.secretary, festival=festival, wishes=[wish], now=later
            )
            plan.wishes.append((place, pk))

        self.player.after(now, gather, days=(0.2, 3.5))

    def _announce(self, plan: Plan, now: datetime) -> None:
        festival = Festival.objects.get(pk=plan.pk)
        festivals.announce_festival(actor=self.cast.officer, festival=festival, now=now)

    def _end(self, now: datetime) -> None:
        festivals.end_closed_festivals(actor=Actor.system("nightly tidy"), now=now)

    def _open(self, plan: Plan, now: datetime) -> None:
        """Members come in the order in which they read of it, each for one wish."""
        everybody = [member for place in self.cast.communities for member in place.serving]
        self.rng.shuffle(everybody)
        for (place, pk), member in zip(plan.wishes, everybody, strict=False):
            after = timedelta(minutes=self.rng.expovariate(1 / 25))
            self.player.at(now + after, partial(self._claim, place, member, pk))

    def _claim(self, place: Community, member: Actor, pk: int, now: datetime) -> None:
        wish = Wish.objects.select_related("community").get(pk=pk)
        if wish.state == WishState.SCHEDULED and wish.may_publish:
            self.teller.take(place, member, wish, now)
