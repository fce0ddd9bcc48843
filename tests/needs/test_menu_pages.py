"""The public menu: items with counts, posts of one, filters, pages, and the way from home."""

import re

import pytest
from django.test import Client

from allhours.kernel import clock
from allhours.needs import actions
from tests.factories.directory import make_community, make_member, member_actor
from tests.factories.needs import make_post, public_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return clock.now()


def shown(query: str, client: Client | None = None, item: str = "") -> set[str]:
    address = f"/menu/items/{item}/?{query}" if item else f"/menu/?{query}"
    page = (client or Client()).get(address).content.decode()
    return set(re.findall("[甲乙丙丁]岗", page))


def test_the_menu_lists_items_with_what_is_left_and_no_posts(now) -> None:
    item = public_text(now).category
    make_post(now=now, item=item, title="甲岗", places=3)
    make_post(now=now, item=item, title="乙岗", places=2)
    make_post(now=now, title="丙岗", places=1)
    page = Client().get("/menu/").content.decode()
    tile = page.split(f"/menu/items/{item}/")[1].split("</li>")[0]
    assert "还缺 5 人" in tile
    assert "2 个岗位" in tile
    assert "/menu/items/-/" in page
    assert shown("") == set()
    assert shown("", item="-") == {"丙岗"}
    assert Client().get("/menu/items/no_such/").status_code == 404


def test_posts_are_narrowed_by_community_time_skill_places_and_fit(now) -> None:
    item, here = public_text(now).category, make_community()
    make_post(here, now=now, title="甲岗", item=item, weekly=("weekend",), skills=("law",))
    make_post(now=now, title="乙岗", item=item, weekly=("evening",), places=1)
    full = make_post(now=now, title="丙岗", places=1)
    actions.take_post(actor=member_actor(make_member()), post=full, now=now)
    assert shown("", item=item) == {"甲岗", "乙岗"}
    assert shown(f"community={here.pk}") == {"甲岗"}
    assert shown("time=weekend") == {"甲岗"}
    assert shown("time=evening") == {"乙岗"}
    assert shown("skill=law") == {"甲岗"}
    assert shown("skill=no-such") == set()
    assert shown("free=yes") == {"甲岗", "乙岗"}
    member = make_member(serving_community=here)
    member_actor(member)
    client = Client()
    client.force_login(member.user)
    assert shown("fits=yes", client) == {"甲岗"}
    page = client.get("/menu/?fits=yes").content.decode()
    assert "您服务的社区" in page
    for odd in ("community=%E7%94%B2", "page=0", "page=99999", "time=%22", "skill=%25"):
        assert Client().get(f"/menu/?{odd}").status_code == 200


def test_a_long_list_has_pages_that_keep_the_filter_and_full_posts_last(now) -> None:
    item = public_text(now).category
    first = make_post(now=now, item=item, title="甲岗", places=1)
    for n in range(25):
        make_post(first.community, now=now, item=item, title=f"岗位{n:02}")
    actions.take_post(actor=member_actor(make_member()), post=first, now=now)
    page = Client().get(f"/menu/?free=&community={first.community_id}").content.decode()
    assert page.count("还缺") == 24
    assert "第 1–24 个，共 26 个" in page
    more = re.search(r'rel="next" href="([^"]*)"', page)[1].replace("&amp;", "&")
    assert f"community={first.community_id}" in more
    last = Client().get(f"/menu/{more}").content.decode()
    assert "甲岗" in last
    assert "已满" in last
