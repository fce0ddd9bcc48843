"""What came with needs in full: whole ways through the API, and lists that cost the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.needs.models import Claim, FollowUp, Wish
from allhours.projects.actions import show_project
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_community, make_member, make_unit, staff_user
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    make_pledge,
    make_suggestion,
)
from tests.factories.projects import make_project
from tests.factories.scheme import publish, seed_calendar

pytestmark = pytest.mark.django_db
WISH = {
    "words": "想要一副老花镜",
    "origin": "visit",
    "consent": True,
    "name": SECRET_NAME,
    "phone": SECRET_PHONE,
    "address": SECRET_ADDRESS,
}
CHECKED = {"title": "一副老花镜", "category": "goods", "wisher_kind": "elder"}


@pytest.fixture
def place():
    seed_calendar(2026)
    return make_community()


@pytest.fixture
def desk(place) -> Caller:
    return Caller(staff_user(Role.COMMUNITY_SECRETARY, place))


def ok(answer, status: int = 200) -> dict:
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_wish_goes_from_the_visit_to_the_follow_up(place, desk) -> None:
    noted = ok(desk.post("/desk/wishes/", {**WISH, "community": place.code}), 201)
    path = f"/desk/wishes/{noted['id']}"
    category = first_category()
    ok(desk.post(f"{path}/check/", {**CHECKED, "category": category}))
    later = (clock.now() + timedelta(days=1)).isoformat()
    assert ok(desk.post(f"{path}/publish/", {"at": later}))["state"] == "scheduled"
    assert ok(desk.post(f"{path}/unschedule/"))["state"] == "verified"
    assert ok(desk.post(f"{path}/publish/", {}))["state"] == "open"
    wish = Wish.objects.get(pk=noted["id"])
    before = clock.now() - timedelta(hours=4)
    claim = make_claim(wish, make_member(serving_community=place), now=before)
    ok(desk.post(f"/desk/claims/{claim.pk}/extend/", {"days": 3}))
    make_delivered(claim, now=before)
    assert ok(desk.post(f"{path}/send-back/", {"note": "还缺镜布"}))["state"] == "claimed"
    make_delivered(Claim.objects.get(pk=claim.pk), now=before)
    shown = ok(desk.get(f"{path}/"))
    assert [each["member_no"] for each in shown["claims"]] == [claim.member.member_no]
    assert ok(desk.post(f"{path}/confirm/"))["state"] == "confirmed"
    drawn = FollowUp.objects.create(wish=wish, drawn_at=clock.now())
    found = {"result": "reached", "satisfied": 3, "matches": True}
    assert ok(desk.post(f"/desk/follow-ups/{drawn.pk}/", found))["matches"] is True
    told = str(shown) + str(list(JournalEntry.objects.values_list("facts", flat=True)))
    assert [
        secret for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS) if secret in told
    ] == []


def first_category() -> str:
    from allhours.needs.queries.limits import categories

    return next(iter(categories(clock.now())))


def test_wishes_end_in_each_way(place, desk) -> None:
    def wish() -> Wish:
        return make_open_wish(place, now=clock.now())

    why, into = {"reason": "情况有变"}, wish()
    project = make_project(place)
    ended = [
        ok(desk.post(f"/desk/wishes/{wish().pk}/withdraw/", why))["state"],
        ok(desk.post(f"/desk/wishes/{wish().pk}/expire/", why))["state"],
        ok(desk.post(f"/desk/wishes/{wish().pk}/convert/", {**why, "project": project.pk}))[
            "state"
        ],
    ]
    assert ended == ["withdrawn", "expired", "converted"]
    merged = wish()
    assert ok(desk.post(f"/desk/wishes/{merged.pk}/merge/", {"into": into.pk}))["id"] == into.pk
    claim = make_claim(into, make_member(serving_community=place), now=clock.now())
    assert ok(desk.post(f"/desk/claims/{claim.pk}/release/", why))["state"] == "released"


def test_a_suggestion_is_taken_on_answered_and_not_solved(place, desk) -> None:
    author = member_caller(make_member(serving_community=place))
    other = member_caller(make_member(serving_community=place))
    made = ok(author.post("/me/suggestions/", {"words": "楼道的灯坏了", "kind": "problem"}), 201)
    same = ok(other.post("/me/suggestions/", {"words": "灯不亮"}), 201)
    path, own = f"/desk/suggestions/{made['id']}", f"/me/suggestions/{made['id']}"
    assert other.get(f"{own}/").status_code == 404
    ok(desk.post(f"{path}/accept/", {"kind": "problem", "title": "照明", "category": "facility"}))
    ok(desk.post(f"/desk/suggestions/{same['id']}/join/", {"main": made["id"]}))
    department = make_unit()
    ok(desk.post(f"{path}/route/", {"handler": department.code}))
    unit = Caller(staff_user(Role.LIAISON, department))
    ok(unit.post(f"{path}/answer/", {"outcome": "solved", "text": "已更换"}))
    assert ok(other.get(f"/me/suggestions/{same['id']}/"))["answer"] == "已更换"
    assert ok(author.post(f"{own}/rate/", {"rating": 3}))["rating"] == 3
    assert ok(author.post(f"{own}/not-solved/", {"text": "又坏了"}))["state"] == "in_hand"
    shown = ok(desk.get(f"{path}/"))
    assert "楼道的灯坏了" not in str(shown)
    assert ok(author.post(f"{own}/withdraw/"))["state"] == "withdrawn"


def test_a_suggestion_noted_at_the_desk_tells_its_code_once(place, desk) -> None:
    said = {"community": place.code, "words": "加个长椅", "kind": "suggestion", "origin": "visit"}
    noted = ok(desk.post("/desk/suggestions/", said), 201)
    assert noted["follow_code"] not in str(ok(desk.get("/desk/suggestions/")))
    refused = ok(desk.post(f"/desk/suggestions/{noted['id']}/refuse/", {"reason": "已有长椅"}))
    assert refused["state"] == "refused"


def test_a_pledge_goes_from_hand_to_hand(place, desk) -> None:
    publish("fengxiang")
    member = make_member(serving_community=place)
    own = member_caller(member)
    unit = Caller(staff_user(Role.UNIT_SECRETARY, member.unit))
    due = clock.local_date(clock.now()).isoformat()
    promise = {"text": "每月送一次菜", "due_on": due}
    made = ok(own.post("/me/pledge/", {"promises": [promise], "may_publish": True}))
    path = f"/desk/pledges/{made['id']}"
    assert unit.get(f"{path}/").status_code == 404  # a draft is its writer's
    ok(own.post("/me/pledge/submit/"))
    assert ok(unit.post(f"{path}/return/", {"reason": "请写具体"}))["state"] == "draft"
    ok(own.post("/me/pledge/submit/"))
    assert ok(unit.post(f"{path}/approve/"))["state"] == "approved"
    assert ok(desk.post(f"{path}/receive/"))["state"] == "in_hand"
    ok(own.post("/me/pledge/promises/1/progress/", {"text": "送了三次"}))
    assert ok(desk.post(f"{path}/publish/"))["published_at"]
    assert ok(own.post("/me/pledge/consent/", {"consents": False}))["published_at"] is None
    assert ok(desk.post(f"{path}/assess/", {"result": "kept"}))["result"] == "kept"
    assert ok(own.post("/me/pledge/reply/", {"text": "谢谢"}))["reply"] == "谢谢"


def test_a_project_is_public_when_it_is_shown(place, desk) -> None:
    begun = clock.local_date(clock.now()).isoformat()
    outline = {"name": "银龄陪伴", "from_on": begun, "community": place.code}
    made = ok(desk.post("/desk/projects/", {**outline, "owner": place.code}), 201)
    path, public = f"/desk/projects/{made['id']}", f"/projects/{made['id']}/"
    ok(desk.post(f"{path}/edit/", {**outline, "aim": "陪老人"}))
    wish = make_open_wish(place, now=clock.now())
    put = {"kind": "wish", "item": wish.code}
    assert ok(desk.post(f"{path}/gather/", put))["totals"]["wishes"] == 1
    assert Caller().get(public).status_code == 404
    ok(desk.post(f"{path}/shown/", {"shown": True}))
    assert ok(Caller().get(public))["totals"]["wishes"] == 1
    assert ok(desk.post(f"{path}/gather/", {**put, "out": True}))["totals"]["wishes"] == 0
    assert ok(desk.post(f"{path}/end/", {"result": "陪了"}))["state"] == "ended"


LISTS = {
    "/desk/wishes/": 4,
    "/desk/follow-ups/": 4,
    "/desk/suggestions/": 4,
    "/desk/pledges/": 5,
    "/desk/projects/": 4,
    "/projects/": 4,
}


def rows(place, member, count: int) -> None:
    now = clock.now()
    main = make_suggestion(place, state="in_hand")
    for number in range(count):
        make_open_wish(place, now=now)
        FollowUp.objects.create(wish=make_open_wish(place, now=now), drawn_at=now)
        make_suggestion(place, member=member, state="joined", joined_to=main)
        make_pledge(make_member(), place)
        make_pledge(member, place, state="withdrawn")
        project = make_project(place, name=f"项目{number}")
        show_project(actor=SYSTEM, project=project, shown=True, now=now)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_with_one_row_and_with_three(place, desk, count: int) -> None:
    member = make_member(serving_community=place)
    own = member_caller(member)
    rows(place, member, count)
    costs = {path: cost(desk, path) for path in LISTS}
    costs |= {path: cost(own, path) for path in ("/me/suggestions/", "/me/pledges/")}
    assert costs == {**LISTS, "/me/suggestions/": 4, "/me/pledges/": 5}


def cost(caller: Caller, path: str) -> int:
    ok(caller.get(path))  # the first call of a token writes down that it is in use
    with CaptureQueriesContext(connection) as seen:
        ok(caller.get(path))
    return len(seen)
