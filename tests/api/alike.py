"""What page and API are asked alike: somebody, a page, an operation, and the code expected."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from allhours.accounts.models import JournalEntry, User
from allhours.directory.models import Member
from allhours.kernel import clock
from tests.factories.api import Caller
from tests.factories.directory import member_actor


@dataclass
class Try:
    code: str
    user: User
    page: str
    api: str
    sent: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None


Case = Callable[[], Try]


def user_of(member: Member) -> User:
    member_actor(member)
    assert member.user is not None
    return member.user


def now():
    return clock.now()


def today():
    return clock.local_date(now())


def refused_alike(make: Case) -> None:
    """The same code and sentence from both, and nothing done."""
    tried = make()
    before = JournalEntry.objects.count()
    browser = Client()
    browser.force_login(tried.user)
    page = browser.post(tried.page, tried.sent, follow=True)
    told = Caller(tried.user).post(tried.api, tried.body)
    reasons = told.json().get("refusals", [])
    assert (told.status_code, [reason["code"] for reason in reasons]) == (409, [tried.code])
    assert reasons[0]["text"] in html.unescape(page.content.decode())
    done = JournalEntry.objects.exclude(did="token.issued").count()
    assert done == before
