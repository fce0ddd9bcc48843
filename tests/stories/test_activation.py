"""A member's account from the slip to the recovery, through the pages as people use them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, SignInRecord, User
from tests.factories.directory import make_member, make_unit, staff_user

BACKEND = "django.contrib.auth.backends.ModelBackend"
FIRST, SECOND = "sunflower-9-lake", "mountain-4-river"


@pytest.fixture
def member(db):
    return make_member(make_unit(name="测试农业局"), phone="13812345678")


@pytest.fixture
def liaison(member) -> Client:
    client = Client()
    client.force_login(staff_user(Role.LIAISON, member.unit), backend=BACKEND)
    return client


def slip_code(liaison: Client, member) -> str:
    """The liaison opens the member's page and issues a slip; the code is shown this once."""
    page = reverse("directory:member", args=[member.member_no])
    assert "签发激活单" in liaison.get(page).content.decode()
    answer = liaison.post(reverse("directory:member-slip", args=[member.member_no]))
    assert "no-store" in answer["Cache-Control"]
    found = re.search(
        r"<strong>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</strong>", answer.content.decode()
    )
    assert found
    assert found[1] not in liaison.get(page).content.decode()
    return found[1]


def activate(client: Client, member, code: str, password: str):
    form = {
        "username": member.member_no, "code": code,
        "new_password1": password, "new_password2": password,
    }  # fmt: skip
    return client.post(reverse("accounts:activate"), form)


def sign_in(client: Client, member, password: str):
    form = {"username": member.member_no, "password": password}
    return client.post(reverse("accounts:sign-in"), form)


def test_activation_sign_in_lock_out_and_recovery(client, liaison, member, caplog) -> None:
    first = slip_code(liaison, member)

    # the member sets a password by the slip and is in at once
    answer = activate(client, member, first, FIRST)
    assert (answer.status_code, answer.url) == (302, reverse("portal:home"))
    assert client.get(reverse("directory:card")).status_code == 200
    client.post(reverse("accounts:sign-out"))
    assert sign_in(client, member, FIRST).status_code == 302
    client.post(reverse("accounts:sign-out"))

    # the slip is spent
    assert "已经用过" in activate(client, member, first, SECOND).content.decode()

    # somebody guesses; the account locks and says for how long
    for _ in range(5):
        answer = sign_in(client, member, "not-it")
    assert answer.status_code == 429
    assert re.search(r"请在 \d+ 分钟后再试", answer.content.decode())
    assert sign_in(client, member, FIRST).status_code == 429

    # the liaison issues another slip: the password stays until it is used, the lock ends with it
    second = slip_code(liaison, member)
    assert User.objects.get(username=member.member_no).check_password(FIRST)
    assert activate(client, member, second, SECOND).status_code == 302
    client.post(reverse("accounts:sign-out"))
    assert "密码不对" in sign_in(client, member, FIRST).content.decode()
    assert sign_in(client, member, SECOND).status_code == 302

    # the owner sees it all, and nothing of it holds a secret
    history = SignInRecord.objects.filter(user__username=member.member_no)
    assert history.filter(succeeded=True).count() == 4
    done = [line.did for line in JournalEntry.objects.filter(subject="user").order_by("pk")]
    assert done == ["slip.issued", "account.activated"] * 2
    kept = caplog.text + str(list(JournalEntry.objects.values_list("facts", flat=True)))
    secrets = (FIRST, SECOND, first, second, "13812345678", member.name)
    assert [secret for secret in secrets if secret in kept] == []
