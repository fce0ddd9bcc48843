"""What nobody takes up: the community is told once; where the scheme says so it expires."""

from dataclasses import replace
from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.needs import actions, tasks
from allhours.needs.models import Wish
from allhours.needs.queries import unclaimed
from allhours.needs.queries.deskpage import desk_page
from allhours.needs.queries.limits import wish_limits
from allhours.needs.queries.unclaimed import unclaimed_on_desk
from allhours.notifications.models import Notice
from allhours.ui.awaiting import worked_out
from tests.factories.directory import member_actor, staff_actor, staff_user
from tests.factories.needs import NOW, make_claim, make_delivered, make_open_wish

pytestmark = pytest.mark.django_db
TERM = timedelta(days=15)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def expiring(monkeypatch) -> None:
    """A county that takes unclaimed wishes off the wall."""

    def limits(now):
        return replace(wish_limits(now), expire_unclaimed=True)

    monkeypatch.setattr(unclaimed, "wish_limits", limits)


def test_the_community_is_told_on_the_day() -> None:
    wish = make_open_wish()
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    told = []
    for day in (13, 14, 15, 16, 17):
        Notice.objects.all().delete()
        tasks.remind(NOW + timedelta(days=day, hours=1))
        keys = Notice.objects.filter(user=user).values_list("key", flat=True)
        told += [day for key in keys if key == "needs.wish_unclaimed"]
    assert told == [15]


def test_it_awaits_the_communitys_desk_until_somebody_takes_it() -> None:
    wish = make_open_wish()
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    assert worked_out(unclaimed_on_desk(staff, NOW + TERM - timedelta(hours=1))) == []
    (row,) = worked_out(unclaimed_on_desk(staff, NOW + TERM))
    assert (row.count, row.due_on) == (1, (NOW + TERM).date())
    make_claim(wish, now=NOW + TERM)
    assert worked_out(unclaimed_on_desk(staff, NOW + TERM)) == []


def test_nothing_expires_where_the_scheme_does_not_say_so() -> None:
    make_open_wish()
    tasks.tidy(NOW + 3 * TERM)
    assert Wish.objects.get().state == "open"


@pytest.mark.usefixtures("expiring")
def test_it_expires_after_twice_the_term_with_a_reason(
    django_capture_on_commit_callbacks,
) -> None:
    wish = make_open_wish()
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    tasks.tidy(NOW + 2 * TERM - timedelta(hours=1))
    assert Wish.objects.get().state == "open"
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tidy(NOW + 2 * TERM)
    wish.refresh_from_db()
    assert (wish.state, wish.ended_at) == ("expired", NOW + 2 * TERM)
    assert "30 天无人认领" in wish.end_reason
    assert JournalEntry.objects.filter(did="wish.expired").count() == 1
    assert Notice.objects.filter(user=user, key="needs.wish_expired").count() == 1
    tasks.tidy(NOW + 3 * TERM)
    assert JournalEntry.objects.filter(did="wish.expired").count() == 1


@pytest.mark.usefixtures("expiring")
def test_one_in_hand_stays_and_one_given_back_waits_anew() -> None:
    taken = make_claim(make_open_wish(places=2))
    back = make_claim()
    actions.give_back(
        actor=member_actor(back.member), claim=back, reason="时间不合", now=NOW + TERM
    )
    tasks.tidy(NOW + 2 * TERM + timedelta(days=1))
    states = dict(Wish.objects.values_list("pk", "state"))
    assert states == {taken.wish_id: "open", back.wish_id: "open"}
    tasks.tidy(NOW + 3 * TERM)
    back.wish.refresh_from_db()
    assert back.wish.state == "expired"


def test_the_desk_is_told_when_the_wisher_does_not_answer(client) -> None:
    claim = make_delivered()
    wish = Wish.objects.select_related("community").get()
    staff = staff_actor(Role.COMMUNITY_STAFF, wish.community)
    assert desk_page(staff, wish, claim.delivered_at + timedelta(days=6)).unanswered == 0
    assert desk_page(staff, wish, claim.delivered_at + timedelta(days=7)).unanswered == 7
    Wish.objects.update(delivered_at=NOW - timedelta(days=300))
    client.force_login(staff_user(Role.COMMUNITY_STAFF, wish.community), backend=BACKEND)
    page = client.get(f"/desk/wishes/{wish.code}/").content.decode()
    assert "天没有回应" in page
    assert "确认办结" in page
