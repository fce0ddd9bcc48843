"""A named project: opened, gathering what belongs to it, counted, shown and ended."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.activities.actions.projects import gather_activity
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions.projects import convert_wish, gather_post, gather_wish
from allhours.projects import actions
from allhours.projects.models import Project
from allhours.reports.projects import totals
from tests.factories.activities import make_activity
from tests.factories.directory import make_community, staff_actor, staff_user
from tests.factories.needs import NOW, make_claim, make_delivered, make_open_wish, make_post
from tests.factories.projects import make_outline, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_community()


@pytest.fixture
def secretary(place):
    return staff_actor(Role.COMMUNITY_SECRETARY, place)


def refused(act, **arguments):
    with pytest.raises(Refused) as caught:
        act(now=NOW, **arguments)
    return caught.value.codes


def test_a_project_gathers_and_its_totals_are_worked_out(place, secretary):
    project = make_project(place)
    claim = make_claim(make_open_wish(place))
    make_delivered(claim)
    from allhours.needs import actions as needs

    wish = claim.wish
    needs.confirm_delivery(actor=secretary, wish=wish, now=NOW + timedelta(days=1))
    gather_wish(actor=secretary, wish=wish, project=project, now=NOW)
    gather_post(actor=secretary, post=make_post(place), project=project, now=NOW)
    gather_activity(actor=secretary, activity=make_activity(place), project=project, now=NOW)
    found = totals(project)
    assert (found.wishes, found.wishes_done, found.posts, found.activities) == (1, 1, 1, 1)
    assert found.service.minutes == 60
    gather_wish(actor=secretary, wish=wish, project=None, now=NOW)
    assert totals(project).wishes == 0


def test_only_a_running_project_of_ones_own_desk_is_joined(place, secretary):
    wish, project = make_open_wish(place), make_project(place)
    elsewhere = make_project()
    later = make_project(place, name="来年项目", from_on=clock.local_date(NOW) + timedelta(days=1))
    for wrong, code in ((elsewhere, "project.elsewhere"), (later, "project.not_begun")):
        assert refused(gather_wish, actor=secretary, wish=wish, project=wrong) == (code,)
    gather_wish(actor=secretary, wish=wish, project=project, now=NOW)
    actions.end_project(actor=secretary, project=project, result="办了三场", now=NOW)
    other = make_open_wish(place)
    assert refused(gather_wish, actor=secretary, wish=other, project=project) == (
        "project.not_running",
    )
    assert totals(project).wishes == 1  # what it gathered stays


def test_a_wish_too_large_becomes_part_of_a_project(place, secretary):
    claim, project = make_claim(make_open_wish(place, places=2)), make_project(place)
    wish = claim.wish
    wish.refresh_from_db()
    assert refused(convert_wish, actor=secretary, wish=wish, project=project, reason=" ") == (
        "wish.reason_missing",
    )
    done = convert_wish(
        actor=secretary, wish=wish, project=project, reason="需要多人长期照料", now=NOW
    )
    claim.refresh_from_db()
    assert (done.state, done.project, claim.state) == ("converted", project, "released")
    assert refused(gather_wish, actor=secretary, wish=done, project=None) == ("wish.wrong_state",)
    assert refused(convert_wish, actor=secretary, wish=done, project=project, reason="再转") == (
        "wish.wrong_state",
    )


def test_two_running_projects_of_one_owner_have_two_names(place, secretary):
    make_project(place)
    codes = refused(actions.open_project, actor=secretary, owner=place, outline=make_outline())
    assert codes == ("project.name_taken",)
    actions.open_project(
        actor=secretary, owner=place, outline=make_outline(name="金色课堂"), now=NOW
    )


def test_dates_and_name_are_asked_for(place, secretary):
    wrong = make_outline(name=" ", until_on=make_outline().from_on - timedelta(days=1))
    codes = refused(actions.open_project, actor=secretary, owner=place, outline=wrong)
    assert codes == ("project.name_missing", "project.dates")


def test_another_desk_neither_sees_nor_ends_it(place):
    project = make_project(place)
    user = staff_user(Role.COMMUNITY_SECRETARY, make_community())
    client = Client()
    client.force_login(user)
    assert client.get(f"/desk/projects/{project.code}/").status_code == 404
    assert client.post(f"/desk/projects/{project.code}/end/", {"result": "x"}).status_code == 404


@pytest.fixture
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.usefixtures("_noon")
def test_the_pages_carry_a_project_to_its_end(place):
    desk, public = Client(), Client()
    desk.force_login(staff_user(Role.COMMUNITY_SECRETARY, place))
    form = {"owner": place.pk, "name": "银龄陪伴", "span": "long", "from_on": "2026-06-01"}
    page = desk.post("/desk/projects/new/", form, follow=True).content.decode()
    assert "项目已立项" in page
    project = Project.objects.get()
    base = f"/desk/projects/{project.code}/"
    wish = make_open_wish(place)
    desk.post(f"{base}gather/", {"kind": "wish", "item": wish.code})
    assert wish.title in desk.get(base).content.decode()
    assert public.get(f"/projects/{project.code}/").status_code == 404
    desk.post(f"{base}shown/", {"shown": "1"})
    assert wish.title in public.get(f"/projects/{project.code}/").content.decode()
    assert "银龄陪伴" in public.get("/projects/").content.decode()
    desk.post(f"{base}end/", {"result": "陪伴老人三百人次"})
    assert "陪伴老人三百人次" in public.get(f"/projects/{project.code}/").content.decode()


@pytest.mark.usefixtures("_noon")
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(place, secretary, count):
    project = make_project(place)
    for _each in range(count):
        gather_wish(actor=secretary, wish=make_open_wish(place), project=project, now=NOW)
        gather_post(actor=secretary, post=make_post(place), project=project, now=NOW)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_SECRETARY, place))
    client.get(f"/desk/projects/{project.code}/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/desk/projects/{project.code}/").status_code == 200
    assert len(captured) <= 18
