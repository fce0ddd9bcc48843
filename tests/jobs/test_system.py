"""系统状态: for the system administrator alone, without a secret and without data."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.jobs import system
from allhours.kernel import clock, crypto
from tests.factories.directory import make_county, make_member, staff_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def page(settings, tmp_path):
    settings.DATA = tmp_path

    def page(role: str):
        client = Client()
        client.force_login(staff_user(role, make_county()), backend=BACKEND)
        return client.get(reverse("jobs:system"))

    return page


def test_the_system_administrator_sees_state_and_no_secret(page, now):
    member = make_member()
    shown = page(Role.SYSTEM_ADMIN).content.decode()
    assert "还没有备份记录" in shown
    assert member.name not in shown
    ring = crypto.keys()
    assert ring.django_secret not in shown
    system.note_backup(now, 4096)
    shown = page(Role.SYSTEM_ADMIN).content.decode()
    assert "4,096" in shown
    assert f"{clock.local(now):%Y-%m-%d %H:%M}" in shown


def test_a_broken_note_of_a_backup_is_none(page, tmp_path):
    (tmp_path / system.LAST_BACKUP).write_text(json.dumps(["x"]))
    assert page(Role.SYSTEM_ADMIN).status_code == 200


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM_ADMIN}))
def test_others_find_no_such_page(page, role):
    assert page(role).status_code == 404
