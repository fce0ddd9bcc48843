"""Orders, proposals, demands and handing over through the API."""

import pytest

from allhours.accounts.choices import Role
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.needs.actions.demands import place_demand
from allhours.needs.actions.orders import order_item
from allhours.needs.models import Claim
from allhours.needs.queries.limits import menu
from tests.api.test_needs import cost, ok
from tests.factories.api import Caller, member_caller
from tests.factories.directory import (
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.needs import SYSTEM, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_community()


@pytest.fixture
def desk(place) -> Caller:
    return Caller(staff_user(Role.COMMUNITY_STAFF, place))


def items(n: int) -> list[str]:
    return [each.code for each in menu(clock.now()).items[:n]]


def code_of(answer) -> str:
    assert answer.status_code == 409, answer.content
    return answer.json()["refusals"][0]["code"]


def test_an_order_becomes_a_post(place, desk) -> None:
    own, other = (member_caller(make_member(serving_community=place)) for _ in range(2))
    (item,) = items(1)
    made = ok(own.post("/me/orders/", {"item": item, "text": "周末可以"}), 201)
    assert ok(own.post("/me/orders/", {"item": item}), 201)["id"] == made["id"]
    ok(other.post("/me/orders/", {"item": item}), 201)
    assert other.get(f"/me/orders/{made['id']}/").status_code == 404
    path = f"/desk/orders/{made['id']}"
    shown = ok(desk.get(f"{path}/"))
    assert (shown["same"], shown["text"], shown["item"]) == (2, "周末可以", item)
    post = ok(desk.post(f"{path}/meet/", {"title": "陪老人聊天", "places": 2}), 201)
    assert (post["item"], post["taken"]) == (item, 0)
    mine = ok(own.get(f"/me/orders/{made['id']}/"))
    assert (mine["state"], mine["post"]) == ("met", post["id"])
    assert code_of(desk.post(f"{path}/decline/", {"reason": "晚了"})) == "order.not_open"
    assert code_of(own.post(f"/me/orders/{made['id']}/withdraw/")) == "order.not_open"


def test_an_order_of_one_item_is_not_met_with_another(place, desk) -> None:
    item, other = items(2)
    own = member_caller(make_member(serving_community=place))
    made = ok(own.post("/me/orders/", {"item": item}), 201)
    answer = desk.post(f"/desk/orders/{made['id']}/meet/", {"title": "陪聊", "item": other})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "item")
    assert ok(own.post(f"/me/orders/{made['id']}/withdraw/"))["state"] == "withdrawn"


def test_a_proposal_becomes_a_post_with_its_member_on_it_or_is_declined(place, desk) -> None:
    member = make_member(residence=place)
    own = member_caller(member)
    said = {"title": "教老人用手机", "times": "周六上午"}
    kept = ok(own.post("/me/orders/propose/", said), 201)
    gone = ok(own.post("/me/orders/propose/", {"title": "修表"}), 201)
    assert ok(desk.post(f"/desk/orders/{kept['id']}/meet/", {"title": "教手机"}), 201)["taken"] == 1
    no = ok(desk.post(f"/desk/orders/{gone['id']}/decline/", {"reason": "暂无需要"}))
    assert (no["state"], no["reason"], no["member_no"]) == (
        "declined", "暂无需要", member.member_no
    )  # fmt: skip
    assert [each["state"] for each in ok(own.get("/claims/"))["items"]] == ["live"]


def test_a_demand_becomes_a_post_or_is_closed(place, desk) -> None:
    (item,) = items(1)
    said = {"community": place.code, "item": item, "text": "辅导作业", "heads": 2}
    made, other = (ok(desk.post("/desk/demands/", said), 201) for _ in range(2))
    post = ok(desk.post(f"/desk/demands/{made['id']}/meet/", {"title": "辅导", "places": 2}), 201)
    shown = ok(desk.get(f"/desk/demands/{made['id']}/"))
    assert (shown["state"], shown["post"], post["item"]) == ("met", post["id"], item)
    assert ok(desk.post(f"/desk/demands/{other['id']}/close/"))["state"] == "closed"
    assert code_of(desk.post(f"/desk/demands/{made['id']}/close/")) == "demand.not_open"
    far = Caller(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert far.post("/desk/demands/", said).status_code == 404
    wrong = desk.post("/desk/demands/", {**said, "skills": ["没有的"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "skills")


def test_a_post_passes_to_another_with_their_yes(place) -> None:
    unit, post = make_unit(), make_post(place, now=clock.now(), places=1)
    giver, taker = make_member(unit), make_member(unit)
    own, other = member_caller(giver), member_caller(taker)
    claim = ok(own.post(f"/posts/{post.pk}/claims/"), 201)["id"]
    to = {"name": taker.name, "member_no": taker.member_no}
    assert other.post(f"/claims/{claim}/hand-over/", to).status_code == 404
    first = ok(own.post(f"/claims/{claim}/hand-over/", to), 201)
    assert (first["from_no"], first["to_no"]) == (giver.member_no, taker.member_no)
    path = "/me/hand-overs"
    assert ok(own.post(f"{path}/{first['id']}/withdraw/"))["state"] == "withdrawn"
    second = ok(own.post(f"/claims/{claim}/hand-over/", to), 201)["id"]
    assert ok(other.post(f"{path}/{second}/decline/"))["state"] == "declined"
    third = ok(own.post(f"/claims/{claim}/hand-over/", to), 201)["id"]
    assert code_of(own.post(f"{path}/{third}/accept/")) == "handover.not_yours"
    new = ok(other.post(f"{path}/{third}/accept/"))
    assert Claim.objects.live().get().pk == new["id"] != claim
    assert {each["state"] for each in ok(other.get(f"{path}/"))["items"]} == {
        "withdrawn", "declined", "accepted"
    }  # fmt: skip
    stranger = member_caller(make_member())
    assert ok(stranger.get(f"{path}/"))["items"] == []
    assert stranger.post(f"{path}/{third}/accept/").status_code == 404


def rows(place, member: Member, count: int) -> None:
    now = clock.now()
    for item in items(count):
        order_item(actor=member_actor(member), item=item, now=now)
        place_demand(actor=SYSTEM, community=place, item=item, text="辅导作业", heads=2, now=now)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_orders_cost_the_same_with_one_row_and_with_three(place, desk, count) -> None:
    unit = make_unit()
    member, other = make_member(unit, serving_community=place), make_member(unit)
    own = member_caller(member)
    rows(place, member, count)
    to = {"name": member.name, "member_no": member.member_no}
    giver = member_caller(other)
    for _ in range(count):
        post = make_post(now=clock.now())
        claim = ok(giver.post(f"/posts/{post.pk}/claims/"), 201)["id"]
        ok(giver.post(f"/claims/{claim}/hand-over/", to), 201)
    costs = {path: cost(desk, path) for path in ("/desk/orders/", "/desk/demands/")}
    costs |= {path: cost(own, path) for path in ("/me/orders/", "/me/hand-overs/")}
    assert costs == {
        "/desk/orders/": 5, "/desk/demands/": 5, "/me/orders/": 5, "/me/hand-overs/": 4
    }  # fmt: skip
