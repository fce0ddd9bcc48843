"""However claims come and go, the counter says what each member has of the festival."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allhours.kernel.errors import Refused
from allhours.needs import actions as needs
from allhours.needs.actions.festival_seats import COUNTED
from allhours.needs.models import Claim, FestivalSeat, Wish
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.festivals import HOUR, running
from tests.factories.needs import NOW, SYSTEM, delivery

MEMBERS, WISHES, LIMIT = 3, 3, 1
WHAT = ("claim", "queue", "give_back", "release", "deliver", "confirm", "withdraw", "merge")
steps = st.lists(
    st.tuples(st.sampled_from(WHAT), st.integers(0, MEMBERS - 1), st.integers(0, WISHES - 1)),
    max_size=14,
)


class Play:
    def __init__(self, places: int) -> None:
        place = make_community()
        self.festival, self.wishes = running(
            WISHES, community=place, places=places, claims_each=LIMIT
        )
        self.members = [make_member() for _ in range(MEMBERS)]
        self.actors = [member_actor(member) for member in self.members]

    def step(self, what: str, who: int, which: int, n: int) -> None:
        wish, actor, now = self.wishes[which], self.actors[who], NOW + n * 3 * HOUR
        wish.refresh_from_db()
        mine = Claim.objects.filter(wish=wish, member=self.members[who]).order_by("-pk").first()
        if what in ("claim", "queue"):
            act = needs.claim_wish if what == "claim" else needs.join_queue
            act(actor=actor, wish=wish, now=now)
        elif what in ("give_back", "release", "deliver"):
            if mine:
                self.with_claim(what, mine, actor, now)
        elif what == "confirm":
            needs.confirm_delivery(actor=SYSTEM, wish=wish, now=now)
        elif what == "withdraw":
            needs.withdraw_wish(actor=SYSTEM, wish=wish, reason="已解决", now=now)
        else:
            into = self.wishes[(which + 1) % WISHES]
            needs.merge_wishes(actor=SYSTEM, wish=wish, into=into, now=now)

    def with_claim(self, what: str, mine: Claim, actor, now) -> None:
        if what == "give_back":
            needs.give_back(actor=actor, claim=mine, reason="出差", now=now)
        elif what == "release":
            needs.release_claim(actor=SYSTEM, claim=mine, reason="另行安排", now=now)
        else:
            begun = delivery(max(mine.claimed_at, now - 2 * HOUR) - HOUR)
            needs.deliver_claim(actor=actor, claim=mine, delivery=begun, now=now + 2 * HOUR)

    def check(self) -> None:
        counted = dict(
            FestivalSeat.objects.filter(festival=self.festival).values_list("member_id", "taken")
        )
        for member in self.members:
            has = Claim.objects.filter(
                member=member, wish__festival=self.festival, state__in=COUNTED
            ).count()
            assert counted.get(member.pk, 0) == has <= LIMIT
        for wish in Wish.objects.filter(state__in=("open", "claimed")):
            assert wish.taken == wish.claims.live().count()


@pytest.mark.django_db
@given(steps=steps, places=st.integers(1, 2))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_counters_are_the_claims_and_never_over_the_limit(steps, places) -> None:
    play = Play(places)
    for n, (what, who, which) in enumerate(steps, 1):
        with contextlib.suppress(Refused):
            play.step(what, who, which, n)
        play.check()
