"""What happens by itself."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.jobs.schedule import ROUTINES
from allhours.needs import tasks
from allhours.needs.models import Claim, FloodCount, Wish
from allhours.notifications import texts
from allhours.notifications.models import Notice
from tests.factories.directory import staff_user
from tests.factories.needs import NOW, make_claim, make_open_wish, note_wish

pytestmark = pytest.mark.django_db


def test_routines_are_registered() -> None:
    assert {"needs.open_due_wishes", "needs.remind", "needs.tidy"} <= set(ROUTINES)


def test_due_wishes_are_opened() -> None:
    make_open_wish(at=NOW + timedelta(hours=1))
    tasks.open_due(NOW + timedelta(hours=2))
    assert Wish.objects.get().state == "open"


def test_each_term_is_told_once() -> None:
    claim = make_claim()
    staff_user(Role.COMMUNITY_STAFF, claim.wish.community)
    told = []
    for day in range(32):
        Notice.objects.all().delete()
        tasks.remind(NOW + timedelta(days=day, hours=1))
        keys = Notice.objects.filter(user=claim.member.user).values_list("key", flat=True)
        told += [(day, key) for key in keys]
    assert told == [
        (1, "needs.contact_overdue"),
        (27, "needs.delivery_soon"),
        (30, "needs.delivery_overdue"),
    ]


def test_a_desk_hears_of_what_waits_there() -> None:
    wish = note_wish().wish
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    tasks.remind(NOW + timedelta(days=1))
    assert not Notice.objects.filter(user=user).exists()
    tasks.remind(NOW + timedelta(days=10))
    (notice,) = Notice.objects.filter(user=user)
    assert "1" in texts.render(notice.key, notice.params)


def test_tidying_releases_the_departed_and_forgets_counts() -> None:
    claim = make_claim()
    claim.member.left_on = NOW.date()
    claim.member.save(update_fields=["left_on"])
    FloodCount.objects.create(key="k", slot=1, count=1, ends_at=NOW)
    tasks.tidy(NOW + timedelta(days=1))
    assert Claim.objects.get().state == "released"
    assert FloodCount.objects.count() == 0
