"""Tokens: proved, bounded, revocable, never more than their owner."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from allhours.accounts.actions import people, tokens
from allhours.accounts.actor import Actor
from allhours.accounts.choices import ApiScope, Role
from allhours.accounts.models import ApiToken, JournalEntry, SignInRecord, User
from allhours.directory.models import Appointment
from allhours.jobs.models import IdempotencyKey
from allhours.kernel import clock
from tests.factories.api import Caller, member_caller
from tests.factories.directory import (
    make_county,
    make_member,
    make_unit,
    make_user,
    member_actor,
    staff_user,
)

pytestmark = pytest.mark.django_db
PASSWORD = "zhiyuan-fuwu-2026"


def make_person(**over) -> User:
    member = make_member()
    member_actor(member)
    assert member.user is not None
    User.objects.filter(pk=member.user.pk).update(password=make_password(PASSWORD), **over)
    return User.objects.get(pk=member.user.pk)


def ask(user: User, *, key: str = "", **over):
    body = {"username": user.username, "password": PASSWORD, "scopes": ["me"], **over}
    return Caller().post("/tokens/", body, key=key)


def bearer(plain: str) -> Caller:
    caller = Caller()
    caller.headers["Authorization"] = f"Bearer {plain}"
    return caller


def test_a_token_is_issued_for_a_password_and_used() -> None:
    user = make_person()
    answer = ask(user)
    assert (answer.status_code, sorted(answer.json())) == (
        201,
        ["expires_at", "id", "scopes", "token"],
    )
    me = bearer(answer.json()["token"]).get("/me/")
    assert (me.status_code, me.json()["username"], me.json()["scopes"]) == (
        200,
        user.username,
        ["me"],
    )
    assert JournalEntry.objects.filter(did="token.issued", user_id_plain=user.pk).count() == 1
    row = ApiToken.objects.get()
    assert answer.json()["token"] not in str(row.__dict__)
    assert row.last_used_at is not None


def test_no_scope_named_means_all_of_them() -> None:
    assert ask(make_person(), scopes=[]).json()["scopes"] == sorted(ApiScope.values)


@pytest.mark.parametrize("over", [{"password": "x"}, {"username": "nobody"}])
def test_a_wrong_password_and_an_unknown_name_read_alike(over) -> None:
    answer = ask(make_person(), **over)
    assert answer.status_code == 401
    assert answer.json()["refusals"][0]["code"] == "token.wrong_password"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_too_many_wrong_passwords_lock_the_account_and_say_for_how_long() -> None:
    user = make_person()
    told = [ask(user, password="wrong-guess") for _ in range(6)]
    assert [each.status_code for each in told] == [401, 401, 401, 401, 429, 429]
    locked = ask(user)
    assert (locked.status_code, locked["Content-Type"]) == (429, "application/json")
    assert 0 < int(locked["Retry-After"]) <= 1800
    assert "分钟" in locked.json()["errors"][0]["text"]
    assert SignInRecord.objects.filter(user=user, succeeded=False).count() == 4


@pytest.mark.parametrize(
    ("over", "status", "code"),
    [
        ({"must_change_password": True}, 409, "token.own_password_first"),
        ({"is_active": False}, 401, "token.wrong_password"),
    ],
)
def test_an_account_that_is_not_in_order_gets_none(over, status: int, code: str) -> None:
    answer = ask(make_person(**over))
    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (status, code)
    assert ApiToken.objects.count() == 0


def test_a_role_that_needs_a_second_factor_and_has_none_gets_no_token(settings) -> None:
    user = make_person()
    Appointment.objects.create(
        user=user,
        role=Role.COUNTY_OFFICER,
        organization=make_county(),
        from_on=clock.local_date(clock.now()),
    )
    earlier = bearer(ask(user).json()["token"])
    assert earlier.get("/me/").status_code == 200
    settings.ALLHOURS_SECOND_FACTOR = "required"
    late = earlier.get("/me/")
    assert (late.status_code, late.json()["refusals"][0]["code"]) == (403, "token.factor_needed")
    answer = ask(user)
    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (
        409,
        "token.factor_needed",
    )


def test_a_second_factor_is_asked_for_and_passes_once() -> None:
    from allhours.accounts.actions import factors

    user = make_person()
    codes = factors.make_recovery_codes(actor=Actor(user_id=user.pk), user=user, now=clock.now())
    enrolled = factors.new_key()
    now = clock.now()
    step = int(now.timestamp()) // factors.STEP_SECONDS
    factors.add_totp(
        actor=Actor(user_id=user.pk),
        user=user,
        key=enrolled,
        code=_totp(enrolled, step),
        now=now,
        session_key="",
    )
    assert ask(user).json()["refusals"][0]["code"] == "token.otp_needed"
    assert ask(user, otp=codes[0]).status_code == 201
    assert ask(user, otp=codes[0]).json()["refusals"][0]["code"] == "factor.wrong"
    # the same request again is not a second use of the code
    first, again = ask(user, otp=codes[1], key="k1"), ask(user, otp=codes[1], key="k1")
    assert (first.status_code, again.json()) == (201, first.json())


def _totp(key: str, step: int) -> str:
    import base64
    import hashlib
    import hmac
    import struct

    digest = hmac.new(base64.b32decode(key), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_a_repeated_request_gives_the_same_token_and_keeps_it_sealed() -> None:
    user = make_person()
    first, again = ask(user, key="once"), ask(user, key="once")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert ApiToken.objects.count() == 1
    assert first.json()["token"] not in str(IdempotencyKey.objects.get().__dict__)
    assert ask(user, key="once", days=5).status_code == 422


@pytest.mark.parametrize("days", [0, 91, "7", True, 10**30])
def test_a_token_lives_ninety_days_at_most(days) -> None:
    answer = ask(make_person(), days=days)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "days")


def test_what_ends_a_token() -> None:
    def token(**over) -> tuple[User, str]:
        user = make_person(**over)
        return user, ask(user).json()["token"]

    user, plain = token()
    people.change_password(
        actor=Actor(user_id=user.pk),
        user=user,
        old=PASSWORD,
        new="another-long-phrase",
        now=clock.now(),
    )
    assert bearer(plain).get("/me/").status_code == 401
    user, plain = token()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert bearer(plain).get("/me/").status_code == 401
    user, plain = token()
    ApiToken.objects.filter(user=user).update(expires_at=clock.now())
    answer = bearer(plain).get("/me/")
    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (401, "token.bad")
    user, plain = token()
    own = bearer(plain)
    assert (
        own.send("DELETE", f"/tokens/{own.get('/tokens/').json()['items'][0]['id']}/").content
        == b""
    )
    assert own.get("/me/").status_code == 401


def test_nobody_revokes_or_sees_anothers_token() -> None:
    mine, other = member_caller(make_member()), member_caller(make_member())
    other_id = other.get("/tokens/").json()["items"][0]["id"]
    assert mine.send("DELETE", f"/tokens/{other_id}/").status_code == 404
    assert [each["id"] for each in mine.get("/tokens/").json()["items"]] != [other_id]
    assert other.get("/tokens/").status_code == 200


def test_a_token_has_no_more_rights_than_its_owner_at_this_moment() -> None:
    unit = make_unit()
    make_member(unit)
    user = staff_user(Role.LIAISON, unit)
    caller = Caller(user)
    assert len(caller.get("/members/").json()["items"]) == 1
    yesterday = clock.local_date(clock.now()) - timedelta(days=1)
    Appointment.objects.filter(user=user).update(until_on=yesterday)
    assert caller.get("/members/").status_code == 404


def test_a_scope_that_was_not_asked_for_is_missing() -> None:
    caller = member_caller(make_member(), scopes=(ApiScope.ME,))
    answer = caller.get("/claims/")
    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (
        403,
        "token.scope_missing",
    )
    assert "needs:read" in answer.json()["refusals"][0]["text"]
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


def test_a_session_does_not_open_the_api() -> None:
    user, browser = make_person(), Client()
    browser.force_login(user)
    User.objects.filter(pk=user.pk).update(must_change_password=True)  # pages would lead away
    assert browser.get("/api/v1/me/").status_code == 401
    assert browser.post("/api/v1/wishes/1/claims/").status_code == 401
    assert browser.get("/api/v1/wishes/").status_code == 200  # public, and as nobody


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer ah_x", "x", "Bearer 令"]
)
def test_a_bad_header_is_401_also_where_reading_is_public(header: str) -> None:
    caller = Caller()
    caller.headers["Authorization"] = header
    assert caller.get("/wishes/").status_code == 401


def test_tokens_of_a_month_ago_are_forgotten() -> None:
    user = make_user()
    for days in (31, 29):
        tokens.issue_token(user=user, scopes=[], days=1, now=clock.now() - timedelta(days=days + 1))
    assert tokens.forget_ended(now=clock.now()) == 1


# ---- the page ------------------------------------------------------------------------------


def test_the_page_shows_a_new_token_once_and_revokes_it() -> None:
    user, browser = make_person(), Client()
    browser.force_login(user)
    sent = {"name": "统计程序", "scopes": ["me"], "days": 7, "password": PASSWORD}
    text = browser.post("/me/account/tokens/", sent).content.decode()
    token = ApiToken.objects.get()
    assert (text.count("ah_"), token.name, token.scopes) == (1, "统计程序", ["me"])
    again = browser.get("/me/account/tokens/").content.decode()
    assert ("ah_" in again, "统计程序" in again) == (False, True)
    browser.post(f"/me/account/tokens/{token.pk}/revoke/")
    assert "统计程序" not in browser.get("/me/account/tokens/").content.decode()


def test_the_page_asks_for_the_password_again() -> None:
    user, browser = make_person(), Client()
    browser.force_login(user)
    sent = {"name": "程序", "scopes": ["me"], "days": 7, "password": "wrong"}
    assert "密码不对" in browser.post("/me/account/tokens/", sent).content.decode()
    assert ApiToken.objects.count() == 0
    stranger = tokens.issue_token(user=make_user(), scopes=[], days=1, now=clock.now()).token
    assert browser.post(f"/me/account/tokens/{stranger.pk}/revoke/").status_code == 404
