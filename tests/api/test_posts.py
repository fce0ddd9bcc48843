"""Posts through the API: the menu, what fits the caller, the desk, and applications."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Claim, Post
from allhours.needs.queries.limits import menu
from tests.api.test_needs import cost, ok
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_community, make_member, make_unit, staff_user
from tests.factories.needs import make_post
from tests.factories.projects import make_project
from tests.factories.scheme import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_community()


@pytest.fixture
def desk(place) -> Caller:
    return Caller(staff_user(Role.COMMUNITY_STAFF, place))


def item() -> str:
    return menu(clock.now()).items[0].code


def test_a_post_is_published_changed_closed_and_gathered(place, desk) -> None:
    said = {"title": "陪老人聊天", "item": item(), "places": 2, "community": place.code}
    made = ok(desk.post("/desk/posts/", said), 201)
    path = f"/desk/posts/{made['id']}"
    until = (clock.local_date(clock.now()) + timedelta(days=3)).isoformat()
    del said["community"]
    changed = ok(desk.post(f"{path}/edit/", {**said, "places": 3, "until_on": until}))
    assert (changed["places"], changed["until_on"], changed["taken"]) == (3, until, 0)
    member = make_member(serving_community=place)
    claim = ok(member_caller(member).post(f"/posts/{made['id']}/claims/"), 201)
    (taker,) = ok(desk.get(f"{path}/"))["claims"]
    assert (taker["member_no"], taker["state"]) == (member.member_no, "live")
    assert ok(desk.post(f"{path}/close/"))["state"] == "closed"
    assert ok(Caller().get(f"/posts/{made['id']}/"))["state"] == "closed"
    assert ok(Caller().get("/posts/"))["items"] == []
    assert ok(desk.post(f"{path}/reopen/"))["state"] == "open"
    gone = ok(desk.post(f"/desk/claims/{claim['id']}/release/", {"reason": "岗位调整"}))
    assert gone["state"] == "released"
    project = make_project(place)
    put = {"kind": "post", "item": made["code"]}
    assert ok(desk.post(f"/desk/projects/{project.pk}/gather/", put))["totals"]["posts"] == 1
    assert ok(desk.get(f"{path}/"))["project"] == project.pk
    (row,) = ok(desk.get(f"/desk/projects/{project.pk}/rows/?kind=post"))["items"]
    assert (row["code"], row["people"]) == (made["code"], 0)
    both = {"kind": "post", "items": [made["code"], "NOSUCH"], "out": True}
    assert desk.post(f"/desk/projects/{project.pk}/gather/", both).status_code == 404
    put = {"kind": "post", "items": [made["code"]], "out": True}
    assert ok(desk.post(f"/desk/projects/{project.pk}/gather/", put))["totals"]["posts"] == 0


def test_a_post_in_words_that_the_scheme_does_not_know_is_bad_input(place, desk) -> None:
    said = {"title": "陪老人聊天", "community": place.code}
    for name in ("skills", "weekly"):
        answer = desk.post("/desk/posts/", {**said, name: ["没有的"]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)
    assert (
        desk.post("/desk/posts/", {**said, "community": make_community().code}).status_code == 404
    )
    assert not Post.objects.exists()


def test_a_post_says_what_speaks_for_it_to_the_member_alone(place) -> None:
    post = make_post(place, now=clock.now(), item=item())
    member = make_member(serving_community=place, wishes_to_serve=[item()])
    own = member_caller(member)
    (shown,) = ok(own.get("/posts/"))["items"]
    assert (shown["fits"], shown["mine"]) == (["serving", "wished"], "")
    ok(own.post(f"/posts/{post.pk}/claims/"), 201)
    assert ok(own.get(f"/posts/{post.pk}/"))["mine"] == "live"
    stranger = ok(Caller().get(f"/posts/{post.pk}/"))
    assert (stranger["fits"], stranger["mine"]) == ([], "")


def test_where_both_sides_choose_the_desk_answers_applications(place, desk) -> None:
    publish(menu={"both_sides": True})
    post, other = make_post(place, now=clock.now(), places=1), make_post(place, now=clock.now())
    callers = [member_caller(make_member()) for _ in range(2)]
    applied = [ok(each.post(f"/posts/{post.pk}/claims/"), 201) for each in callers]
    assert {each["state"] for each in applied} == {"waiting"}
    listed = ok(desk.get("/desk/posts/", waiting="yes"))["items"]
    assert [each["id"] for each in listed] == [post.pk] != [other.pk]
    first, second = (f"/desk/applications/{each['id']}" for each in applied)
    for _ in range(2):
        assert ok(desk.post(f"{first}/accept/"))["state"] == "live"
    full = desk.post(f"{second}/accept/")
    assert (full.status_code, full.json()["refusals"][0]["code"]) == (409, "post.no_place")
    assert ok(desk.post(f"{second}/decline/", {"reason": "名额已满"}))["state"] == "refused"
    shown = ok(callers[1].get(f"/claims/{applied[1]['id']}/"))
    assert (shown["state"], Claim.objects.live().count()) == ("refused", 1)


def test_the_menu_counts_what_may_be_taken(place) -> None:
    now = clock.now()
    make_post(place, now=now, item=item(), places=3)
    make_post(place, now=now, item=item(), places=1)
    make_post(place, now=now, places=2)
    told = ok(Caller().get("/menu/"))
    assert [(each["posts"], each["places_left"]) for each in told["items"][:2]] == [(2, 4), (0, 0)]
    assert (told["outside"]["posts"], told["outside"]["places_left"]) == (1, 2)
    assert {"title", "skills", "free_times", "both_sides"} <= told.keys()


def test_what_forms_need_is_told_without_a_token(place) -> None:
    told = ok(Caller().get("/intake/"))
    assert told["communities"] == [{"code": place.code, "title": place.label}]
    assert told["wishes"]["consent_version"]
    assert told["wishes"]["consent_text"]
    assert told["suggestions"]["enabled"] is True


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_posts_cost_the_same_with_one_row_and_with_three(place, desk, count: int) -> None:
    for _ in range(count):
        post = make_post(place, now=clock.now())
        Claim.objects.create(
            post=post, member=make_member(make_unit()), state="waiting", claimed_at=clock.now()
        )
    own = member_caller(make_member(serving_community=place))
    costs = {
        "desk": cost(desk, "/desk/posts/"),
        "one": cost(desk, f"/desk/posts/{post.pk}/"),
        "member": cost(own, "/posts/"),
        "menu": cost(own, "/menu/"),
        "intake": cost(Caller(), "/intake/"),
    }
    assert costs == {"desk": 5, "one": 6, "member": 7, "menu": 5, "intake": 2}
