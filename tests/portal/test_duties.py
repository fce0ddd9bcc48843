"""A duty shown to its member: what counted, what did not and why, and what is still short."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from allhours.activities import actions as activities
from allhours.kernel import clock
from tests.factories import scheme
from tests.factories.activities import AFTER, SATURDAY, SYSTEM, make_note
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.ledger import make_entry

pytestmark = pytest.mark.django_db
EVENING = AFTER + timedelta(hours=6)
TWICE_OR_EIGHT = {
    "kind": "times_or_hours",
    "code": "post",
    "title": "岗位服务",
    "fact": "post_service",
    "times": 2,
    "hours": 8,
}


@pytest.fixture(autouse=True)
def _law(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER + timedelta(days=1))
    scheme.publish(duties=[TWICE_OR_EIGHT])


@pytest.fixture
def member():
    return make_member(serving_community=make_community())


def served(member, days=0, **over):
    note = make_note(member, started_at=SATURDAY - timedelta(days=days), now=EVENING, **over)
    activities.confirm_note(actor=SYSTEM, note=note, now=EVENING)
    return note


def page(member, view, *args):
    client = Client()
    member_actor(member)
    client.force_login(member.user)
    answer = client.get(reverse(view, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_ring_says_what_is_short_either_way(member):
    served(member, minutes=90)
    shown = page(member, "portal:today")
    assert "还差 1 次或 6.5 小时" in shown
    assert reverse("portal:duty", args=["post"]) in shown


@pytest.mark.parametrize("ways", [[60, 60], [480]])
def test_two_times_or_eight_hours_are_enough(member, ways):
    for days, minutes in enumerate(ways):
        served(member, days=days, minutes=minutes)
    assert "都已达到" in page(member, "portal:today")
    assert "已达到" in page(member, "portal:duty", "post")


def test_duty_page_names_what_counted_what_did_not_and_why(member):
    served(member)
    wish = make_entry(member, kind="wish")
    wrong = served(member, days=1)
    wrong.refresh_from_db()
    activities.reopen_note(actor=SYSTEM, note=wrong, reason="重复", now=EVENING)
    shown = page(member, "portal:duty", "post")
    counted, others = shown.split("没有计入")
    assert "2026-06-13 岗位服务 1 小时" in counted
    assert "2026-06-12" not in counted
    assert "2026-06-12 岗位服务 1 小时" in others
    assert "已冲销" in others
    assert "不是这一项要求的服务" in others
    assert reverse("activities:entry", args=[wish.pk]) in others


def test_every_line_leads_to_the_members_record(member):
    served(member)
    shown = page(member, "portal:duty", "post")
    client = Client()
    client.force_login(member.user)
    for part in shown.split('href="/me/record/')[1:]:
        assert client.get("/me/record/" + part.split('"')[0]).status_code == 200


def test_duty_of_somebody_else_or_unknown_is_not_found(member):
    client = Client()
    member_actor(member)
    client.force_login(member.user)
    assert client.get(reverse("portal:duty", args=["nothing"])).status_code == 404


def test_the_page_says_which_services_count(member) -> None:
    make_entry(member, kind="activity")
    shown = page(member, "portal:duty", "post")
    assert "计入这一项的是：岗位服务。" in shown
    assert "不是这一项要求的服务" in shown
