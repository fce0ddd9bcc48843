"""Pages: one address each for public, member and desk; constant numbers of queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.models import Claim, FloodCount, Post, Wish
from tests.factories.directory import make_community, make_member, member_actor, staff_user
from tests.factories.needs import (
    SECRET_PHONE,
    SYSTEM,
    delivery,
    make_claim,
    make_open_wish,
    make_post,
    note_wish,
    public_text,
)

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_member(**over):
    member = make_member(**over)
    member_actor(member)
    return member, client_of(member.user)


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is made once, is made
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def one_of_each(community, member, now) -> None:
    """A wish in each column, one in the member's hand, and a post."""
    note_wish(community, now=now)
    make_open_wish(community, now=now)
    make_open_wish(community, now=now, at=now + timedelta(days=1))
    make_claim(make_open_wish(community, now=now), now=now)
    claim = make_claim(make_open_wish(community, now=now), now=now - timedelta(hours=5))
    actions.deliver_claim(
        actor=member_actor(claim.member),
        claim=claim,
        delivery=delivery(now - timedelta(hours=5)),
        now=now - timedelta(hours=1),
    )
    waiting = make_claim(make_open_wish(community, now=now), now=now)
    actions.join_queue(actor=member_actor(member), wish=waiting.wish, now=now)
    make_post(community, now=now, item=public_text(now).category)


@pytest.mark.parametrize(
    ("address", "who", "most"),
    [
        ("/wishes/", "public", 8),
        ("/wishes/", "member", 15),
        ("/wishes/?state=working", "public", 8),
        ("/menu/", "public", 6),
        ("/menu/", "member", 15),
        ("/menu/?free=yes", "public", 8),
        ("/menu/?fits=yes", "member", 15),
        ("/menu/items/{item}/", "member", 15),
        ("/me/wishes/", "member", 10),
        ("/me/posts/", "member", 12),
        ("/desk/wishes/", "staff", 15),
        ("/desk/wishes/all/claimed/", "staff", 15),
        ("/desk/posts/", "staff", 15),
    ],
)
def test_lists_ask_the_same_number_of_questions(address, who, most) -> None:
    now, community = clock.now(), make_community()
    address = address.format(item=public_text(now).category)
    member, as_member = a_member(serving_community=community)
    clients = {
        "public": Client(),
        "member": as_member,
        "staff": client_of(staff_user(Role.COMMUNITY_STAFF, community)),
    }
    one_of_each(community, member, now)
    with_one = queries(clients[who], address)
    for _ in range(2):
        one_of_each(community, member, now)
    assert queries(clients[who], address) == with_one
    assert with_one <= most


def test_one_wish_asks_few_questions() -> None:
    now, community = clock.now(), make_community()
    claim = make_claim(make_open_wish(community, now=now), now=now)
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    _, reader = a_member()
    code = claim.wish.code
    assert queries(reader, f"/wishes/{code}/") <= 15
    assert queries(staff, f"/desk/wishes/{code}/") <= 15
    assert queries(client_of(claim.member.user), f"/me/wishes/{code}/") <= 12


def test_wall_shows_ones_own_community_first() -> None:
    now, mine = clock.now(), make_community()
    own = make_open_wish(mine, now=now - timedelta(days=3), title="本社区的心愿")
    other = make_open_wish(now=now, title="别处的心愿")
    _, client = a_member(serving_community=mine)
    page = client.get("/wishes/").content.decode()
    assert page.index(own.title) < page.index(other.title)
    page = Client().get("/wishes/").content.decode()
    assert page.index(other.title) < page.index(own.title)


def test_wall_filters_by_state_community_and_category() -> None:
    now = clock.now()
    one, two = make_open_wish(now=now, title="甲心愿"), make_open_wish(now=now, title="乙心愿")
    make_claim(make_open_wish(now=now, title="丙心愿"), now=now)

    def shown(query: str) -> set[str]:
        page = Client().get(f"/wishes/?{query}").content.decode()
        return set(re.findall("[甲乙丙]心愿", page))

    assert shown("") == {"甲心愿", "乙心愿"}
    assert shown("state=working") == {"丙心愿"}
    assert shown(f"community={one.community_id}") == {"甲心愿"}
    assert shown(f"category={two.category}") == {"甲心愿", "乙心愿"}
    assert shown("category=none") == set()
    assert shown("state=x&community=y&page=z") == {"甲心愿", "乙心愿"}


def test_wall_announces_scheduled_wishes_and_tells_who_comes_early() -> None:
    now = clock.now()
    make_open_wish(now=now)
    assert "即将开放" not in Client().get("/wishes/").content.decode()
    wish = make_open_wish(now=now, at=now + timedelta(hours=1), title="节日心愿")
    assert "节日心愿" not in Client().get("/wishes/").content.decode()
    assert "节日心愿" in Client().get("/wishes/?state=soon").content.decode()
    _, client = a_member()
    early = client.post(f"/wishes/{wish.code}/claim/")
    assert early.status_code == 200
    assert "届时再来" in early.content.decode()
    Wish.objects.filter(pk=wish.pk).update(publish_at=now)
    assert "认领成功" in client.post(f"/wishes/{wish.code}/claim/", follow=True).content.decode()


def test_wall_at_the_limit_says_so_and_offers_no_button() -> None:
    now = clock.now()
    member, client = a_member()
    make_open_wish(now=now)
    assert "/claim/" in client.get("/wishes/").content.decode()
    for _ in range(2):
        make_claim(make_open_wish(now=now), member, now=now)
    page = client.get("/wishes/").content.decode()
    assert "已达上限" in page
    assert "/claim/" not in page


def test_claim_needs_a_sign_in_and_a_post() -> None:
    wish = make_open_wish(now=clock.now())
    address = f"/wishes/{wish.code}/claim/"
    assert Client().post(address).headers["Location"].startswith("/sign-in/")
    _, client = a_member()
    assert client.get(address).headers["Location"] == f"/wishes/{wish.code}/"
    assert Claim.objects.count() == 0


def test_desk_is_not_for_members_nor_for_other_communities() -> None:
    wish = make_open_wish(now=clock.now())
    _, member = a_member()
    stranger = client_of(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert member.get("/desk/wishes/").status_code == 404
    for address in ("", "open/", "check/", "publish/", "decline/", "confirm/"):
        asked = stranger.post if address else stranger.get
        assert asked(f"/desk/wishes/{wish.code}/{address}").status_code == 404


def test_an_inspector_looks_and_changes_nothing() -> None:
    from tests.factories.directory import make_county

    wish = note_wish(now=clock.now()).wish
    client = client_of(staff_user(Role.INSPECTOR, make_county()))
    page = client.get(f"/desk/wishes/{wish.code}/").content.decode()
    assert SECRET_PHONE[-4:] not in page
    assert wish.code in page
    assert 'action="/desk/' not in page
    answer = client.post(f"/desk/wishes/{wish.code}/decline/", {"reason": "不"}, follow=True)
    assert "您的职务不能办理此事" in answer.content.decode()
    wish.refresh_from_db()
    assert wish.state == "noted"
    shown = [client.get(f"/desk/{page}/").content.decode() for page in ("wishes", "posts")]
    assert [link in page for page in shown for link in ("wishes/new/", "posts/new/")] == [False] * 4
    forms = ("/desk/wishes/new/", "/desk/posts/new/")
    assert [client.get(form).status_code for form in forms] == [404, 404]
    officer = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    assert "/desk/wishes/new/" in officer.get("/desk/wishes/").content.decode()
    assert "/desk/posts/new/" in officer.get("/desk/posts/").content.decode()
    assert [officer.get(form).status_code for form in forms] == [200, 200]


def test_the_list_of_posts_is_filtered_and_exported_as_shown() -> None:
    community = make_community()
    now = clock.now()
    post = make_post(community, title="健康咨询员", now=now)
    make_post(community, title="楼道保洁员", now=now)
    make_post(make_community(), title="健康顾问", now=now)
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    shown = client.get("/desk/posts/", {"words": "健康"}).content.decode()
    assert f"/desk/posts/{post.code}/" in shown
    assert "楼道保洁员" not in shown
    answer = client.get("/desk/posts/", {"words": "健康", "export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("健康咨询员")


# ---- the public form -----------------------------------------------------------------------


def wish_values(client: Client, community, **over) -> dict[str, str]:
    page = client.get("/wishes/new/").content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    return {
        "stamp": stamp,
        "words": "想要一副老花镜",
        "name": "王大妈",
        "phone": "13800138000",
        "community": str(community.pk),
        "consent": "on",
    } | over


def test_wish_form_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    client, community = Client(), make_community()
    values = wish_values(client, community, phone="123", words="一句我不想重打的话")
    answer = client.post("/wishes/new/", values).content.decode()
    assert "联系电话不对" in answer
    assert "一句我不想重打的话" in answer
    client.post("/wishes/new/", wish_values(client, community))
    assert Wish.objects.count() == 1


def test_wish_form_for_a_child_wants_the_guardian() -> None:
    client, community = Client(), make_community()
    child = wish_values(client, community, is_minor="on")
    answer = client.post("/wishes/new/", child).content.decode()
    assert "监护人姓名：请填写这一项。" in answer
    assert "须由监护人填写" in answer
    assert Wish.objects.count() == 0
    guarded = child | {
        "guardian_name": "李妈妈",
        "guardian_relation": "parent",
        "guardian_consents": "on",
    }
    assert client.post("/wishes/new/", guarded).status_code == 302
    assert (Wish.objects.get().consent_by, Wish.objects.get().is_minor) == ("guardian", True)


def test_wish_form_sent_twice_is_one_wish() -> None:
    client, community = Client(), make_community()
    values = wish_values(client, community)
    assert client.post("/wishes/new/", values).status_code == 302
    assert "已经收到" in client.post("/wishes/new/", values).content.decode()
    assert Wish.objects.count() == 1


def test_wish_form_without_a_sound_stamp_or_with_the_trap_filled_is_not_taken() -> None:
    client, community = Client(), make_community()
    values = wish_values(client, community)
    for wrong in ({"stamp": "x"}, {"leave_empty": "http://spam"}):
        assert client.post("/wishes/new/", values | wrong).status_code == 200
    assert Wish.objects.count() == 0


def test_wish_form_withstands_a_flood_without_a_puzzle() -> None:
    client, community = Client(), make_community()
    answers = [
        client.post(
            "/wishes/new/", wish_values(client, community, phone=f"138001380{n:02}")
        ).status_code
        for n in range(22)
    ]
    assert answers == [302] * 20 + [429] * 2  # sent faster than people write
    assert Wish.objects.count() == 20
    assert "127.0.0.1" not in str(list(FloodCount.objects.values()))


def test_follow_code_is_told_once_and_asked_by_post() -> None:
    client, community = Client(), make_community()
    told = client.post("/wishes/new/", wish_values(client, community), follow=True)
    code = re.findall(r'class="code">([^<]+)<', told.content.decode())[1]
    assert Wish.objects.get().follow_hash != code
    client.cookies.clear()
    assert client.get("/wishes/new/done/").status_code == 302
    assert "想要一副老花镜" not in client.get(f"/follow/?code={code}").content.decode()
    assert "想要一副老花镜" in client.post("/follow/", {"code": code}).content.decode()


def test_follow_refuses_unknown_codes_and_too_many_of_them() -> None:
    client = Client()
    answers = [client.post("/follow/", {"code": "2222-3333-4444"}) for _ in range(32)]
    assert "没有查到" in answers[0].content.decode()
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 2


def test_follow_lets_the_resident_withdraw_and_hide() -> None:
    now = clock.now()
    noted, opened = note_wish(now=now), note_wish(now=now)
    wish = actions.verify_wish(actor=SYSTEM, wish=opened.wish, text=public_text(now), now=now)
    actions.publish_wish(actor=SYSTEM, wish=wish, now=now)
    client = Client()
    client.post("/follow/", {"code": noted.follow_code, "do": "withdraw"})
    client.post("/follow/", {"code": opened.follow_code, "do": "hide"})
    noted.wish.refresh_from_db()
    assert noted.wish.state == "withdrawn"
    assert client.get(f"/wishes/{wish.code}/").status_code == 404


# ---- the desk ------------------------------------------------------------------------------


def test_desk_notes_a_wish_and_hands_over_the_code() -> None:
    community = make_community()
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    assert staff.get("/desk/wishes/new/").status_code == 200
    values = {
        "origin": "visit",
        "wisher_kind": "elder",
        "words": "想理个发",
        "name": "老张",
        "phone": "",
        "community": community.pk,
        "consent": "on",
    }
    page = staff.post("/desk/wishes/new/", values).content.decode()
    wish = Wish.objects.get()
    assert wish.code in page
    assert (wish.origin, wish.consent_by) == ("visit", "spoken")


def test_desk_schedules_releases_and_extends() -> None:
    now, community = clock.now(), make_community()
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    wish = note_wish(community, now=now).wish
    actions.verify_wish(actor=SYSTEM, wish=wish, text=public_text(now), now=now)
    at = clock.local(now + timedelta(days=2))
    staff.post(f"/desk/wishes/{wish.code}/publish/", {"at": f"{at:%Y-%m-%dT%H:%M}"})
    wish.refresh_from_db()
    assert wish.state == "scheduled"
    staff.post(f"/desk/wishes/{wish.code}/unschedule/")
    staff.post(f"/desk/wishes/{wish.code}/publish/", {"at": ""})
    claim = make_claim(wish, now=now)
    staff.post(f"/desk/claims/{claim.pk}/extend/", {"days": "7"})
    staff.post(f"/desk/claims/{claim.pk}/release/", {"reason": "久未联系"})
    claim.refresh_from_db()
    assert (claim.state, claim.extended, claim.end_reason) == ("released", 1, "久未联系")


def test_board_marks_what_waits_too_long() -> None:
    now, community = clock.now(), make_community()
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    note_wish(community, now=now)
    assert "超期未" not in staff.get("/desk/wishes/").content.decode()
    note_wish(community, now=now - timedelta(days=14))
    make_open_wish(community, now=now - timedelta(days=16))
    make_claim(make_open_wish(community, now=now), now=now - timedelta(hours=25))
    page = staff.get("/desk/wishes/").content.decode()
    assert [word in page for word in ("超期未核实", "久未认领", "超期未联系")] == [True] * 3


def test_post_edit_never_below_those_on_it() -> None:
    now, community = clock.now(), make_community()
    staff = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    post = make_post(community, now=now, places=2)
    for _ in range(2):
        actions.take_post(actor=member_actor(make_member()), post=post, now=now)
    values = {"title": "改名", "places": 1, "item": ""}
    page = staff.post(f"/desk/posts/{post.code}/edit/", values).content.decode()
    assert "已有 2 人在岗" in page
    staff.post(f"/desk/posts/{post.code}/edit/", values | {"places": 3})
    assert Post.objects.values_list("title", "places").get() == ("改名", 3)
