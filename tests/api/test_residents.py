"""Without an account: a wish and a suggestion come in, are followed and answered by their code."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.models import JournalEntry
from allhours.jobs.models import IdempotencyKey
from allhours.kernel import clock
from allhours.needs.actions import flood
from allhours.needs.models import FloodCount, Suggestion, Wish
from allhours.needs.queries.limits import wish_limits
from tests.api.test_needs import ok
from tests.factories.api import API, Caller, member_caller
from tests.factories.directory import make_community, make_member
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
)
from tests.factories.scheme import publish, seed_calendar

pytestmark = pytest.mark.django_db
KEY = "3f0c2c4a-5d0e-4a58-9d0f-2d5c0d7a1b11"
WAYS = ("", "rate/", "not-done/", "withdraw/", "end-consent/")


@pytest.fixture
def place():
    seed_calendar(2026)
    return make_community()


def wished(place, **over) -> dict:
    return {
        "community": place.code, "words": SECRET_WORDS, "name": SECRET_NAME,
        "phone": SECRET_PHONE, "address": SECRET_ADDRESS, "consent": True,
        "consent_version": wish_limits(clock.now()).consent_version,
    } | over  # fmt: skip


def said(place, **over) -> dict:
    return {
        "community": place.code, "words": "楼道的灯坏了", "name": "张", "phone": SECRET_PHONE,
    } | over  # fmt: skip


def asked(way: str, code: str) -> tuple[str, dict]:
    more = {"rate/": {"rating": 3}, "not-done/": {"note": "还没有来"}}.get(way, {})
    return f"/follow/{way}", {"follow_code": code, **more}


def code_of(answer) -> str:
    assert answer.status_code == 409, answer.content
    return answer.json()["refusals"][0]["code"]


def test_a_wish_comes_in_with_consent_and_tells_both_codes_once(place) -> None:
    told = ok(Caller().post("/wishes/", wished(place)), 201)
    wish = Wish.objects.get(code=told["code"])
    assert (wish.origin, wish.state, wish.may_publish, wish.consent_by) == (
        "page", "noted", True, "self"
    )  # fmt: skip
    shown = ok(Caller().post("/follow/", {"follow_code": told["follow_code"].lower()}))
    assert (shown["kind"], shown["code"], shown["words"]) == ("wish", wish.code, SECRET_WORDS)
    assert shown["may"] == ["withdraw", "end_consent"]
    everything = str(list(JournalEntry.objects.values_list("facts", flat=True)))
    everything += str(list(IdempotencyKey.objects.values())) + str(shown)
    assert told["follow_code"] not in everything
    assert SECRET_PHONE not in everything


def test_a_minors_wish_needs_the_guardian(place) -> None:
    child = wished(place, is_minor=True, guardian_name="张父")
    assert code_of(Caller().post("/wishes/", child)) == "wish.guardian_missing"
    child |= {"guardian_relation": "parent", "guardian_consents": True}
    wish = Wish.objects.get(code=ok(Caller().post("/wishes/", child), 201)["code"])
    assert (wish.consent_by, wish.guardian_relation) == ("guardian", "parent")
    grown = wished(place, guardian_name="张父", guardian_relation="parent")
    wish = Wish.objects.get(code=ok(Caller().post("/wishes/", grown), 201)["code"])
    assert (wish.guardian_name_sealed, wish.guardian_relation) == ("", "")


@pytest.mark.parametrize(
    ("over", "status", "field"),
    [
        ({"consent_version": "1999-1"}, 422, "consent_version"),
        ({"consent_version": ""}, 422, "consent_version"),
        ({"name": " "}, 422, "name"),
        ({"community": "没有"}, 404, ""),
    ],
)
def test_what_cannot_be_taken_is_told(place, over, status, field) -> None:
    answer = Caller().post("/wishes/", wished(place, **over))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert not Wish.objects.exists()


@pytest.mark.parametrize(("path", "make"), [("/wishes/", wished), ("/suggestions/", said)])
def test_a_repeat_with_a_key_is_told_the_same_codes(place, path, make) -> None:
    first = Caller().post(path, make(place), key=KEY)
    again = Caller().post(path, make(place), key=KEY)
    assert (first.status_code, again.json()) == (201, first.json())
    other = ok(Caller().post(path, make(place, words="另一件事"), key=KEY), 201)
    without = ok(Caller().post(path, make(place)), 201)
    member = ok(member_caller(make_member()).post(path, make(place), key=KEY), 201)
    codes = {first.json()["code"], other["code"], without["code"], member["code"]}
    assert len(codes) == Wish.objects.count() + Suggestion.objects.count() == 4
    assert not IdempotencyKey.objects.exists()


def test_a_repeat_after_a_new_consent_text_is_told_the_same_codes(place) -> None:
    sent = wished(place)
    first = ok(Caller().post("/wishes/", sent, key=KEY), 201)
    publish(wishes={"consent_version": "2099-1"})
    assert wish_limits(clock.now()).consent_version == "2099-1"
    assert ok(Caller().post("/wishes/", sent, key=KEY), 201) == first
    assert Caller().post("/wishes/", sent | {"words": "另一件事"}, key=KEY).status_code == 422


def test_a_repeat_is_not_counted_against_the_telephone(place) -> None:
    for _ in range(flood.WISH_BY_PHONE.most + 2):
        ok(Caller().post("/wishes/", wished(place), key=KEY), 201)
    assert Wish.objects.count() == 1


def test_a_short_key_without_a_token_is_refused(place) -> None:
    answer = Caller().post("/wishes/", wished(place), key="1")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    ok(member_caller(make_member()).post("/wishes/", wished(place), key="1"), 201)


@pytest.mark.django_db(transaction=True)
def test_the_same_request_many_times_at_once_makes_one_wish(threads) -> None:
    place = make_community()
    told = threads(6, lambda _n: Caller().post("/wishes/", wished(place), key=KEY))
    assert {(each.status_code, each.content) for each in told} == {(201, told[0].content)}
    assert Wish.objects.count() == 1
    assert FloodCount.objects.filter(count=1).count() == FloodCount.objects.count()


def test_a_refused_flood_stays_refused_when_it_is_repeated(place) -> None:
    most = flood.WISH_BY_PHONE.most
    for n in range(most):
        ok(Caller().post("/wishes/", wished(place, words=f"{n}")), 201)
    for _ in range(2):
        assert Caller().post("/wishes/", wished(place), key=KEY).status_code == 429
    assert Wish.objects.count() == most


@pytest.mark.parametrize(("path", "make"), [("/wishes/", wished), ("/suggestions/", said)])
def test_flooding_is_stopped_with_the_hour_to_wait_for(place, path, make) -> None:
    answers = [Caller().post(path, make(place, words=f"{n}")) for n in range(12)]
    told = [each.status_code for each in answers]
    limit = 5 if path == "/wishes/" else 10
    assert told == [201] * limit + [429] * (12 - limit)
    assert 0 < int(answers[-1]["Retry-After"]) <= 24 * 3600
    assert answers[-1].json()["errors"][0]["text"] == str(flood.TOO_OFTEN)


def test_a_delivered_wish_is_confirmed_and_rated_by_its_code(place) -> None:
    noted, code = delivered(place)
    shown = ok(Caller().post("/follow/", {"follow_code": code}))
    assert (shown["state"], shown["may"]) == ("delivered", ["rate", "not_done", "end_consent"])
    done = ok(Caller().post(*asked("rate/", code)))
    assert (done["state"], done["text"]) == ("confirmed", "谢谢您的评价。")
    assert code_of(Caller().post(*asked("rate/", code))) == "wish.already_rated"
    noted.refresh_from_db()
    assert (noted.rating, noted.state) == (3, "confirmed")


def test_not_done_goes_back_and_consent_ends(place) -> None:
    noted, code = delivered(place)
    assert ok(Caller().post(*asked("not-done/", code)))["state"] == "claimed"
    assert code_of(Caller().post(*asked("not-done/", code))) == "claim.not_delivered"
    assert "end_consent" not in ok(Caller().post(*asked("end-consent/", code)))["may"]
    assert ok(Caller().post(*asked("withdraw/", code)))["state"] == "withdrawn"
    noted.refresh_from_db()
    assert (noted.may_publish, noted.state) == (False, "withdrawn")


def delivered(place) -> tuple[Wish, str]:
    before = clock.now() - timedelta(hours=4)
    made = note_wish(place, now=before)
    opened = make_open_wish(place, now=before)
    Wish.objects.filter(pk=opened.pk).update(follow_hash=made.wish.follow_hash)
    Wish.objects.filter(pk=made.wish.pk).update(follow_hash="")
    claim = make_claim(opened, make_member(serving_community=place), now=before)
    return make_delivered(claim, now=before).wish, made.follow_code


def test_a_suggestion_is_followed_answered_and_rated_by_its_code(place) -> None:
    from allhours.needs.actions import suggestions as actions
    from allhours.needs.rules.suggestions import Accepted

    code = ok(Caller().post("/suggestions/", said(place, kind="problem")), 201)["follow_code"]
    shown = ok(Caller().post("/follow/", {"follow_code": code}))
    assert (shown["kind"], shown["state"], shown["may"]) == ("suggestion", "noted", ["withdraw"])
    assert code_of(Caller().post(*asked("rate/", code))) == "suggestion.not_answered"
    found, now = Suggestion.objects.get(), clock.now()
    made = Accepted(kind="problem", title="照明", category="facility")
    actions.accept_suggestion(actor=SYSTEM, suggestion=found, made=made, now=now)
    actions.answer_suggestion(
        actor=SYSTEM, suggestion=found, outcome="solved", text="已更换", now=now
    )
    shown = ok(Caller().post(*asked("rate/", code)))
    assert (shown["answer"], shown["may"]) == ("已更换", ["not_done"])
    assert ok(Caller().post(*asked("not-done/", code)))["state"] == "in_hand"
    assert ok(Caller().post(*asked("withdraw/", code)))["state"] == "withdrawn"


@pytest.mark.parametrize("way", WAYS)
def test_an_unknown_code_is_answered_alike_whatever_it_looks_like(place, way) -> None:
    """The same words for the same work, so that nothing can be learnt from either."""
    note_wish(place, now=clock.now())
    Caller().post("/follow/", {"follow_code": "X"})  # the first one of a minute is counted ahead
    told = set()
    for code in ("2345-6789-ABCD", "X", "心愿", "' or 1=1 --", "2" * 40):
        with CaptureQueriesContext(connection) as seen:
            answer = Caller().post(*asked(way, code))
        work = tuple(re.sub(r"'\w+'|\d+|_x\d+", "?", each["sql"]) for each in seen)
        told.add((answer.status_code, answer.content, work))
    ((status, body, work),) = told
    assert (status, json.loads(body)["refusals"][0]["code"]) == (409, "follow.unknown")
    assert len(work) > 4


def test_guessing_codes_is_stopped_together_with_the_page(place) -> None:
    for _ in range(flood.FOLLOW_BY_ADDRESS.most - 1):
        Client().post("/follow/", {"code": "X"})
    assert Caller().post("/follow/", {"follow_code": "X"}).status_code == 409
    for key in ("", KEY):  # a key undoes no count
        stopped = Caller().post("/follow/rate/", {"follow_code": "X", "rating": 3}, key=key)
        assert (stopped.status_code, int(stopped["Retry-After"]) > 0) == (429, True)
    assert FloodCount.objects.filter(count=flood.FOLLOW_BY_ADDRESS.most).exists()


def test_a_browser_cannot_be_made_to_act(place) -> None:
    """Neither a session counts, nor is a form of another site read."""
    member = make_member()
    member_caller(member)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member.user)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = browser.generic("POST", f"{API}/wishes/", json.dumps(wished(place)), kind)
        assert answer.status_code == 415
    answer = browser.generic(
        "POST", f"{API}/wishes/", json.dumps(wished(place)), "application/json"
    )
    assert answer.status_code == 201
    assert Wish.objects.get().noted_by_plain is None


def test_a_claimer_sees_who_it_is_while_it_is_in_hand(place) -> None:
    claim = make_claim(make_open_wish(place, now=clock.now()), now=clock.now())
    own, path = member_caller(claim.member), f"/claims/{claim.pk}/wisher/"
    told = own.post(path, key="a")
    assert (ok(told)["phone"], told["Cache-Control"]) == (SECRET_PHONE, "no-store")
    ok(own.post(path, key="a"))
    reads = JournalEntry.objects.filter(did="wish.identity_read")
    assert [entry.facts["purpose"] for entry in reads] == ["claim", "claim"]
    assert not IdempotencyKey.objects.exists()  # looked at twice, and kept nowhere
    assert member_caller(make_member()).post(path).status_code == 404
    reader = member_caller(claim.member, scopes=("needs:read",))
    assert reader.post(path).status_code == 403
    ok(own.post(f"/claims/{claim.pk}/give-back/", {"reason": "出差"}))
    assert code_of(own.post(path)) == "claim.sight_ended"
