"""Signing in, being locked out, and what the owner sees of it."""

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from allhours.accounts.models import SignInRecord
from tests.factories.directory import make_user

PASSWORD = "sunflower-9-lake"


@pytest.fixture
def user(db):
    user = make_user(username="2600001", display_name="测试一")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def enter(client, password: str = PASSWORD, username: str = "2600001", **headers):
    return client.post(
        reverse("accounts:sign-in"), {"username": username, "password": password}, **headers
    )


def test_sign_in_leads_home_and_is_recorded(client, user) -> None:
    response = enter(client, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/126")
    assert (response.status_code, response.url) == (302, reverse("portal:home"))
    record = SignInRecord.objects.get()
    assert (record.user, record.succeeded) == (user, True)
    page = client.get(reverse("accounts:account")).content.decode()
    assert "Chrome · Android" in page


@pytest.mark.parametrize(
    ("remote", "forwarded", "kept"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.2", "203.0.113.7", "198.51.100.2"),  # only our own proxy is believed
        ("127.0.0.1", "nonsense", None),
    ],
)
def test_the_history_shows_the_visitors_own_address(client, user, remote, forwarded, kept) -> None:
    enter(client, REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert SignInRecord.objects.get().address == kept


def test_sign_in_takes_full_width_digits(client, user) -> None:
    assert enter(client, username=" ２６００００１ ").status_code == 302


def test_sign_in_with_a_wrong_password_says_nothing_about_who_exists(client, user) -> None:
    wrong, unknown = enter(client, "not-it"), enter(client, "not-it", username="9999999")
    assert wrong.status_code == unknown.status_code == 200
    sentence = "用户名或密码不对"
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()
    assert list(SignInRecord.objects.values_list("succeeded", flat=True)) == [False]


def test_sign_in_locks_after_five_failures_and_says_for_how_long(client, user) -> None:
    for _ in range(5):
        last = enter(client, "not-it")
    assert last.status_code == 429
    right = enter(client)
    assert right.status_code == 429
    text = right.content.decode()
    assert "请在 30 分钟后再试" in text
    assert "not-it" not in text
    assert PASSWORD not in text


def test_a_lock_ends_by_itself(client, user, settings) -> None:
    for _ in range(5):
        enter(client, "not-it")
    settings.AXES_COOLOFF_TIME = 0.0
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time = attempt.attempt_time.replace(year=2020)
        attempt.save()
    assert enter(client).status_code == 302


def test_another_name_is_not_locked(client, user) -> None:
    for _ in range(6):
        enter(client, "not-it", username="9999999")
    assert enter(client).status_code == 302


def test_preferences_come_along_to_another_device(client, user) -> None:
    user.elder_mode, user.theme, user.language = True, "dark", "en"
    user.save()
    response = enter(client)
    assert response.cookies["elder"].value == "1"
    assert response.cookies["theme"].value == "dark"
    assert response.cookies["django_language"].value == "en"


def test_preferences_are_saved_and_shown_at_once(client, user) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(
        reverse("accounts:preferences"), {"elder_mode": "on", "theme": "light", "language": "en"}
    )
    user.refresh_from_db()
    assert (user.elder_mode, user.theme, user.language) == (True, "light", "en")
    assert response.cookies["elder"].value == "1"


def test_signing_out_needs_a_post(client, user) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("accounts:sign-out")).status_code == 405
    assert client.post(reverse("accounts:sign-out")).status_code == 302
    assert client.get(reverse("accounts:account")).status_code == 302


def test_a_password_given_by_another_must_be_changed_first(client, user) -> None:
    user.must_change_password = True
    user.save()
    enter(client)
    assert client.get(reverse("accounts:account")).url == reverse("accounts:password")
    form = {
        "old_password": PASSWORD,
        "new_password1": "mountain-4-river",
        "new_password2": "mountain-4-river",
    }
    assert client.post(reverse("accounts:password"), form).status_code == 302
    assert client.get(reverse("accounts:account")).status_code == 200


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"old_password": "not-it"}, "old_password"),
        ({"new_password1": "12345678901", "new_password2": "12345678901"}, "new_password1"),
        ({"new_password2": "mountain-5-river"}, "new_password2"),
        ({"new_password1": PASSWORD, "new_password2": PASSWORD}, "new_password1"),
    ],
)
def test_a_password_change_says_what_is_wrong_beside_the_field(client, user, over, field) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "old_password": PASSWORD,
        "new_password1": "mountain-4-river",
        "new_password2": "mountain-4-river",
    }
    response = client.post(reverse("accounts:password"), form | over)
    assert list(response.context["form"].errors) == [field]
    assert client.post(reverse("accounts:password"), form).status_code == 302
