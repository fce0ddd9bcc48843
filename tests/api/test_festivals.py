"""Festivals over the API: the whole way, and what the rules refuse as the page refuses it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Festival, Wish
from tests.api.alike import Case, Try, now, refused_alike, user_of
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_community, make_county, make_member, staff_user
from tests.factories.festivals import HOUR, announced, gather, plan, running, verified_wish
from tests.factories.needs import SECRET_NAME, SECRET_PHONE, make_claim

pytestmark = pytest.mark.django_db
CASES: list[Case] = []


def case(make: Case) -> Case:
    CASES.append(make)
    return make


def officer():
    return staff_user(Role.COUNTY_OFFICER, make_county())


def ok(answer, status: int = 200) -> dict:
    assert answer.status_code == status, answer.content
    return answer.json()


@case
def a_second_wish_of_a_festival_that_gives_one() -> Try:
    _festival, wishes = running(2, now=now())
    member = make_member()
    make_claim(wishes[0], member, now=now())
    page = reverse("needs:wish-claim", args=[wishes[1].code])
    return Try("claim.festival_limit", user_of(member), page, f"/wishes/{wishes[1].pk}/claims/")


@case
def a_claim_before_the_hour() -> Try:
    wish = verified_wish(now=now())
    announced([wish], now=now())
    page = reverse("needs:wish-claim", args=[wish.code])
    return Try("claim.opens_later", user_of(make_member()), page, f"/wishes/{wish.pk}/claims/")


@case
def a_gathered_wish_published_singly() -> Try:
    wish = verified_wish(now=now())
    gather(plan(now=now()), wish, now=now())
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    page = reverse("needs:publish", args=[wish.code])
    return Try("wish.in_festival", user, page, f"/desk/wishes/{wish.pk}/publish/", body={})


@case
def a_wish_gathered_twice() -> Try:
    wish, festival = verified_wish(now=now()), plan(now=now())
    gather(plan(now=now()), wish, now=now())
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    page = reverse("needs:festival-gather", args=[festival.code])
    api = f"/desk/festivals/{festival.pk}/gather/"
    return Try(
        "festival.wish_gathered", user, page, api, {"wish": wish.code}, {"wishes": [wish.pk]}
    )


@case
def a_festival_announced_without_wishes() -> Try:
    festival = plan(now=now())
    page = reverse("needs:festival-announce", args=[festival.code])
    return Try("festival.empty", officer(), page, f"/desk/festivals/{festival.pk}/announce/")


@case
def a_festival_moved_after_its_hour() -> Try:
    festival, _wishes = running(now=now())
    at = clock.local(now() + timedelta(days=1))
    page = reverse("needs:festival-move", args=[festival.code])
    api = f"/desk/festivals/{festival.pk}/move/"
    sent = {"opens_at": at.strftime("%Y-%m-%dT%H:%M")}
    return Try("festival.hour_come", officer(), page, api, sent, {"opens_at": at.isoformat()})


@case
def a_festival_cancelled_without_a_reason() -> Try:
    festival, sent = announced([verified_wish(now=now())], now=now()), {"reason": ""}
    page = reverse("needs:festival-cancel", args=[festival.code])
    api = f"/desk/festivals/{festival.pk}/cancel/"
    return Try("festival.reason_missing", officer(), page, api, sent, sent)


@case
def a_festival_ended_before_it_opened() -> Try:
    festival = announced([verified_wish(now=now())], now=now())
    page = reverse("needs:festival-end", args=[festival.code])
    return Try("festival.not_opened", officer(), page, f"/desk/festivals/{festival.pk}/end/")


@case
def a_festival_run_by_somebody_who_may_not() -> Try:
    wish = verified_wish(now=now())
    festival = gather(plan(now=now()), wish, now=now())
    user = staff_user(Role.COMMUNITY_STAFF, wish.community)
    page = reverse("needs:festival-announce", args=[festival.code])
    return Try("actor.not_permitted", user, page, f"/desk/festivals/{festival.pk}/announce/")


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_refusal_is_the_same_on_page_and_api(make) -> None:
    refused_alike(make)


def test_a_festival_goes_from_the_plan_to_the_last_claim() -> None:
    place = make_community()
    county, desk = Caller(officer()), Caller(staff_user(Role.COMMUNITY_SECRETARY, place))
    wishes = [verified_wish(place, now=now()) for _ in range(2)]
    given = {"title": "“七一”微心愿", "opens_at": (now() + HOUR).isoformat(), "claims_each": 1}
    made = ok(county.post("/desk/festivals/", given), 201)
    path = f"/desk/festivals/{made['id']}"
    assert Caller().get(f"/festivals/{made['id']}/").status_code == 404
    ok(county.post(f"{path}/edit/", {**given, "text": "为孩子"}))
    ok(desk.post(f"{path}/gather/", {"wishes": [wish.pk for wish in wishes]}))
    ok(desk.post(f"{path}/gather/", {"wishes": [wishes[1].pk], "out": True}))
    ok(desk.post(f"{path}/gather/", {"wishes": [wishes[1].pk]}))
    assert ok(county.post(f"{path}/announce/"))["communities"] == [
        {"community": place.label, "gathered": 2, "taken": 0, "done": 0, "waiting": 0}
    ]
    later = now() + 3 * HOUR
    moved = ok(county.post(f"{path}/move/", {"opens_at": later.isoformat()}))
    assert moved["phase"] == "coming"
    seen = ok(Caller().get("/wishes/", festival=made["code"]))["items"]
    assert {(each["state"], each["festival"]) for each in seen} == {("scheduled", made["code"])}
    assert len(seen) == 2
    Festival.objects.update(opens_at=now() - HOUR)
    Wish.objects.update(publish_at=now() - HOUR)
    ok(member_caller(make_member()).post(f"/wishes/{wishes[0].pk}/claims/"), 201)
    page = ok(Caller().get(f"/festivals/{made['id']}/"))
    counts = [page[name] for name in ("phase", "wishes", "open", "taken", "done")]
    assert counts == ["running", 2, 1, 1, 0]
    assert ok(county.post(f"{path}/end/"))["state"] == "ended"
    whole = str(page) + str(seen)
    assert SECRET_NAME not in whole
    assert SECRET_PHONE not in whole


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_festivals_cost_the_same(count) -> None:
    for _ in range(count):
        announced([verified_wish(now=now())], now=now())
    with CaptureQueriesContext(connection) as public:
        assert len(ok(Caller().get("/festivals/"))["items"]) == count
    county = Caller(officer())
    with CaptureQueriesContext(connection) as desk:
        assert len(ok(county.get("/desk/festivals/"))["items"]) == count
    assert (len(public), len(desk)) == (1, 5)
