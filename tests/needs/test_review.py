"""The review between the community's check and the wall keeps the scheme's days."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.queries.desk import listed
from allhours.needs.queries.review import review_by, reviews_on_desk
from allhours.portal.desk_rows import wishes
from allhours.ui.awaiting import worked_out
from tests.factories.directory import county_officer, make_community, staff_actor
from tests.factories.needs import NOW, note_wish, public_text
from tests.factories.scheme import publish, seed_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def checked():
    """A wish that its community has checked, where the county reviews (S0)."""
    seed_calendar(2026)
    publish("quantianhou")
    wish = note_wish(make_community()).wish
    secretary = staff_actor(Role.COMMUNITY_SECRETARY, wish.community)
    return actions.verify_wish(actor=secretary, wish=wish, text=public_text(), now=NOW)


def test_it_awaits_whoever_reviews_and_no_longer_the_community(checked):
    secretary = staff_actor(Role.COMMUNITY_SECRETARY, checked.community)
    assert reviews_on_desk(secretary, NOW) == []
    assert worked_out(wishes(secretary, NOW)) == []
    (row,) = worked_out(reviews_on_desk(county_officer(), NOW))
    assert (row.count, row.due_on) == (1, review_by(clock.local_date(NOW), NOW))
    actions.approve_wish(actor=county_officer(), wish=checked, now=NOW)
    assert worked_out(reviews_on_desk(county_officer(), NOW)) == []


@pytest.mark.parametrize(("days", "late"), [(2, ""), (8, "超期未审核")])
def test_it_is_marked_when_the_review_takes_longer_than_the_scheme_says(checked, days, late):
    later = NOW + timedelta(days=days)
    (row,) = listed(county_officer(), "noted", later)
    assert row.late == late


def test_the_reviews_days_are_the_schemes(checked):
    publish("quantianhou", wishes={"review_working_days": 7})
    (row,) = listed(county_officer(), "noted", NOW + timedelta(days=8))
    assert row.late == ""
