"""Sessions end when nobody is there, their owner sees and ends them, and no form is lost."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from allhours.accounts import kept
from allhours.accounts.actions import sessions
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, SignedIn
from allhours.kernel import clock
from allhours.notifications.models import Notice
from tests.factories.accounts import PASSWORD, make_user_with_password
from tests.factories.directory import make_county, make_member, staff_user

ACCOUNT = "/me/account/"
FORM = "/me/account/preferences/"


@pytest.fixture
def user(db):
    return make_user_with_password(username="2600001")


@pytest.fixture
def pass_time(monkeypatch):
    """`pass_time(minutes=31)`: it is later now."""
    real, passed = clock.now, timedelta()

    def go(**delta: int) -> None:
        nonlocal passed
        passed += timedelta(**delta)

    monkeypatch.setattr(clock, "now", lambda: real() + passed)
    return go


def enter(user, client: Client | None = None, **over) -> Client:
    client = client or Client()
    data = {"username": user.username, "password": PASSWORD} | over
    assert client.post(reverse("accounts:sign-in"), data).status_code == 302
    return client


def officer():
    user = staff_user(Role.COUNTY_OFFICER, make_county())
    user.set_password(PASSWORD)
    user.save()
    return user


def test_staff_are_signed_out_after_half_an_hour(db, pass_time) -> None:
    client = enter(officer())
    assert client.get(ACCOUNT).status_code == 200
    for _ in range(3):
        pass_time(minutes=29)
        assert client.get(ACCOUNT).status_code == 200
    pass_time(minutes=31)
    answer = client.get(ACCOUNT + "?x=1")
    assert answer.url == "/sign-in/?next=%2Fme%2Faccount%2F%3Fx%3D1"
    assert "太久没有操作" in client.get(answer.url).content.decode()
    assert SignedIn.objects.count() == 0


def test_members_are_signed_out_after_eight_hours(user, pass_time) -> None:
    make_member(user=user)
    client = enter(user)
    client.get(ACCOUNT)
    pass_time(hours=7, minutes=50)
    assert client.get(ACCOUNT).status_code == 200
    pass_time(hours=4, minutes=20)  # twelve hours since the sign-in
    assert client.get(ACCOUNT).status_code == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(db, pass_time) -> None:
    client = enter(officer())
    client.get(ACCOUNT)
    for _ in range(4):
        pass_time(minutes=10)
        answer = client.get("/desk/jobs/AAAA/progress/")
    assert answer.status_code == 302


def test_an_htmx_request_leads_the_whole_page_to_signing_in(db, pass_time) -> None:
    client = enter(officer())
    client.get(ACCOUNT)
    pass_time(minutes=31)
    answer = client.get(
        ACCOUNT, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/desk/?a=1"
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fdesk%2F%3Fa%3D1"


def send_late(client, pass_time, url="/desk/people/appoint/", **over):
    client.get(ACCOUNT)
    pass_time(minutes=31)
    data = {"decision_no": "农组发〔2026〕3号", "choice": ["1", "2"]} | over
    return client.post(url, data, HTTP_REFERER="http://testserver/desk/people/")


def test_what_was_being_sent_is_kept_until_its_writer_is_back(db, pass_time) -> None:
    person = officer()
    client = enter(person)
    answer = send_late(client, pass_time)
    assert answer.url == "/sign-in/?next=%2Fdesk%2Fpeople%2F"
    assert "农组发" not in str(dict(client.session))
    enter(person, client)
    page = client.get(reverse("accounts:resume"))
    text = page.content.decode()
    assert 'action="/desk/people/appoint/"' in text
    assert 'name="decision_no" value="农组发〔2026〕3号"' in text
    assert text.count('name="choice"') == 2
    assert client.post("/desk/people/appoint/", {"decision_no": "x"}).status_code == 200
    assert client.post(reverse("accounts:resume")).status_code == 302
    assert client.get(reverse("accounts:resume")).status_code == 302


def test_it_is_shown_to_nobody_else(db, user, pass_time) -> None:
    client = enter(officer())
    send_late(client, pass_time)
    assert client.session[kept.KEY]
    enter(user, client)
    assert kept.KEY not in client.session
    assert client.get(reverse("accounts:resume")).status_code == 302


def test_it_is_kept_for_half_an_hour(db, pass_time) -> None:
    person = officer()
    client = enter(person)
    send_late(client, pass_time)
    pass_time(minutes=31)
    enter(person, client)
    assert client.get(reverse("accounts:resume")).status_code == 302


@pytest.mark.parametrize(
    ("url", "over"),
    [
        ("/me/account/password/", {"old_password": "secret-one"}),
        ("/desk/people/appoint/", {"x": "长" * 30_000}),
    ],
)
def test_passwords_and_floods_are_not_kept(db, pass_time, url, over) -> None:
    client = enter(officer())
    assert send_late(client, pass_time, url, **over).status_code == 302
    assert kept.KEY not in client.session


def test_a_foreign_pages_words_are_not_kept(db, pass_time) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["began"] = session["seen"] = clock.now().timestamp()
    session.save()
    answer = send_late(Client.get and client, pass_time)
    assert answer.status_code == 403
    assert kept.KEY not in client.session


def test_the_owner_sees_and_ends_sessions(user) -> None:
    here = enter(user, HTTP_USER_AGENT="x")
    there = enter(user)
    page = here.get(reverse("accounts:security"))
    rows = page.context["sessions"]
    assert [each["here"] for each in rows].count(True) == 1
    [other] = [each["pk"] for each in rows if not each["here"]]
    end = reverse("accounts:session-end")
    assert here.post(end, {"session": other}).status_code == 302
    assert there.get(ACCOUNT).status_code == 302
    assert here.get(ACCOUNT).status_code == 200
    foreign = enter(make_user_with_password())
    mine = SignedIn.objects.get(user=user).pk
    assert foreign.post(end, {"session": mine}).status_code == 404
    assert here.get(ACCOUNT).status_code == 200


def test_all_others_are_ended_at_once(user) -> None:
    others = [enter(user) for _ in range(3)]
    here = enter(user)
    here.post(reverse("accounts:session-end"), {"session": "others"})
    assert [each.get(ACCOUNT).status_code for each in [*others, here]] == [302, 302, 302, 200]
    assert JournalEntry.objects.get(did="session.ended").facts == {"sessions": 3}


def test_a_new_password_ends_the_other_sessions_and_is_told(
    user, django_capture_on_commit_callbacks
) -> None:
    there, here = enter(user), enter(user)
    form = {"old_password": PASSWORD, "new_password1": "mountain-4-river"}
    form["new_password2"] = form["new_password1"]
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post(reverse("accounts:password"), form).status_code == 302
    assert there.get(ACCOUNT).status_code == 302
    assert here.get(ACCOUNT).status_code == 200
    assert SignedIn.objects.get().session_key == here.session.session_key
    assert Notice.objects.get().key == "account.password_changed"


def test_a_new_device_is_told_and_a_known_one_is_not(
    user, django_capture_on_commit_callbacks
) -> None:
    phone = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) Chrome/126"}
    desk = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0) Edg/126"}
    for agent in (phone, phone, desk, desk):
        with django_capture_on_commit_callbacks(execute=True):
            Client().post(
                reverse("accounts:sign-in"), {"username": "2600001", "password": PASSWORD}, **agent
            )
    assert [each.params for each in Notice.objects.all()] == [{"browser": "Edge · Windows"}]


def test_rows_of_gone_sessions_are_tidied(user) -> None:
    enter(user)
    kept_one = enter(user)
    Session.objects.exclude(session_key=kept_one.session.session_key).delete()
    assert sessions.forget_gone() == 1
    assert SignedIn.objects.get().session_key == kept_one.session.session_key
