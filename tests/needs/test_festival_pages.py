"""What people see of a festival: public page, wall, home, desk; nobody's facts, few queries."""

import html
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.actions import festivals
from allhours.needs.models import Festival, Wish
from allhours.needs.queries.festivals import span_words
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    member_actor,
    staff_user,
)
from tests.factories.festivals import HOUR, announced, gather, plan, running, verified_wish
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    SYSTEM,
    make_claim,
)

pytestmark = pytest.mark.django_db


def as_(user=None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def a_member(**over):
    member = make_member(**over)
    member_actor(member)
    return member


def seen(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.content.decode())


def address(festival: Festival) -> str:
    return f"/wishes/themes/{festival.code}/"


def test_a_plan_is_unknown_to_the_public_until_it_is_announced() -> None:
    now, wish = clock.now(), verified_wish(now=clock.now())
    festival = gather(plan(now=now), wish, now=now)
    assert as_().get(address(festival)).status_code == 404
    assert festival.title not in seen(as_(), "/wishes/themes/")
    festivals.announce_festival(actor=SYSTEM, festival=festival, now=now)
    for path in (address(festival), "/wishes/themes/", "/wishes/", "/"):
        assert festival.title in seen(as_(), path), path


def test_before_the_hour_the_page_tells_it_and_its_buttons_wait() -> None:
    now = clock.now()
    festival = announced([verified_wish(now=now)], now=now)
    member = seen(as_(a_member().user), address(festival))
    assert "data-at-the-hour hidden" in member
    assert "距开放还有 1 小时 59 分" in member
    assert f'data-opens="{int(festival.opens_at.timestamp())}"' in member
    assert "我来认领" in seen(as_(), address(festival))


def test_once_it_runs_what_is_left_stands_first_and_all_are_told_how_far_it_is() -> None:
    now = clock.now()
    festival, wishes = running(3, now=now)
    make_claim(wishes[0], now=now)
    page = seen(as_(), address(festival))
    assert "已认领 1 / 3" in page
    assert wishes[0].code not in page
    assert wishes[0].code in seen(as_(), address(festival) + "?show=all")
    assert page.count('class="heart heart-taken"') == 1
    assert page.count('class="heart heart-open"') == 2
    for wish in wishes[1:]:
        make_claim(wish, now=now + timedelta(minutes=5))
    assert "3 个心愿在开放后 6 分 0 秒 内全部认领完毕" in seen(as_(), address(festival))


def test_a_member_with_theirs_reads_why_there_is_no_button() -> None:
    now = clock.now()
    festival, wishes = running(2, now=now)
    member = a_member()
    make_claim(wishes[0], member, now=now)
    page = seen(as_(member.user), address(festival))
    assert "每人最多认领 1 个，您已认领 1 个" in page
    assert f'action="/wishes/{wishes[1].code}/claim/"' not in page
    assert f'action="/wishes/{wishes[1].code}/claim/"' not in seen(as_(member.user), "/wishes/")
    assert f'action="/wishes/{wishes[1].code}/claim/"' in seen(as_(a_member().user), "/wishes/")


def test_who_comes_late_is_told_on_the_festivals_page_where_the_others_are() -> None:
    now = clock.now()
    festival, wishes = running(2, now=now)
    make_claim(wishes[0], now=now)
    sent = {"festival": "1"}
    answer = as_(a_member().user).post(f"/wishes/{wishes[0].code}/claim/", sent, follow=True)
    assert answer.redirect_chain == [(address(festival), 302)]
    assert "已被其他同志认领" in answer.content.decode()
    assert wishes[1].code in answer.content.decode()


def test_a_cancelled_festival_says_why() -> None:
    now = clock.now()
    festival = announced([verified_wish(now=now)], now=now)
    festivals.cancel_festival(actor=SYSTEM, festival=festival, reason="与防汛冲突", now=now)
    page = seen(as_(), address(festival))
    assert "与防汛冲突" in page
    assert "我来认领" not in page


def test_no_page_of_a_festival_tells_who_wishes() -> None:
    now, place = clock.now(), make_community()
    festival, _wishes = running(1, community=place, now=now)
    hidden = verified_wish(place, now=now, consent=False, title="不公开的心愿")
    coming = announced([verified_wish(place, now=now), hidden], now=now, title="中秋")
    staff = staff_user(Role.COMMUNITY_STAFF, place)
    pages = [address(festival), address(coming), "/wishes/themes/", "/wishes/", "/"]
    desk = [f"/desk/festivals/{coming.code}/{part}" for part in ("", "gather/", "wishes/")]
    read = [seen(as_(), page) for page in pages]
    read += [seen(as_(staff), page) for page in [*pages, *desk, "/desk/festivals/"]]
    for text in read:
        for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
            assert secret not in text
    assert all("不公开的心愿" not in text for text in read[: len(pages)])
    assert "不公开的心愿" in seen(as_(a_member(residence=place).user), address(coming))


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_and_for_three(count) -> None:
    now, place = clock.now(), make_community()
    festival, _wishes = running(count, community=place, now=now)
    for _ in range(count):
        announced([verified_wish(place, now=now) for _ in range(count)], now=now)
    coming = Festival.objects.latest("pk")
    member, staff = a_member(residence=place), staff_user(Role.COMMUNITY_SECRETARY, place)
    costs = []
    for user, path in (
        (None, address(festival)),
        (member.user, address(festival)),
        (member.user, address(coming)),
        (None, "/wishes/themes/"),
        (staff, "/desk/festivals/"),
        (staff, f"/desk/festivals/{festival.code}/"),
        (staff, f"/desk/festivals/{coming.code}/gather/"),
        (staff, f"/desk/festivals/{festival.code}/wishes/"),
    ):
        client = as_(user)
        with CaptureQueriesContext(connection) as queries:
            seen(client, path)
        costs.append(len(queries))
    assert costs == [6, 15, 15, 4, 9, 10, 14, 11]


# ---- the desk ------------------------------------------------------------------------------


def test_the_desk_plans_gathers_and_announces() -> None:
    now, place = clock.now(), make_community()
    county = as_(staff_user(Role.COUNTY_OFFICER, make_county()))
    desk = as_(staff_user(Role.COMMUNITY_STAFF, place))
    wishes = [verified_wish(place, now=now) for _ in range(2)]
    at = clock.local(now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"title": "“七一”微心愿", "opens_at": at, "claims_each": "1"}
    county.post("/desk/festivals/new/", sent)
    festival = Festival.objects.get()
    path = f"/desk/festivals/{festival.code}/"
    assert "还有 2 个核实过的心愿可以归入" in seen(desk, path)
    chosen = {"wish": [wish.code for wish in wishes], "gather": "1"}
    desk.post(f"{path}gather/", chosen)
    desk.post(f"{path}gather/", {"wish": wishes[0].code, "let_go": "1"})
    assert Wish.objects.filter(festival=festival).count() == 1
    desk.post(f"{path}gather/", {"wish": wishes[0].code, "back": wishes[0].code})
    assert "移出" in seen(desk, f"/desk/wishes/{wishes[0].code}/")
    again = desk.post(f"{path}gather/", {"wish": wishes[0].code, "back": "no such wish"})
    assert again["Location"] == f"{path}gather/"
    assert "公布" in seen(county, path)
    county.post(f"{path}announce/")
    festival.refresh_from_db()
    assert festival.state == "announced"
    later = clock.local(now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    county.post(f"{path}move/", {"opens_at": later})
    assert Wish.objects.filter(publish_at__gt=now + timedelta(days=2, hours=1)).count() == 2
    county.post(f"{path}cancel/", {"reason": "改期"})
    assert set(Wish.objects.values_list("state", "festival")) == {("verified", None)}


def test_figures_tell_each_community_and_the_export_each_wish() -> None:
    now, place = clock.now(), make_community()
    festival, wishes = running(3, community=place, now=now)
    make_claim(wishes[0], now=now)
    county = as_(staff_user(Role.COUNTY_OFFICER, make_county()))
    page = seen(county, f"/desk/festivals/{festival.code}/")
    assert "半数在开放后 1 分 0 秒 内认领" in page
    left = seen(county, f"/desk/festivals/{festival.code}/wishes/?show=left")
    assert wishes[0].code not in left
    assert wishes[1].code in left
    answer = county.get(f"/desk/festivals/{festival.code}/wishes/?export=csv")
    sheet = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line.count(wish.code) for wish in wishes for line in [sheet]] == [1, 1, 1]
    county.post(f"/desk/festivals/{festival.code}/end/")
    assert "没有人认领的 2 个已是普通心愿" in seen(county, f"/desk/festivals/{festival.code}/")


def test_another_community_sees_only_its_own_rows() -> None:
    now, place, other = clock.now(), make_community(), make_community()
    festival = announced(
        [verified_wish(place, now=now, title="甲处的心愿"), verified_wish(other, now=now)], now=now
    )
    own = announced([verified_wish(place, now=now)], now=now, audience=place)
    desk = as_(staff_user(Role.COMMUNITY_SECRETARY, other))
    assert "甲处的心愿" not in seen(desk, f"/desk/festivals/{festival.code}/wishes/")
    assert desk.get(f"/desk/festivals/{own.code}/").status_code == 404
    assert as_(a_member().user).get("/desk/festivals/").status_code == 404


def test_a_length_of_time_is_told_in_two_units() -> None:
    told = [span_words(each) for each in (26 * HOUR, 3.5 * HOUR, timedelta(seconds=61))]
    assert told == ["1 天 2 小时", "3 小时 30 分", "1 分 1 秒"]
