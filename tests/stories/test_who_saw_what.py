"""One wish from the telephone to the follow-up call; the desk reads who did and who saw what."""

import html
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.models import Claim, FollowUp, Wish
from tests.factories.api import Caller
from tests.factories.directory import make_community, make_member, member_actor, staff_user
from tests.factories.needs import (
    NOW,
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    SYSTEM,
    delivery,
    public_text,
)

pytestmark = pytest.mark.django_db
SECRETS = (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS)


class Hour:
    """The clock of the story: every step is an hour later."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now


def page(response) -> str:
    assert response.status_code == 200, response
    return html.unescape(response.content.decode())


def tells(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


@pytest.fixture
def hour(monkeypatch) -> Hour:
    clock_ = Hour(NOW - timedelta(hours=9))
    monkeypatch.setattr(clock, "now", lambda: clock_.now)
    return clock_


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def timeline(text: str) -> list[tuple[str, str]]:
    """What and who of each line of 经过, the oldest first."""
    part = text[text.index("经过</h2>") :]
    lines = re.findall(r"<li.*?</li>", part, re.S)
    plain = [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]
    return list(reversed(plain))


def test_wish_from_the_telephone_to_the_follow_up_tells_who_saw_what(hour, monkeypatch) -> None:
    community = make_community()
    grid = staff_user(Role.GRID_WORKER, community, display_name="网格员甲")
    desk = staff_user(Role.COMMUNITY_SECRETARY, community, display_name="书记乙")
    helper, other = (make_member(serving_community=community, name=n) for n in ("党员丙", "党员丁"))
    for each in (helper, other):
        member_actor(each)
    at_desk, by_grid = browser(desk), browser(grid)
    by_helper, by_other = browser(helper.user), browser(other.user)
    theirs, others = Caller(helper.user), Caller(other.user)

    hour()
    noted = by_grid.post(
        "/desk/wishes/new/",
        {
            "community": community.pk,
            "origin": "hotline",
            "words": SECRET_WORDS,
            "name": SECRET_NAME,
            "phone": SECRET_PHONE,
            "address": SECRET_ADDRESS,
            "wisher_kind": "elder",
            "consent": "on",
            "consent_read": "on",
        },
        follow=True,
    )
    assert Wish.objects.exists(), page(noted)[-3000:]
    wish = Wish.objects.get()
    assert wish.origin == "hotline"
    address, mine = f"/desk/wishes/{wish.code}/", f"/me/wishes/{wish.code}/"
    hour()
    assert tells(page(at_desk.post(f"{address}open/", {"purpose": "verify"})))
    hour()
    text = public_text(clock.now())
    given = {"title": text.title, "category": text.category, "wisher_kind": "elder", "places": 1}
    at_desk.post(f"{address}check/", given | {"decide": "1"})
    hour()
    at_desk.post(f"{address}publish/", {"at": ""})

    # nobody reads who it is before the grant
    assert by_helper.post(f"{mine}wisher/").status_code == 404
    hour()
    by_other.post(f"/wishes/{wish.code}/claim/")
    lost = Claim.objects.get()
    assert theirs.post(f"/claims/{lost.pk}/wisher/").status_code == 404
    hour()
    assert tells(others.post(f"/claims/{lost.pk}/wisher/").content.decode("unicode_escape"))
    hour()
    by_other.post(f"{mine}give-back/", {"reason": "personal"})
    lost.refresh_from_db()
    assert lost.state == "withdrawn"
    # nor after giving it back
    assert not tells(page(by_other.post(f"{mine}wisher/", follow=True)))
    refused = others.post(f"/claims/{lost.pk}/wisher/")
    assert (refused.status_code, refused.json()["refusals"][0]["code"]) == (
        409,
        "claim.sight_ended",
    )

    hour()
    by_helper.post(f"/wishes/{wish.code}/claim/")
    claim = Claim.objects.get(member=helper)
    assert claim.state == "live"
    hour()
    assert tells(page(by_helper.post(f"{mine}wisher/")))
    hour()
    by_helper.post(f"{mine}contact/")
    claimed_at = hour.now
    for _ in range(3):
        hour()
    actions.deliver_claim(
        actor=member_actor(helper), claim=claim, delivery=delivery(claimed_at), now=clock.now()
    )
    hour()
    at_desk.post(f"{address}confirm/")
    monkeypatch.setattr("allhours.needs.rules.follow_ups.drawn", lambda code, percent: True)
    hour()
    actions.draw_follow_ups(actor=SYSTEM, now=clock.now())
    hour()
    assert tells(page(at_desk.post(f"{address}open/", {"purpose": "follow_up"})))
    hour()
    at_desk.post(
        f"/desk/follow-ups/{wish.code}/", {"result": "reached", "satisfied": 3, "matches": "1"}
    )
    assert FollowUp.objects.get().result == "reached"

    shown = timeline(page(at_desk.get(address)))
    expected = [
        ("登记心愿", "网格员甲"),
        ("（核实心愿）", "书记乙"),
        ("核实通过", "书记乙"),
        ("发布", "书记乙"),
        ("认领", "党员丁"),
        ("（认领后办理）", "党员丁"),
        ("退回认领", "党员丁"),
        ("认领", "党员丙"),
        ("（认领后办理）", "党员丙"),
        ("已联系心愿人", "党员丙"),
        ("登记办理完成", "党员丙"),
        ("确认办结", "书记乙"),
        ("回访", "系统"),
        ("（办结回访）", "书记乙"),
        ("回访", "书记乙"),
    ]
    assert len(shown) == len(expected), shown
    for line, (what, who) in zip(shown, expected, strict=True):
        assert what in line, (line, what)
        assert who in line, (line, who)
    assert not tells(" ".join(shown))
