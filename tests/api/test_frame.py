"""Whatever is sent, the answer is JSON of a known shape, and never a 5xx."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.api import limits
from allhours.kernel import clock
from tests.factories.api import Caller, member_caller
from tests.factories.directory import make_member
from tests.factories.needs import make_open_wish

pytestmark = pytest.mark.django_db


def fields(answer) -> list[str]:
    return [each["field"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=-1", "limit"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e3", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=%00", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%ED%A0%80", "cursor"),
        ("cursor=" + "x" * 500, "cursor"),
        ("cursor=WzFd:1:abc", "cursor"),
        ("state=nonsense", "state"),
        ("community=%00", "community"),
    ],
)
def test_bad_queries_name_the_field(query: str, field: str) -> None:
    answer = Client().get(f"/api/v1/wishes/?{query}")
    assert (answer.status_code, fields(answer)) == (422, [field])


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"reason": NaN}',
        b'{"reason": "\\ud800"}',
        b'{"reason": "a\\u0000b"}',
        b'{"\\u0000": 1}',
        b"[1]",
        b'"x"',
        b"null",
        b"",
        b'{"reason": 1}',
        b'{"reason": "x", "more": 1}',
        b"{}",
        b"9" * 6000,
    ],
)
def test_bad_bodies_are_told(body: bytes) -> None:
    caller = member_caller(make_member())
    answer = Client().generic(
        "POST",
        "/api/v1/claims/1/give-back/",
        body,
        content_type="application/json",
        headers=caller.headers,
    )
    assert answer.status_code == 422
    assert all(set(each) == {"field", "text"} for each in answer.json()["errors"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/", 404),
        ("GET", "/wishes", 404),
        ("POST", "/nothing/", 404),
        ("PUT", "/wishes/", 405),
        ("OPTIONS", "/wishes/", 405),
        ("GET", "/wishes/99999999999999999999999999/", 404),
        ("GET", "/wishes/" + "9" * 5000 + "/", 404),
        ("GET", "/wishes/%00/", 404),
        ("GET", "/members/%00/", 404),
        ("GET", "/organizations/%ED%A0%80/", 404),
        ("GET", "/members/" + "字" * 100 + "/", 404),
    ],
)
def test_unknown_addresses_and_methods_are_json(method: str, path: str, status: int) -> None:
    answer = member_caller(make_member()).send(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert list(answer.json()) == ["errors"]


def test_a_form_is_no_json_and_a_book_is_too_large() -> None:
    caller = member_caller(make_member())
    form = Client().post("/api/v1/claims/1/give-back/", {"reason": "x"}, headers=caller.headers)
    assert (form.status_code, list(form.json())) == (415, ["errors"])
    book = caller.post("/claims/1/give-back/", {"reason": "x" * 2**20})
    assert (book.status_code, list(book.json())) == (413, ["errors"])


def test_sentences_follow_the_language_asked_for() -> None:
    chinese = Client().get("/api/v1/wishes/?limit=0")
    english = Client().get("/api/v1/wishes/?limit=0", headers={"accept-language": "en"})
    assert chinese.json()["errors"][0]["text"] == "不能小于 1。"
    assert (chinese["Content-Language"], english["Content-Language"]) == ("zh-hans", "en")
    assert "Accept-Language" in english["Vary"]


def test_head_is_a_get_without_a_body() -> None:
    answer = Client().head("/api/v1/wishes/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_answers_are_kept_by_nobody() -> None:
    answer = member_caller(make_member()).get("/me/")
    assert answer["Cache-Control"] == "no-store"


# ---- pages ---------------------------------------------------------------------------------


def test_pages_stay_in_place_while_rows_come_and_go() -> None:
    wishes = [make_open_wish(now=clock.now()) for _ in range(5)]
    nobody = Caller()
    first = nobody.get("/wishes/", limit=2).json()
    newer = make_open_wish(now=clock.now())
    second = nobody.get("/wishes/", limit=2, cursor=first["next"]).json()
    third = nobody.get("/wishes/", limit=2, cursor=second["next"]).json()
    seen = [each["id"] for part in (first, second, third) for each in part["items"]]
    assert seen == [wish.pk for wish in reversed(wishes)]
    assert newer.pk not in seen
    assert third["next"] is None


def test_a_cursor_is_good_for_its_own_list_only() -> None:
    for _ in range(2):
        make_open_wish(now=clock.now())
    cursor = Caller().get("/wishes/", limit=1).json()["next"]
    answer = member_caller(make_member()).get("/organizations/", cursor=cursor)
    assert (answer.status_code, fields(answer)) == (422, ["cursor"])


# ---- limits --------------------------------------------------------------------------------


def test_a_token_that_asks_too_often_is_told_when_to_come_again(settings) -> None:
    settings.ALLHOURS_API_PER_MINUTE = 25
    caller = member_caller(make_member())
    told = [caller.get("/me/") for _ in range(26)]
    if clock.now().second < 2:  # the minute turned while counting
        pytest.skip("the minute turned")
    assert [each.status_code for each in told] == [200] * 25 + [429]
    assert 1 <= int(told[-1]["Retry-After"]) <= 60
    other = member_caller(make_member())
    assert other.get("/me/").status_code == 200


def test_the_limit_holds_over_all_workers(settings) -> None:
    settings.ALLHOURS_API_PER_MINUTE = 30
    caller = member_caller(make_member())
    told = []
    for _ in range(35):
        limits.forget()  # each request in a worker that has taken nothing ahead
        told.append(caller.get("/me/").status_code)
    assert told.count(200) <= 30


def test_a_few_requests_cost_no_write_and_one_workers_limit_is_exact(settings) -> None:
    settings.ALLHOURS_API_PER_MINUTE = 120  # two on credit
    caller = member_caller(make_member())
    caller.get("/me/")  # notes that the token is used
    with CaptureQueriesContext(connection) as asked:
        caller.get("/me/")
    assert [each["sql"] for each in asked if not each["sql"].startswith("SELECT")] == []
    told = [caller.get("/me/").status_code for _ in range(119)]
    if clock.now().second < 10:
        pytest.skip("the minute turned")
    assert told == [200] * 118 + [429]


def test_many_workers_let_pass_a_small_part_more(settings) -> None:
    settings.ALLHOURS_API_PER_MINUTE = 60  # one on credit
    caller = member_caller(make_member())
    told = []
    for _worker in range(4):
        limits.forget()
        told += [caller.get("/me/").status_code for _ in range(30)]
    if clock.now().second < 10:
        pytest.skip("the minute turned")
    assert 40 < told.count(200) <= 64  # a worker that ends loses what it took ahead


def test_the_description_is_valid_and_public() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert json.loads(answer.content)["openapi"].startswith("3.1")
    assert Client().post("/api/v1/openapi.json").status_code == 405
