"""What page and API are asked alike: somebody, a page, an operation, and the code expected."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from allhours.accounts.models import JournalEntry, User
from allhours.directory.models import Member
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from tests.factories.api import Caller
from tests.factories.directory import member_actor

ACTIONS = "allhours.needs.actions."


@dataclass
class Try:
    code: str
    user: User | None  # None: nobody in particular
    page: str
    api: str
    sent: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None


Case = Callable[[], Try]


@dataclass
class Told:
    """The action and the code that a case is about. `asked`: the page's form asks first, in the
    rule's own words, so that the action is not come to."""

    action: str
    code: str
    make: Case
    asked: bool = False


class Table(list[Told]):
    """`@TABLE.case("claims.claim_wish", "claim.too_many")`."""

    def case(self, action: str, code: str, *, asked: bool = False) -> Callable[[Case], Case]:
        def put(make: Case) -> Case:
            self.append(Told(action, code, make, asked))
            return make

        return put


def user_of(member: Member) -> User:
    member_actor(member)
    assert member.user is not None
    return member.user


def now():
    return clock.now()


def today():
    return clock.local_date(now())


@contextmanager
def refusals_seen() -> Iterator[dict[str, set[str]]]:
    """Code → the public actions of needs that were at work when it was refused."""
    seen: dict[str, set[str]] = {}
    usual = Refused.__init__

    def noting(self: Refused, *reasons: Any) -> None:
        frame, at_work = sys._getframe(1), set()
        while frame is not None:
            room = frame.f_globals.get("__name__", "")
            if room.startswith(ACTIONS) and not frame.f_code.co_name.startswith("_"):
                at_work.add(f"{room.removeprefix(ACTIONS)}.{frame.f_code.co_name}")
            frame = frame.f_back
        for reason in reasons:
            seen.setdefault(reason.code, set()).update(at_work)
        usual(self, *reasons)

    Refused.__init__ = noting
    try:
        yield seen
    finally:
        Refused.__init__ = usual


def refused_alike(make: Case, *, action: str = "", asked: bool = False) -> None:
    """The same code and sentence from both, by the same action, and nothing done."""
    tried = make()
    before = JournalEntry.objects.count()
    browser = Client()
    if tried.user is not None:
        browser.force_login(tried.user)
    with refusals_seen() as by_page:
        page = browser.post(tried.page, tried.sent, follow=True)
    with refusals_seen() as by_api:
        told = Caller(tried.user).post(tried.api, tried.body)
    reasons = told.json().get("refusals", [])
    assert (told.status_code, [reason["code"] for reason in reasons]) == (409, [tried.code])
    assert reasons[0]["text"] in html.unescape(page.content.decode())
    if action:
        assert action in by_api[tried.code]
    if action and not asked:
        assert action in by_page[tried.code]
    done = JournalEntry.objects.exclude(did="token.issued").count()
    assert done == before
