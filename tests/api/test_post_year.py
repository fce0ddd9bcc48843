"""Last year's posts, many demands, who has no post, and what suits: through the API."""

from datetime import timedelta

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.actions.demands import place_demand
from allhours.needs.queries.limits import menu
from tests.api.test_needs import cost, ok
from tests.api.test_orders import code_of
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_community, make_member, staff_user
from tests.factories.needs import SYSTEM, make_post
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_community()


@pytest.fixture
def desk(place) -> Caller:
    return Caller(staff_user(Role.COMMUNITY_STAFF, place))


def last_year():
    return clock.now() - timedelta(days=365)


def test_last_years_posts_are_set_up_again_once(place, desk) -> None:
    old, far = make_post(place, now=last_year()), make_post(now=last_year())
    (listed,) = ok(desk.get("/desk/posts/last-year/"))["items"]
    assert (listed["id"], listed["renewed"]) == (old.pk, False)
    done = ok(desk.post("/desk/posts/renew/", {"posts": [old.pk, far.pk]}))
    assert [each["year"] for each in done["made"]] == [clock.now().year]
    assert ok(desk.get("/desk/posts/last-year/"))["items"][0]["renewed"] is True
    again = desk.post("/desk/posts/renew/", {"posts": [old.pk]})
    assert code_of(again) == "post.renewed"
    other = make_post(place, now=last_year(), title="别的")
    done = ok(desk.post("/desk/posts/renew/", {"posts": [old.pk, other.pk]}))
    assert len(done["made"]) == 1
    assert [each["code"] for each in done["refusals"]] == ["post.renewed"]
    assert desk.post("/desk/posts/renew/", {"posts": []}).status_code == 422


def test_open_demands_become_posts(place, desk) -> None:
    placed = [
        place_demand(
            actor=SYSTEM, community=place, item=menu(clock.now()).items[0].code,
            text=f"讲座{number}", heads=2, now=clock.now(),
        )
        for number in range(2)
    ]  # fmt: skip
    sent = {"demands": [each.pk for each in placed]}
    done = ok(desk.post("/desk/demands/meet/", sent))
    assert sorted(each["title"] for each in done["made"]) == ["讲座0", "讲座1"]
    assert desk.post("/desk/demands/meet/", sent).status_code == 409


def test_who_has_no_post_is_listed_and_reminded(place, desk) -> None:
    publish(menu={"posts_per_year": 1})
    there, other = make_member(serving_community=place), make_member(serving_community=place)
    make_member(serving_community=make_community())
    post = make_post(place, now=clock.now())
    ok(member_caller(other).post(f"/posts/{post.pk}/claims/"), 201)
    (found,) = ok(desk.get("/desk/posts/without/"))["items"]
    assert (found["member_no"], found["posts"], found["applied"]) == (there.member_no, 0, False)
    assert ok(desk.get("/desk/posts/without/?applied=yes"))["items"] == []
    nobody = {"members": [other.member_no]}
    first = desk.post("/desk/posts/without/remind/", nobody)
    assert ok(desk.post("/desk/posts/without/remind/", {"members": [there.member_no]})) == {
        "told": 1
    }
    again = desk.post("/desk/posts/without/remind/", {})
    assert code_of(first) == code_of(again)
    desk_user = staff_user(Role.COMMUNITY_STAFF, place)
    page = Client()
    page.force_login(desk_user)
    answer = page.post("/desk/posts/without/remind/", {"whom": "all"}, follow=True)
    assert again.json()["refusals"][0]["text"] in answer.content.decode()


def test_posts_are_asked_for_by_skill_time_and_what_suits(place) -> None:
    now = clock.now()
    here = make_post(place, now=now, title="甲")
    far = make_post(now=now, title="乙", skills=("law",), weekly=("weekend",))
    caller = member_caller(make_member(serving_community=place))
    assert [each["id"] for each in ok(caller.get("/posts/?fits=yes"))["items"]] == [here.pk]
    assert ok(Caller().get("/posts/?fits=yes"))["items"] == []
    for asked, none in (("skill=law", "skill=none"), ("time=weekend", "time=none")):
        assert [each["id"] for each in ok(caller.get(f"/posts/?{asked}"))["items"]] == [far.pk]
        assert ok(caller.get(f"/posts/?{none}"))["items"] == []


@pytest.mark.parametrize(("path", "queries"), [("last-year", 5), ("without", 5)])
def test_the_lists_ask_the_same_number_of_questions(place, desk, path, queries) -> None:
    costs = set()
    for count in (1, 2):
        for _each in range(count):
            make_post(place, now=last_year())
            make_member(serving_community=place)
        costs.add(cost(desk, f"/desk/posts/{path}/"))
    assert costs == {queries}
