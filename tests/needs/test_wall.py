"""The wall: what suits a member first, what they chose last, search, and the way to a claim."""

from datetime import timedelta

import pytest
from django.test import Client

from allhours.kernel import clock
from allhours.needs import actions, settled
from allhours.needs.queries.limits import categories, skills
from allhours.needs.queries.wall import skilled_in
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.needs import SYSTEM, make_claim, make_delivered, make_open_wish

pytestmark = pytest.mark.django_db


def a_member(**over):
    member = make_member(**over)
    member_actor(member)
    client = Client()
    client.force_login(member.user)
    return member, client


def titles(client: Client, address: str = "/wishes/") -> list[str]:
    return [card.title for card in client.get(address).context["wall"].cards]


def test_what_suits_a_member_comes_before_what_is_newer() -> None:
    now, community = clock.now(), make_community()
    wanted, other = list(categories(now))[:2]
    early = now - timedelta(days=3)
    make_open_wish(now=early, title="愿意做的", category=wanted)
    make_open_wish(community, now=early - timedelta(days=1), title="本社区的", category=other)
    make_open_wish(now=now, title="别处的", category=other)
    _, client = a_member(serving_community=community, wishes_to_serve=[wanted])
    assert titles(client) == ["本社区的", "愿意做的", "别处的"]
    assert [card.why for card in client.get("/wishes/").context["wall"].cards] == [
        "",
        "您愿意做的",
        "",
    ]
    assert titles(client, "/wishes/?fits=no") == ["别处的", "愿意做的", "本社区的"]
    assert titles(Client()) == ["别处的", "愿意做的", "本社区的"]


def test_a_skill_is_of_use_where_its_title_points_to() -> None:
    now = clock.now()
    known = skills(now)
    found = {code: skilled_in([code], now) for code in known}
    assert any(found.values())
    assert all(each <= set(categories(now)) for each in found.values())
    assert skilled_in(["no-such"], now) == frozenset()


def test_a_wish_that_needs_the_members_skill_says_so() -> None:
    now = clock.now()
    code = next(each for each in skills(now) if skilled_in([each], now))
    (category,) = skilled_in([code], now)
    make_open_wish(now=now, title="用得上", category=category)
    _, client = a_member(skills=[code])
    assert client.get("/wishes/").context["wall"].cards[0].why == "用得上您的特长"


def test_what_a_member_chose_is_remembered_for_them_alone() -> None:
    now, one = clock.now(), make_community()
    make_open_wish(one, now=now, title="甲处")
    make_open_wish(now=now, title="乙处")
    _, client = a_member()
    chosen = f"/wishes/?state=open&community={one.pk}&category=&fits=no"
    assert titles(client, chosen) == ["甲处"]
    assert titles(client) == ["甲处"]
    assert "按您上次选的条件显示" in client.get("/wishes/").content.decode()
    other, _ = a_member()
    client.force_login(other.user)  # on the same device
    assert sorted(titles(client)) == ["乙处", "甲处"]
    client.logout()
    assert sorted(titles(client)) == ["乙处", "甲处"]


def test_remembered_choice_can_be_taken_back() -> None:
    now, one = clock.now(), make_community()
    make_open_wish(one, now=now, title="甲处")
    make_open_wish(now=now, title="乙处")
    _, client = a_member()
    client.get(f"/wishes/?community={one.pk}")
    client.get("/wishes/?state=working&page=2")  # no choice of what to see: remembers nothing
    assert titles(client) == ["甲处"]
    assert len(titles(client, "/wishes/?state=open&fits=yes&community=&category=")) == 2
    assert len(titles(client)) == 2


def test_a_guest_and_a_tampered_cookie_are_remembered_nothing() -> None:
    make_open_wish(now=clock.now(), title="甲处")
    guest = Client()
    guest.get("/wishes/?community=1&fits=no")
    assert "wall" not in guest.cookies
    _, client = a_member()
    client.cookies["wall"] = "community=1:forged"
    assert titles(client) == ["甲处"]


def test_search_looks_into_public_text_and_code_only() -> None:
    now = clock.now()
    wish = make_open_wish(now=now, title="想修一扇窗")
    make_open_wish(now=now, title="想要一副老花镜")
    assert titles(Client(), "/wishes/?words=窗") == ["想修一扇窗"]
    assert titles(Client(), f"/wishes/?words={wish.code.lower()}") == ["想修一扇窗"]
    assert titles(Client(), "/wishes/?words=欧阳密封") == []  # the resident's own words and name
    counts = Client().get("/wishes/?words=窗").context["wall"].counts
    assert counts["open"] == 1


def test_a_guests_tap_leads_to_the_sign_in_and_back_to_the_wish() -> None:
    wish = make_open_wish(now=clock.now())
    page = Client().get("/wishes/").content.decode()
    assert f'href="/sign-in/?next=/wishes/{wish.code}/"' in page


def test_a_wish_for_several_says_so_and_how_many_are_wanted() -> None:
    now = clock.now()
    wish = make_open_wish(now=now, places=3)
    make_claim(wish, now=now)
    page = Client().get("/wishes/").content.decode()
    assert "3 人一起办" in page
    assert "还有 2 个名额" in page


def test_done_ones_say_when_and_how_well() -> None:
    now = clock.now()
    claim = make_claim(make_open_wish(now=now - timedelta(hours=5)), now=now - timedelta(hours=5))
    wish = make_delivered(claim, now=now - timedelta(hours=5)).wish
    actions.confirm_by_resident(actor=SYSTEM, wish=wish, rating=3, now=now)
    page = Client().get("/wishes/?state=done").content.decode()
    assert "办结 · 满意" in page


def test_news_of_a_claim_is_done_once_it_was_delivered() -> None:
    now = clock.now()
    claim = make_claim(make_open_wish(now=now), now=now)
    code = claim.wish.code
    assert settled.handed_in({code}) == set()
    make_delivered(claim, now=now)
    assert settled.handed_in({code}) == {code}
