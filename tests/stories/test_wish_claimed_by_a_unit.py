"""A unit takes up a wish; the first it names asks for another; that one goes with a colleague."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.ledger.models import Entry
from allhours.needs.models import Claim, ClaimAllowance, UnitAllowance
from tests.factories.directory import make_member, make_unit, member_actor, staff_user
from tests.factories.needs import SECRET_NAME, make_open_wish

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(answer) -> str:
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_wish_claimed_by_a_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    at: list[datetime] = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    unit = make_unit(name="县农业局")
    wish = make_open_wish(now=at[0])
    people = [make_member(unit, name=name) for name in ("赵一", "钱二", "孙三", "李四")]
    clients = []
    for each in people:
        member_actor(each)
        clients.append(signed_in(each.user))
    first, second, third, _fourth = clients
    desk = signed_in(staff_user(Role.LIAISON, unit))
    staff = signed_in(staff_user(Role.COMMUNITY_STAFF, wish.community))

    # the liaison claims it in the unit's name and asks three of its people
    form = f"/wishes/{wish.code}/unit/"
    assert "赵一" in page(desk.get(form))
    sent = {"responsible": "赵一", "helper_1": "孙三", "helper_2": "李四"}
    assert "已以单位名义认领" in page(desk.post(form, sent, follow=True))
    claim = Claim.objects.get()
    mine = f"/me/wishes/{wish.code}/"
    assert "县农业局认领" in page(first.get("/me/wishes/"))

    # the first cannot; the desk finds it in its 待办 and names another
    assert "已告知单位" in page(first.post(f"{mine}another/", follow=True))
    assert "待另派负责人" in page(desk.get("/desk/"))
    address = f"/desk/unit-wishes/{claim.pk}/"
    assert "已另派" in page(desk.post(f"{address}rename/", {"responsible": "钱二"}, follow=True))
    assert first.get(mine).status_code == 404

    # the second sees who it is, speaks with them, and says who came along
    assert SECRET_NAME in page(second.post(f"{mine}wisher/"))
    second.post(f"{mine}contact/")
    at[0] += timedelta(hours=3)
    begun = clock.local(at[0] - timedelta(hours=2))
    done = {
        "note": "一同打扫了屋子",
        "started_at": begun.strftime("%Y-%m-%dT%H:%M"),
        "minutes": 60,
        "helpers": [people[2].pk],
    }
    assert "已登记完成" in page(second.post(f"{mine}deliver/", done, follow=True))
    assert "待确认" in page(third.get("/me/wishes/"))

    # the community confirms; hours stand with both who served, and no limit is held
    shown = page(staff.get(f"/desk/wishes/{wish.code}/"))
    assert "县农业局 · 钱二" in shown
    assert "孙三" in shown
    staff.post(f"/desk/wishes/{wish.code}/confirm/")
    credited = Entry.objects.values_list("member__name", "minutes", "quantity")
    assert sorted(credited) == sorted([("钱二", 60, 1), ("孙三", 60, 1)])
    assert UnitAllowance.objects.get().live == 0
    assert not ClaimAllowance.objects.filter(live__gt=0).exists()
    assert "已办结" in page(desk.get(address))
    lines = JournalEntry.objects.filter(subject="wish", subject_id=str(wish.pk)).order_by("pk")
    did = [line.did for line in lines]
    assert did[did.index("wish.claimed_by_unit") :] == [
        "wish.claimed_by_unit",
        "wish.unit_asked_for_another",
        "wish.unit_renamed",
        "wish.identity_read",
        "wish.contacted",
        "wish.delivered",
        "wish.confirmed",
    ]
