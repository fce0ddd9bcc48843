"""Pure rules over unsaved wishes: every combination, no database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.directory.models import Organization
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.rules import claims as rules
from allhours.needs.views.common import address_of
from allhours.scheme.schema.needs import Wishes as WishLimits
from tests.factories.needs import NOW

LIMITS = WishLimits()
wishes = st.builds(
    Wish,
    state=st.sampled_from(WishState.values),
    places=st.integers(1, 3),
    taken=st.integers(0, 1),
    publish_at=st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    community=st.just(Organization(pk=7, name="兴隆社区")),
    may_publish=st.booleans(),
    own_community_only=st.booleans(),
    wisher_phone_hash=st.sampled_from(["", "mine", "other"]),
)
claimers = st.builds(
    rules.Claimer,
    member_id=st.just(1),
    on_roster=st.booleans(),
    communities=st.sampled_from([frozenset(), frozenset({7}), frozenset({8})]),
    phone_hash=st.sampled_from(["", "mine"]),
    open_claims=st.integers(0, 3),
    waiting_claims=st.integers(0, 4),
)


def takeable(wish: Wish) -> bool:
    due = wish.publish_at is not None and wish.publish_at <= NOW
    is_open = wish.state == "open" or (wish.state == "scheduled" and due)
    return is_open and wish.taken < wish.places


def fits(wish: Wish, claimer: rules.Claimer) -> bool:
    own_only = wish.own_community_only or not wish.may_publish
    near = 7 in claimer.communities or not own_only
    own = wish.wisher_phone_hash == "mine" and claimer.phone_hash == "mine"
    return claimer.on_roster and near and not own


@given(wish=wishes, claimer=claimers)
def test_a_claim_is_refused_exactly_when_something_stands_against_it(wish, claimer) -> None:
    refusals = rules.claim_refusals(wish, claimer, LIMITS, NOW)
    may = takeable(wish) and fits(wish, claimer) and claimer.open_claims < LIMITS.open_claims
    assert (refusals == []) == may
    assert all(str(reason) for reason in refusals)


@given(wish=wishes, claimer=claimers)
def test_waiting_is_for_full_wishes_only(wish, claimer) -> None:
    refusals = rules.queue_refusals(wish, claimer, LIMITS, NOW)
    may = (
        wish.state == "claimed"
        and fits(wish, claimer)
        and claimer.waiting_claims < LIMITS.waiting_claims
    )
    assert (refusals == []) == may


@given(
    state=st.sampled_from(ClaimState.values),
    after=st.integers(-1, 30),
    confirmed=st.booleans(),
)
def test_sight_holds_while_in_hand_and_two_weeks_after(state, after, confirmed) -> None:
    wish = Wish(confirmed_at=NOW if confirmed else None)
    now = NOW + timedelta(days=after)
    refusals = rules.sight_refusals(Claim(state=state), wish, LIMITS, now)
    seen = state == "live" or (state == "fulfilled" and confirmed and after < 14)
    assert (refusals == []) == seen


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # not our proxy: not believed
        ("127.0.0.1", "10.0.0.9, 198.51.100.1", "198.51.100.1"),
        ("2001:db8::1:2:3:4", "", "2001:db8::/64"),
        ("", "", ""),
    ],
)
def test_address_of_believes_only_the_machines_own_proxy(rf, remote, forwarded, address) -> None:
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == address


@pytest.mark.django_db
def test_facts_are_sealed_at_rest() -> None:
    from django.forms.models import model_to_dict

    from tests.factories.needs import SECRET_ADDRESS, SECRET_NAME, SECRET_PHONE, note_wish

    stored = str(model_to_dict(note_wish().wish))
    assert [each for each in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS) if each in stored] == []
