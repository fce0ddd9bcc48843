from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from allhours.accounts.actor import Actor
from allhours.accounts.models import User
from allhours.kernel.codes import public_code
from allhours.kernel.crypto import seal
from allhours.notifications import texts
from allhours.notifications.models import Contact
from allhours.notifications.queries import contacts
from tests.factories.directory import make_user

texts.register({"test_thing": "心愿 %(code)s 有了进展"})
texts.register({"test_task": "请办理 %(code)s"}, category=texts.ACTION, title="测试")
texts.register({"test_alarm": "账号有变化"}, category=texts.SECURITY)


@pytest.fixture
def mail_on(settings: Any) -> None:
    settings.ALLHOURS_MAIL_FROM = "notice@dj.example.gov.cn"
    settings.ALLHOURS_SITE = "https://dj.example.gov.cn"


@pytest.fixture
def reader(db: None) -> User:
    return make_user(username="reader")


def actor_for(user: User) -> Actor:
    return Actor(user_id=user.pk)


@pytest.fixture
def reachable(db: None, mail_on: None, now: datetime) -> Callable[..., Contact]:
    """`reachable(user, **over)`: the user's confirmed address and choices."""

    def make(user: User, address: str = "reader@example.com", **over: Any) -> Contact:
        values = {
            "code": public_code(16),
            "address_sealed": seal(address, contacts.ADDRESS),
            "confirmed_at": now,
        }
        return Contact.objects.create(user=user, **values | over)

    return make
