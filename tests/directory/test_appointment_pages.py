"""Proposing, approving and delegating on the pages; what each finds there."""

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.directory.actions.appointments import propose
from allhours.directory.models import Appointment
from allhours.directory.queries.actors import actor_of
from allhours.kernel import clock
from tests.factories.directory import (
    SPRING,
    make_community,
    make_county,
    make_member,
    make_unit,
    make_user,
    member_actor,
    staff_user,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def officer():
    return staff_user(Role.COUNTY_OFFICER, make_county(), display_name="王测试")


@pytest.fixture
def second():
    return staff_user(Role.COUNTY_OFFICER, make_county())


def page(client, name, *args, **asked) -> str:
    answer = client.get(reverse(f"directory:{name}", args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_proposes_and_another_approves(officer, second) -> None:
    community, client = make_community(), client_of(officer)
    form = {
        "username": "grid01", "display_name": "网格测试", "role": "grid_worker",
        "organization": community.pk, "from_on": "2026-06-01", "decision_no": "1号",
    }  # fmt: skip
    assert client.post(reverse("directory:appoint"), form).status_code == 302
    made = Appointment.objects.get(role="grid_worker")
    own = client.post(reverse("directory:appointment-approve", args=[made.pk]), follow=True)
    assert "提请人不能批准自己提请的任命" in own.content.decode()
    assert "提请人不能批准" in page(client, "appointment", made.pk)
    other = client_of(second)
    assert "1 项" in page(other, "people")
    other.post(reverse("directory:appointment-approve", args=[made.pk]), {"decision_no": "2号"})
    made.refresh_from_db()
    assert (made.state, made.decision_no) == ("in_force", "2号")
    assert "网格测试" in page(other, "offices-at", community.code)
    assert "网格员" in page(other, "offices-of", made.user_id)
    slip = client.post(reverse("directory:staff-slip", args=[made.pk]))
    assert "激活码" in slip.content.decode()
    end = {"reason": "调离", "decision_no": "3号"}
    client.post(reverse("directory:appointment-end", args=[made.pk]), end)
    made.refresh_from_db()
    assert (made.state, made.ended_reason, made.end_decision_no) == ("ended", "调离", "3号")
    refused = client.post(reverse("directory:appoint"), form | {"role": "system_admin"})
    assert refused.status_code == 200


def test_many_are_ticked_and_approved(officer, second) -> None:
    actor = actor_of(officer, on=clock.local_date(clock.now()))
    rows = [
        propose(
            actor=actor, user=make_user(display_name=f"某{n}"), role=Role.LIAISON,
            organization=make_unit(), from_on=SPRING, now=clock.now(),
        )
        for n in range(3)
    ]  # fmt: skip
    client = client_of(second)
    assert "某2" in page(client, "proposals")
    client.post(reverse("directory:proposals"), {"pk": [row.pk for row in rows[:2]]})
    states = Appointment.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert [row.state for row in states] == ["in_force", "in_force", "proposed"]
    url = reverse("directory:appointment-decline", args=[rows[2].pk])
    assert "这个字段" in client.post(url).content.decode() or client.post(url).status_code == 200
    client.post(url, {"reason": "缺文件"})
    assert "缺文件" in page(client_of(officer), "appointment", rows[2].pk)


def test_a_secretary_proposes_and_withdraws(officer) -> None:
    unit = make_unit()
    secretary, member = staff_user(Role.UNIT_SECRETARY, unit), make_member(unit)
    client = client_of(secretary)
    form = {
        "username": member.member_no, "role": "liaison", "organization": unit.pk,
        "from_on": "2026-06-01",
    }  # fmt: skip
    assert client.post(reverse("directory:appoint"), form).status_code == 302
    made = Appointment.objects.get(role="liaison")
    assert "撤回提请" in page(client, "appointment", made.pk)
    foreign = form | {"organization": make_unit().pk}
    assert client.post(reverse("directory:appoint"), foreign).status_code == 200
    client.post(reverse("directory:appointment-withdraw", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_an_office_is_delegated_and_given_back() -> None:
    unit = make_unit()
    liaison = staff_user(Role.LIAISON, unit)
    colleague, stranger = make_member(unit), make_member()
    member_actor(colleague)
    member_actor(stranger)
    office = Appointment.objects.get(user=liaison)
    client, url = client_of(liaison), reverse("directory:delegate", args=[office.pk])
    today = clock.local_date(clock.now()).isoformat()
    form = {"organization": unit.pk, "from_on": today, "until_on": today}
    refused = client.post(url, form | {"username": stranger.member_no})
    assert "没有找到该用户名的人员" in refused.content.decode()
    assert stranger.name not in refused.content.decode()
    assert client.post(url, form | {"username": colleague.member_no}).status_code == 302
    made = Appointment.objects.get(acting_for=office)
    deputy = client_of(colleague.user)
    assert "代理" in page(deputy, "my-offices")
    assert "（代理）" in deputy.get("/desk/").content.decode()
    assert "已委托他人代理" in page(client, "my-offices")
    assert client_of(stranger.user).get(url).status_code == 404
    deputy.post(reverse("directory:appointment-end", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "ended"


def test_what_is_out_of_sight_does_not_exist(officer) -> None:
    stranger = client_of(staff_user(Role.UNIT_SECRETARY, make_unit()))
    hidden = Appointment.objects.get(user=staff_user(Role.LIAISON, make_unit()))
    for name in ("appointment", "appointment-approve", "appointment-end", "staff-slip"):
        url = reverse(f"directory:{name}", args=[hidden.pk])
        assert stranger.post(url).status_code == 404
    assert stranger.get(reverse("directory:offices-of", args=[hidden.user_id])).status_code == 404
    place = reverse("directory:offices-at", args=[hidden.organization.code])
    assert stranger.get(place).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", ["appointment", "my-offices", "offices-at", "proposals"])
def test_query_counts_are_constant(
    officer, second, number, name, django_assert_max_num_queries
) -> None:
    unit = make_unit()
    actor = actor_of(second, on=clock.local_date(clock.now()))
    for _ in range(number):
        made = propose(
            actor=actor, user=make_user(), role=Role.LIAISON, organization=unit,
            from_on=SPRING, now=clock.now(),
        )  # fmt: skip
    args = {"appointment": [made.pk], "offices-at": [unit.code]}.get(name, [])
    client, url = client_of(officer), reverse(f"directory:{name}", args=args)
    client.get(url)
    with django_assert_max_num_queries(15):
        client.get(url)


def test_a_member_reads_who_opened_their_facts(officer) -> None:
    member = make_member(phone="13812345678")
    member_actor(member)
    own = client_of(member.user)
    assert "还没有人打开查看过" in page(own, "openings")
    url = reverse("directory:member-open", args=[member.member_no, "phone"])
    client_of(officer).post(url, {"purpose": "contact"})
    shown = page(own, "openings")
    assert "手机号码" in shown
    assert "工委干部" in shown
    assert "王测试" not in shown
    assert officer.username not in shown
    assert client_of(officer).get(reverse("directory:openings")).status_code == 404
