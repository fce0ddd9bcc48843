"""An activity from plan to the members' records, through the pages as people use them."""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.activities.models import Activity
from allhours.kernel import clock
from allhours.ledger.verify import verify
from tests.factories.activities import AFTER, BEFORE, make_people
from tests.factories.directory import make_community, member_actor, staff_user

PLAN = {
    "title": "清扫兴隆里",
    "kind": "public",
    "day": "2026-06-13",
    "starts": "09:00",
    "ends": "11:30",
    "place": "兴隆里广场",
    "places": "5",
    "travel_minutes": "30",
    "waiting_list": "on",
}


@pytest.fixture
def at(monkeypatch) -> Callable[[datetime], None]:
    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"activities:{name}", args=args)


@pytest.mark.django_db
def test_an_activity_is_planned_attended_and_credited(at, tmp_path: Path) -> None:
    community = make_community(name="兴隆社区")
    secretary = signed_in(staff_user(Role.COMMUNITY_SECRETARY, community))
    members = make_people(6, serving_community=community)
    for member in members:
        member_actor(member)
    phones = [signed_in(member.user) for member in members]

    # On Wednesday the community announces it.
    at(BEFORE)
    answer = secretary.post(url("new"), PLAN | {"organizer": community.pk}, follow=True)
    activity = Activity.objects.get()
    assert "存为草稿" in answer.content.decode()
    secretary.post(url("publish", activity.code))

    # Five places, six members: the sixth waits, and moves up when the first cannot come.
    for phone in phones:
        phone.post(url("sign_up", activity.code))
    assert "候补第 1 位" in phones[5].get(url("show", activity.code)).content.decode()
    phones[0].post(url("withdraw", activity.code))
    assert "您已报名" in phones[5].get(url("show", activity.code)).content.decode()

    # On Saturday all came except one; the first came after all, by herself.
    at(AFTER)
    sheet = url("attendance", activity.code)
    assert members[5].name in secretary.get(sheet).content.decode()
    form = {"revision": 0, "absent": [members[1].pk], "extra": [members[0].member_no]}
    result = secretary.post(sheet, form, follow=True).content.decode()
    assert "出勤已保存：参加 5 人，未参加 1 人，请假 0 人。" in result

    # Two hours outside working hours for each, the way there not counted.
    record = phones[0].get(url("record")).content.decode()
    assert "清扫兴隆里" in record
    assert "120 分钟，工作时间外 120 分钟" in record
    assert "清扫兴隆里" not in phones[1].get(url("record")).content.decode()

    # The missing one was there, it turns out: only that row changes.
    secretary.post(sheet, {"revision": 1})
    assert "清扫兴隆里" in phones[1].get(url("record")).content.decode()

    # An independent reader of the export comes to the same sum.
    out = tmp_path / "ledger.csv"
    call_command("ledger", "export", "--out", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["minutes"]) for row in rows) == 6 * 120
    assert {row["community_code"] for row in rows} == {community.code}
    assert verify() == []
