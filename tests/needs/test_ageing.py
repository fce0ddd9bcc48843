"""How long a wish has waited against the scheme's term, and which steps a card offers."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.needs.rules.ageing import Hand, age
from allhours.needs.rules.moves import moves
from allhours.needs.rules.wishes import publish_refusals
from allhours.scheme.schema.needs import Wishes as WishLimits
from allhours.scheme.worktime import WorkCalendar, add_working_days

LIMITS, CALENDAR = WishLimits(), WorkCalendar()
NOW = clock.at(datetime(2026, 6, 10).date()) + timedelta(hours=10)  # noqa: DTZ001 - a day


def a_wish(state: str, days: float = 0, **over) -> Wish:
    at = NOW - timedelta(days=days)
    fields = ("noted_at", "verified_at", "opened_at", "claimed_at", "delivered_at", "confirmed_at")
    return Wish(state=state, **(dict.fromkeys(fields, at) | over))


@given(days=st.integers(0, 40))
def test_a_noted_wish_has_used_up_its_term_when_its_last_working_day_is_come(days) -> None:
    noted = clock.local_date(NOW - timedelta(days=days))
    found = age(a_wish("noted", days), Hand(), LIMITS, CALENDAR, NOW)
    last = add_working_days(noted, LIMITS.verify_working_days, CALENDAR)
    assert (found.used == 100) == (clock.local_date(NOW) >= last)
    assert found.day == days + 1


@given(days=st.integers(0, 40))
def test_a_checked_wish_waits_for_its_review_from_that_day_on(days) -> None:
    checked = NOW - timedelta(days=days)
    found = age(a_wish("noted", days + 5, checked_at=checked), Hand(), LIMITS, CALENDAR, NOW)
    last = add_working_days(clock.local_date(checked), LIMITS.review_working_days, CALENDAR)
    assert (found.used == 100) == (clock.local_date(NOW) >= last)
    assert (found.day, found.term) == (days + 1, "期限 2 个工作日")


@given(days=st.integers(0, 40), state=st.sampled_from(["open", "delivered"]))
def test_days_are_counted_against_the_term_of_the_state(days, state) -> None:
    term = {"open": LIMITS.unclaimed_days, "delivered": LIMITS.confirm_days}[state]
    found = age(a_wish(state, days), Hand(), LIMITS, CALENDAR, NOW)
    assert found.used == min(100 * days // term, 100)
    assert found.near == (found.used >= 67)


def test_a_claim_is_first_to_be_heard_of_then_to_be_done() -> None:
    claimed = NOW - timedelta(hours=12)
    wish = a_wish("claimed")
    called = Hand(claimed_at=claimed, due_at=claimed + timedelta(days=30))
    waiting = Hand(claimed_at=claimed, due_at=called.due_at, uncontacted_since=claimed)
    assert age(wish, waiting, LIMITS, CALENDAR, NOW).used == 50
    assert age(wish, waiting, LIMITS, CALENDAR, NOW).term == "24 小时内联系"
    assert age(wish, called, LIMITS, CALENDAR, NOW).used == 1
    assert age(wish, called, LIMITS, CALENDAR, NOW).term == "7月9日前办结"


def test_a_state_without_a_term_only_counts_days() -> None:
    found = age(a_wish("verified", 3), Hand(), LIMITS, CALENDAR, NOW)
    assert (found.day, found.term, found.used, found.near) == (4, "", None, False)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("noted", ()),
        ("verified", ("publish",)),
        ("scheduled", ()),
        ("open", ()),
        ("claimed", ()),
        ("delivered", ("confirm", "send-back")),
        ("confirmed", ()),
    ],
)
def test_moves_are_what_the_rules_allow(state, allowed) -> None:
    found = moves(a_wish(state), claimers={7}, member_id=None, now=NOW)
    assert found.allowed == allowed
    assert bool(found.refusals) == (len(allowed) < 3)


def test_moves_never_let_a_claimer_confirm() -> None:
    found = moves(a_wish("delivered"), claimers={7}, member_id=7, now=NOW)
    assert found.allowed == ("send-back",)
    assert "认领人本人不能确认" in " ".join(map(str, found.refusals))


@pytest.mark.parametrize("state", [each for each in WishState if each != "verified"])
def test_only_what_is_ready_is_published(state) -> None:
    refused = publish_refusals(a_wish(state), at=None, now=NOW)
    assert [each.code for each in refused] == ([] if state == "scheduled" else ["wish.wrong_state"])
    assert publish_refusals(a_wish("verified"), at=None, now=NOW) == []
