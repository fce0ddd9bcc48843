"""Several things join a project at once; its totals open to rows; an ended one keeps its own."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.activities.actions.projects import gather_activity
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions as needs
from allhours.needs.actions.projects import convert_wish, gather_post, gather_wish
from allhours.needs.models import Wish
from allhours.needs.queries.follow import followed
from allhours.projects import actions
from allhours.reports.project_rows import rows
from allhours.reports.projects import totals
from tests.factories.activities import make_activity
from tests.factories.directory import (
    make_community,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    NOW,
    delivery,
    make_claim,
    make_open_wish,
    make_post,
    note_wish,
)
from tests.factories.projects import make_outline, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_community()


@pytest.fixture
def secretary(place):
    return staff_actor(Role.COMMUNITY_SECRETARY, place)


@pytest.fixture
def desk(place, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_SECRETARY, place))
    return client


def inside(project):
    return Wish.objects.filter(project=project).count()


def test_several_join_at_once_and_leave_at_once(place, desk):
    project = make_project(place)
    codes = [make_open_wish(place).code for _each in range(3)]
    base = f"/desk/projects/{project.code}/"
    page = desk.post(f"{base}gather/", {"kind": "wish", "item": codes}, follow=True)
    assert "已归入 3 项" in page.content.decode()
    assert inside(project) == 3
    desk.post(f"{base}gather/", {"kind": "wish", "item": codes[:2], "out": "1"})
    assert inside(project) == 1
    page = desk.post(f"{base}gather/", {"kind": "wish"}, follow=True)
    assert "请选择要归入的" in page.content.decode()


def test_one_that_may_not_leave_keeps_the_others_in(place, secretary, desk):
    project = make_project(place)
    turned, other = make_open_wish(place), make_open_wish(place)
    gather_wish(actor=secretary, wish=other, project=project, now=NOW)
    convert_wish(actor=secretary, wish=turned, project=project, reason="太大", now=NOW)
    sent = {"kind": "wish", "item": [other.code, turned.code], "out": "1"}
    desk.post(f"/desk/projects/{project.code}/gather/", sent)
    assert inside(project) == 2
    desk.post(f"/desk/projects/{project.code}/gather/", {**sent, "item": other.code})
    assert inside(project) == 1


@pytest.mark.parametrize("kind", ["wish", "post", "activity"])
def test_each_joins_and_leaves_from_its_own_page(place, desk, kind):
    project = make_project(place)
    make = {"wish": make_open_wish, "post": make_post, "activity": make_activity}[kind]
    pages = {"wish": "desk/wishes", "post": "desk/posts", "activity": "desk/activities"}
    found = make(place)
    page = f"/{pages[kind]}/{found.code}/"
    assert project.name in desk.get(page).content.decode()
    address = f"/desk/gather/{kind}/{found.code}/"
    assert desk.post(address, {"project": project.code}).url == page
    found.refresh_from_db()
    assert found.project == project
    assert f"/desk/projects/{project.code}/" in desk.get(page).content.decode()
    desk.post(address, {"project": ""})
    found.refresh_from_db()
    assert found.project is None
    assert desk.post(address, {"project": make_project(name="别处").code}).status_code == 404
    assert desk.post(f"/desk/gather/{kind}/NOSUCH/", {"project": ""}).status_code == 404


def test_an_ended_project_keeps_what_it_gathered(place, secretary):
    project, other = make_project(place), make_project(place, name="金色课堂")
    things = (
        (gather_wish, "wish", make_open_wish(place)),
        (gather_post, "post", make_post(place)),
        (gather_activity, "activity", make_activity(place)),
    )
    for put, name, each in things:
        put(actor=secretary, project=project, now=NOW, **{name: each})
    actions.end_project(actor=secretary, project=project, result="办了三场", now=NOW)
    for put, name, each in things:
        for into in (None, other):
            with pytest.raises(Refused) as caught:
                put(actor=secretary, project=into, now=NOW, **{name: each})
            assert caught.value.codes == ("project.kept",)
    found = totals(project)
    assert (found.wishes, found.posts, found.activities) == (1, 1, 1)


def test_the_rows_add_up_to_the_totals_and_are_exported(place, secretary, desk):
    project = make_project(place)
    for goods in (1250, 0):
        claim = make_claim(make_open_wish(place))
        needs.deliver_claim(
            actor=member_actor(claim.member),
            claim=claim,
            delivery=delivery(NOW, goods_value_fen=goods),
            now=NOW + timedelta(hours=3),
        )
        needs.confirm_delivery(actor=secretary, wish=claim.wish, now=NOW + timedelta(days=1))
        gather_wish(actor=secretary, wish=claim.wish, project=project, now=NOW)
    gather_post(actor=secretary, post=make_post(place), project=project, now=NOW)
    gather_activity(actor=secretary, activity=make_activity(place), project=project, now=NOW)
    found, sums = rows(project, secretary), totals(project)
    assert sum(each.minutes for each in found) == sums.service.minutes == 120
    assert sum(each.goods_fen for each in found) == sums.goods_fen == 1250
    assert [each.kind for each in found] == ["activity", "wish", "wish", "post"]
    base = f"/desk/projects/{project.code}/"
    assert f"{base}rows/?kind=wish" in desk.get(base).content.decode()
    answer = desk.get(f"{base}rows/?kind=wish&export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 3
    assert sorted(row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)) == [0, 12.5]


def test_who_runs_a_project_reads_no_words_that_another_desk_keeps(place, secretary):
    unit = make_unit()
    project = make_project(unit, community=place)
    quiet, shown = make_open_wish(place, consent=False), make_open_wish(place)
    for wish in (quiet, shown):
        gather_wish(actor=secretary, wish=wish, project=project, now=NOW)
    of_unit = rows(project, staff_actor(Role.UNIT_SECRETARY, unit))
    assert {each.title for each in of_unit} == {"（不公开的心愿）", shown.title}
    assert {each.url for each in of_unit} == {""}
    assert all(each.url for each in rows(project, secretary))


def test_who_runs_a_project_is_told_no_community_that_the_public_is_not(place, secretary):
    unit = make_unit()
    project = make_project(unit, community=place)
    wish = make_open_wish(place)
    gather_wish(actor=secretary, wish=wish, project=project, now=NOW)
    Wish.objects.filter(pk=wish.pk).update(show_community=False)
    of_unit = rows(project, staff_actor(Role.UNIT_SECRETARY, unit))
    assert [each.community for each in of_unit] == [place.parent.label]
    assert [each.community for each in rows(project, secretary)] == [place.label]


@pytest.mark.parametrize("count", [1, 3])
def test_the_rows_ask_the_same_number_of_questions(place, secretary, desk, count):
    project = make_project(place)
    for _each in range(count):
        gather_wish(actor=secretary, wish=make_open_wish(place), project=project, now=NOW)
        gather_post(actor=secretary, post=make_post(place), project=project, now=NOW)
        gather_activity(actor=secretary, activity=make_activity(place), project=project, now=NOW)
    address = f"/desk/projects/{project.code}/rows/"
    desk.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(address).status_code == 200
    assert len(captured) == 17


def test_who_follows_a_wish_sees_the_project_go_on(place, secretary):
    noted = note_wish(place)
    project = make_project(place, name="银龄陪伴")
    code, wish = noted.follow_code, noted.wish
    convert_wish(actor=secretary, wish=wish, project=project, reason="需多人照料", now=NOW)
    found = followed(code, NOW)
    assert found.project == "银龄陪伴"
    assert found.project_url == ""
    assert (found.events[0].text, found.events[0].note) == (
        "转由特色项目“银龄陪伴”办理", "需多人照料",
    )  # fmt: skip
    actions.show_project(actor=secretary, project=project, shown=True, now=NOW)
    later = NOW + timedelta(days=9)
    actions.end_project(actor=secretary, project=project, result="已装好扶手", now=later)
    found = followed(code, later)
    assert found.project_url == f"/projects/{project.code}/"
    assert (found.events[0].text, found.events[0].note) == (
        "项目“银龄陪伴”已结束", "已装好扶手",
    )  # fmt: skip
    page = Client().post("/follow/", {"code": code}).content.decode()
    assert f"/projects/{project.code}/" in page


def test_the_public_page_names_nothing_that_is_kept(place, secretary):
    project = make_project(place)
    actions.show_project(actor=secretary, project=project, shown=True, now=NOW)
    quiet, post = make_open_wish(place, consent=False), make_post(place)
    gather_wish(actor=secretary, wish=quiet, project=project, now=NOW)
    gather_post(actor=secretary, post=post, project=project, now=NOW)
    page = Client().get(f"/projects/{project.code}/").content.decode()
    assert post.title in page
    assert quiet.code not in page


def test_an_outline_with_the_name_of_an_ended_project_is_taken(place, secretary):
    ended = make_project(place)
    actions.end_project(actor=secretary, project=ended, result="办成", now=NOW)
    again = actions.open_project(actor=secretary, owner=place, outline=make_outline(), now=NOW)
    assert again.name == ended.name
