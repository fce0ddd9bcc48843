"""A festival of wishes: gathered, opened at one instant, its rules and what may be changed when."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions as needs
from allhours.needs.actions import festivals
from allhours.needs.actions.festivals import end_closed_festivals
from allhours.needs.choices import FestivalPhase, FestivalState, WishState
from allhours.needs.models import Festival, FestivalSeat, Wish
from allhours.notifications.models import Notice
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_member,
    make_org,
    member_actor,
    staff_actor,
)
from tests.factories.festivals import (
    HOUR,
    announced,
    gather,
    outline,
    plan,
    running,
    verified_wish,
)
from tests.factories.needs import NOW, SYSTEM, delivery, make_claim, make_open_wish

pytestmark = pytest.mark.django_db


def refused(act, *args, **options) -> str:
    with pytest.raises(Refused) as told:
        act(*args, **options)
    return told.value.codes[0]


def states(festival: Festival) -> set[tuple[str, object]]:
    return set(Wish.objects.filter(festival=festival).values_list("state", "publish_at"))


# ---- planning and gathering ----------------------------------------------------------------


def test_a_county_officer_plans_any_and_a_secretary_that_of_their_own_community() -> None:
    mine, other = make_community(), make_community()
    secretary = staff_actor(Role.COMMUNITY_SECRETARY, mine)
    act = festivals.plan_festival
    assert act(actor=county_officer(), outline=outline(), now=NOW).audience is None
    assert act(actor=secretary, outline=outline(audience=mine), now=NOW).audience == mine
    for audience in (None, other):
        assert refused(act, actor=secretary, outline=outline(audience=audience), now=NOW) == (
            "actor.not_permitted"
        )
    staff = staff_actor(Role.COMMUNITY_STAFF, mine)
    assert refused(act, actor=staff, outline=outline(audience=mine), now=NOW) == (
        "actor.not_permitted"
    )


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"title": "  "}, "festival.title_missing"),
        ({"opens_at": NOW}, "festival.hour_past"),
        ({"closes_on": TODAY - timedelta(days=1)}, "festival.closes_early"),
        ({"claims_each": 0}, "festival.limit_invalid"),
    ],
)
def test_an_outline_that_does_not_hold_is_refused(over, code) -> None:
    assert refused(festivals.plan_festival, actor=SYSTEM, outline=outline(**over), now=NOW) == code
    assert festivals.plan_festival(actor=SYSTEM, outline=outline(), now=NOW).pk


def test_an_audience_is_a_town_or_a_community() -> None:
    grid = make_org("grid", parent=make_community())
    act = festivals.plan_festival
    assert refused(act, actor=SYSTEM, outline=outline(audience=grid), now=NOW) == (
        "festival.audience_invalid"
    )
    assert act(actor=SYSTEM, outline=outline(audience=grid.parent.parent), now=NOW).pk


def test_only_verified_wishes_of_the_audience_are_gathered_all_or_none() -> None:
    mine, other = make_community(), make_community()
    festival = plan(audience=mine)
    good, elsewhere, open_ = (
        verified_wish(mine),
        verified_wish(other),
        make_open_wish(mine),
    )
    assert refused(gather, festival, good, elsewhere) == "festival.wish_elsewhere"
    assert refused(gather, festival, good, open_) == "festival.wish_not_verified"
    assert not Wish.objects.filter(festival=festival).exists()
    gather(festival, good)
    assert refused(gather, plan(), good) == "festival.wish_gathered"
    assert refused(gather, festival) == "festival.nothing_chosen"
    assert states(festival) == {(WishState.VERIFIED, None)}


def test_a_desk_gathers_only_its_own_wishes() -> None:
    wish, festival = verified_wish(), plan()
    act = festivals.gather_wishes
    stranger = staff_actor(Role.COMMUNITY_SECRETARY, make_community())
    assert refused(act, actor=stranger, festival=festival, wishes=[wish], now=NOW) == (
        "actor.not_permitted"
    )
    act(
        actor=staff_actor(Role.COMMUNITY_STAFF, wish.community),
        festival=festival,
        wishes=[wish],
        now=NOW,
    )
    assert JournalEntry.objects.filter(did="wish.festival_joined").count() == 1


def test_a_gathered_wish_is_not_published_singly_until_it_is_let_go() -> None:
    wish, festival = verified_wish(), plan()
    gather(festival, wish)
    wish.refresh_from_db()
    act = needs.publish_wish
    assert refused(act, actor=SYSTEM, wish=wish, now=NOW) == "wish.in_festival"
    festivals.let_go_wishes(actor=SYSTEM, festival=festival, wishes=[wish], now=NOW)
    wish.refresh_from_db()
    assert act(actor=SYSTEM, wish=wish, now=NOW).state == WishState.OPEN


def test_a_single_publication_that_lost_to_the_gathering_says_so() -> None:
    stale = verified_wish()
    gather(plan(), Wish.objects.get(pk=stale.pk))
    assert refused(needs.publish_wish, actor=SYSTEM, wish=stale, now=NOW) == "wish.in_festival"
    stale.refresh_from_db()
    assert stale.state == WishState.VERIFIED


# ---- announcing, moving, cancelling --------------------------------------------------------


def test_announcing_schedules_every_gathered_wish_for_exactly_its_hour() -> None:
    festival = plan()
    assert refused(festivals.announce_festival, actor=SYSTEM, festival=festival, now=NOW) == (
        "festival.empty"
    )
    gather(festival, verified_wish(), verified_wish())
    festivals.announce_festival(actor=SYSTEM, festival=festival, now=NOW)
    assert states(festival) == {(WishState.SCHEDULED, festival.opens_at)}
    late = verified_wish()
    gather(festival, late, now=NOW + HOUR)
    assert states(festival) == {(WishState.SCHEDULED, festival.opens_at)}
    assert refused(gather, festival, verified_wish(), now=festival.opens_at) == "festival.hour_come"
    assert JournalEntry.objects.filter(did="wish.festival_scheduled").count() == 3


def test_a_scheduled_wish_leaves_only_through_its_festival() -> None:
    wishes = [verified_wish(), verified_wish()]
    festival = announced(wishes)
    wishes[0].refresh_from_db()
    assert refused(needs.unschedule_wish, actor=SYSTEM, wish=wishes[0], now=NOW) == (
        "wish.in_festival"
    )
    festivals.let_go_wishes(actor=SYSTEM, festival=festival, wishes=wishes[:1], now=NOW)
    wishes[0].refresh_from_db()
    assert (wishes[0].state, wishes[0].publish_at) == (WishState.VERIFIED, None)
    act = festivals.let_go_wishes
    assert refused(act, actor=SYSTEM, festival=festival, wishes=wishes[:1], now=NOW) == (
        "festival.wish_not_in_it"
    )
    after = festival.opens_at
    assert refused(act, actor=SYSTEM, festival=festival, wishes=wishes[1:], now=after) == (
        "festival.hour_come"
    )


def test_opening_is_at_the_instant_for_everybody_without_any_job() -> None:
    wish = verified_wish()
    festival = announced([wish])
    actor, before = member_actor(make_member()), festival.opens_at - timedelta(microseconds=1)
    assert refused(needs.claim_wish, actor=actor, wish=wish, now=before) == "claim.opens_later"
    needs.claim_wish(actor=actor, wish=wish, now=festival.opens_at)
    assert Wish.objects.get(pk=wish.pk).opened_at == festival.opens_at
    assert festival.phase_at(before) == FestivalPhase.COMING
    assert festival.phase_at(festival.opens_at) == FestivalPhase.RUNNING


def test_a_moved_hour_moves_every_wish_until_the_old_one_has_come() -> None:
    wishes = [verified_wish(), verified_wish()]
    festival = announced(wishes)
    old, later = festival.opens_at, festival.opens_at + HOUR
    act = festivals.move_festival
    act(actor=SYSTEM, festival=festival, opens_at=later, now=NOW)
    assert states(festival) == {(WishState.SCHEDULED, later)}
    actor = member_actor(make_member())
    assert refused(needs.claim_wish, actor=actor, wish=wishes[0], now=old) == "claim.opens_later"
    needs.claim_wish(actor=actor, wish=wishes[0], now=later)
    # somebody whose clock is a little behind may not split the festival in two
    assert refused(
        act, actor=SYSTEM, festival=festival, opens_at=later + HOUR, now=later - HOUR / 60
    ) == ("festival.hour_come")
    assert states(festival) >= {(WishState.SCHEDULED, later)}
    festival.refresh_from_db()
    assert festival.opens_at == later


def test_a_plan_is_written_anew_and_its_audience_stays_once_wishes_are_in() -> None:
    festival, place = plan(), make_community()
    act = festivals.edit_festival
    act(actor=SYSTEM, festival=festival, outline=outline(title="助学", audience=place), now=NOW)
    assert (festival.title, festival.audience) == ("助学", place)
    gather(festival, verified_wish(place))
    assert refused(act, actor=SYSTEM, festival=festival, outline=outline(), now=NOW) == (
        "festival.audience_fixed"
    )
    festivals.announce_festival(actor=SYSTEM, festival=festival, now=NOW)
    told = refused(act, actor=SYSTEM, festival=festival, outline=outline(audience=place), now=NOW)
    assert told == "festival.wrong_state"


def test_cancelling_gives_the_wishes_back_with_a_reason() -> None:
    wish = verified_wish()
    festival = announced([wish])
    act = festivals.cancel_festival
    assert refused(act, actor=SYSTEM, festival=festival, reason=" ", now=NOW) == (
        "festival.reason_missing"
    )
    act(actor=SYSTEM, festival=festival, reason="改期另办", now=NOW)
    wish.refresh_from_db()
    assert (wish.state, wish.publish_at, wish.festival) == (WishState.VERIFIED, None, None)
    assert refused(act, actor=SYSTEM, festival=festival, reason="再次", now=NOW) == (
        "festival.wrong_state"
    )
    opened, _wishes = running()
    assert refused(act, actor=SYSTEM, festival=opened, reason="晚了", now=NOW) == (
        "festival.hour_come"
    )


# ---- while it runs -------------------------------------------------------------------------


def test_a_member_takes_no_more_than_the_festival_gives_each() -> None:
    festival, wishes = running(3)
    member = make_member()
    make_claim(wishes[0], member)
    with pytest.raises(Refused) as told:
        make_claim(wishes[1], member)
    assert told.value.codes == ("claim.festival_limit",)
    assert f"“{festival.title}”每人最多认领 1 个" in told.value.sentences[0]
    make_claim(make_open_wish(), member)  # any other wish is theirs to take
    make_claim(wishes[1], make_member())


def test_what_is_given_back_may_be_taken_anew_and_what_is_done_counts() -> None:
    festival, wishes = running(3)
    member = make_member()
    actor = member_actor(member)
    claim = make_claim(wishes[0], member)
    needs.give_back(actor=actor, claim=claim, reason="出差", now=NOW)
    again = make_claim(wishes[1], member)
    needs.deliver_claim(actor=actor, claim=again, delivery=delivery(), now=NOW + 3 * HOUR)
    needs.confirm_delivery(actor=SYSTEM, wish=wishes[1], now=NOW + 4 * HOUR)
    assert refused(needs.claim_wish, actor=actor, wish=wishes[2], now=NOW + 5 * HOUR) == (
        "claim.festival_limit"
    )
    assert FestivalSeat.objects.get(festival=festival).taken == 1


def test_a_waiting_list_passes_over_who_has_theirs() -> None:
    _festival, wishes = running(2)
    holder, full, next_one = make_member(), make_member(), make_member()
    claim = make_claim(wishes[0], holder)
    needs.join_queue(actor=member_actor(full), wish=wishes[0], now=NOW)
    needs.join_queue(actor=member_actor(next_one), wish=wishes[0], now=NOW)
    make_claim(wishes[1], full)
    with_one = make_member()
    needs.give_back(actor=member_actor(holder), claim=claim, reason="出差", now=NOW)
    live = Wish.objects.get(pk=wishes[0].pk).claims.live().get()
    assert live.member == next_one
    act = needs.join_queue
    assert refused(act, actor=member_actor(full), wish=wishes[1], now=NOW) == "claim.in_queue"
    third, more = running(2)
    make_claim(more[0], with_one)
    make_claim(more[1], make_member())
    assert refused(act, actor=member_actor(with_one), wish=more[1], now=NOW) == (
        "claim.festival_limit"
    )
    assert third.claims_each == 1


def test_a_festival_of_one_community_is_for_its_members_until_it_closes() -> None:
    place = make_community()
    festival, wishes = running(2, community=place, audience=place, closes_on=TODAY)
    stranger, own = make_member(), make_member(residence=place)
    assert refused(make_claim, wishes[0], stranger) == "claim.other_community"
    make_claim(wishes[0], own)
    after = clock.end_of(TODAY)
    assert festival.phase_at(after) == FestivalPhase.ENDED
    make_claim(wishes[1], own, now=after)  # an ordinary wish by then: no limit, no audience
    assert FestivalSeat.objects.get(member=own).taken == 2


def test_closing_is_by_the_day_whatever_the_night_job_has_written() -> None:
    festival, _wishes = running(closes_on=TODAY)
    assert end_closed_festivals(actor=SYSTEM, now=NOW) == 0
    assert end_closed_festivals(actor=SYSTEM, now=clock.end_of(TODAY)) == 1
    festival.refresh_from_db()
    assert festival.state == FestivalState.ENDED
    assert refused(festivals.end_festival, actor=SYSTEM, festival=plan(), now=NOW) == (
        "festival.wrong_state"
    )
    ahead = announced([verified_wish()])
    assert refused(festivals.end_festival, actor=SYSTEM, festival=ahead, now=NOW) == (
        "festival.not_opened"
    )


def test_a_withdrawn_wish_gives_its_place_back_and_leaves_the_festival() -> None:
    festival, wishes = running(2)
    member = make_member()
    make_claim(wishes[0], member)
    needs.withdraw_wish(actor=SYSTEM, wish=wishes[0], reason="已解决", now=NOW)
    make_claim(wishes[1], member)
    assert FestivalSeat.objects.get(festival=festival, member=member).taken == 1


def test_a_merged_claim_counts_where_it_goes() -> None:
    festival, wishes = running(2, places=2)
    place = wishes[1].community
    ordinary, member = make_open_wish(place), make_member()
    make_claim(ordinary, member)
    needs.merge_wishes(actor=SYSTEM, wish=ordinary, into=wishes[1], now=NOW)
    assert FestivalSeat.objects.get(member=member).taken == 1
    full = make_member()
    make_claim(wishes[0], full)
    another = make_open_wish(place)
    make_claim(another, full)
    needs.merge_wishes(actor=SYSTEM, wish=another, into=wishes[1], now=NOW)
    assert FestivalSeat.objects.get(member=full).taken == 1
    assert not wishes[1].claims.live().filter(member=full).exists()
    assert festival.claims_each == 1


# ---- who is told ---------------------------------------------------------------------------


def test_desks_are_asked_to_gather_and_members_told_of_the_hour(
    django_capture_on_commit_callbacks,
) -> None:
    place, other = make_community(), make_community()
    desk = staff_actor(Role.COMMUNITY_STAFF, place)
    staff_actor(Role.COMMUNITY_STAFF, other)
    own, stranger = make_member(residence=place), make_member(residence=other)
    for member in (own, stranger):
        member_actor(member)
    wish = verified_wish(place)
    with django_capture_on_commit_callbacks(execute=True):
        festival = announced([wish], audience=place)
    with django_capture_on_commit_callbacks(execute=True):
        festivals.move_festival(actor=SYSTEM, festival=festival, opens_at=NOW + 3 * HOUR, now=NOW)
        festivals.cancel_festival(actor=SYSTEM, festival=festival, reason="改期", now=NOW)
    told = Notice.objects.filter(key__startswith="needs.festival").order_by("pk")
    assert list(told.values_list("user_id", "key")) == [
        (desk.user_id, "needs.festival_planned"),
        (own.user_id, "needs.festival_announced"),
        (own.user_id, "needs.festival_moved"),
        (own.user_id, "needs.festival_cancelled"),
    ]
