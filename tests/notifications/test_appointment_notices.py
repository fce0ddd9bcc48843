"""What people were told of appointments is done when the appointment is decided, or no news."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from allhours.accounts.choices import Role
from allhours.directory.actions.appointments import (
    approve_many,
    decline,
    end_today,
    propose,
    withdraw,
)
from allhours.kernel import clock
from allhours.notifications.actions.telling import settle_open
from allhours.notifications.models import Notice
from tests.factories.directory import county_officer, make_unit, make_user

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def ask(actor, now):
    return propose(
        actor=actor, user=make_user(), role=Role.LIAISON, organization=make_unit(),
        from_on=clock.local_date(now), now=now,
    )  # fmt: skip


def open_notices(key: str) -> int:
    return Notice.objects.filter(key=key, done_at=None).count()


def test_a_proposal_is_done_for_all_who_could_decide_it(now) -> None:
    officer, other = county_officer(), county_officer()
    county_officer()
    approved, declined, taken_back, waits = (ask(officer, now) for _ in range(4))
    settle_open(now=now)
    asked = open_notices("appointment.proposed")
    assert asked % 4 == 0
    assert asked > 4
    approve_many(actor=other, appointments=[approved], now=now)
    decline(actor=other, appointment=declined, reason="缺任命文件", now=now)
    withdraw(actor=officer, appointment=taken_back, now=now)
    settle_open(now=now)
    left = Notice.objects.filter(key="appointment.proposed", done_at=None)
    assert set(left.values_list("about", flat=True)) == {f"appointment:{waits.pk}"}
    assert left.count() == asked / 4


def test_an_approval_is_news_for_two_weeks_and_none_of_what_is_over(now, monkeypatch) -> None:
    officer, other = county_officer(), county_officer()
    kept, ended = ask(officer, now), ask(officer, now)
    approve_many(actor=other, appointments=[kept, ended], now=now)
    monkeypatch.setattr(clock, "now", lambda: now + 13 * DAY)
    settle_open(now=now)
    assert open_notices("appointment.approved") == 2
    end_today(actor=other, appointment=ended, now=now + 13 * DAY)
    settle_open(now=now)
    assert open_notices("appointment.approved") == 1
    monkeypatch.setattr(clock, "now", lambda: now + 15 * DAY)
    settle_open(now=now)
    assert open_notices("appointment.approved") == 0


def test_notices_of_before_learn_what_they_are_about(now) -> None:
    officer, other = county_officer(), county_officer()
    made = ask(officer, now)
    Notice.objects.update(about="")
    import_module(
        "allhours.notifications.migrations.0003_what_appointments_told_is_about"
    ).say_what(apps, None)
    approve_many(actor=other, appointments=[made], now=now)
    settle_open(now=now)
    assert open_notices("appointment.proposed") == 0
