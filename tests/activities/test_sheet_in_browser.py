"""The attendance sheet in a real browser: 100 people, 6 missing = open, six taps, save."""

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.ledger.models import Entry
from tests.factories.activities import AFTER, make_activity, make_people, signed_up
from tests.factories.directory import make_member, staff_user


@pytest.fixture
def sheet(monkeypatch, live_server):
    """An activity with 100 people, and the session cookie of its organiser."""
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    activity = make_activity(places=100)
    people = make_people(100)
    signed_up(activity, people)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, activity.organizer))
    cookie = {
        "name": "sessionid",
        "value": client.cookies["sessionid"].value,
        "url": live_server.url,
    }
    return activity, people, cookie


@pytest.mark.django_db(transaction=True)
def test_six_taps_and_a_save(phone, sheet):
    activity, people, cookie = sheet
    phone.context.add_cookies([cookie])
    phone.goto(f"/desk/activities/{activity.code}/attendance/")
    for member in people[:6]:
        phone.locator(f"label:has(input[name=absent][value='{member.pk}'])").click()
    phone.get_by_role("button", name="保存出勤").click()
    phone.wait_for_url(f"**/desk/activities/{activity.code}/")
    assert "参加 94 人，未参加 6 人" in phone.inner_text("main")
    assert Entry.objects.count() == 94


@pytest.mark.django_db(transaction=True)
def test_a_walk_in_is_found_by_name_and_the_sheet_is_clean(page, sheet, axe):
    activity, _people, cookie = sheet
    guest = make_member(name="王来到", serving_community=activity.community)
    page.context.add_cookies([cookie])
    page.goto(f"/desk/activities/{activity.code}/attendance/")
    assert axe(page) == []
    page.get_by_label("补登没有报名的同志").press_sequentially("来到")
    page.get_by_label(guest.member_no).check()
    page.get_by_role("button", name="保存出勤").click()
    page.wait_for_url(f"**/desk/activities/{activity.code}/")
    assert "参加 101 人" in page.inner_text("main")
    assert Entry.objects.filter(member=guest).exists()
