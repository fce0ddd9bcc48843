"""The board: columns, filters kept in the address, ageing, and the next step on the card."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.queries.board import Filters, board
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    SYSTEM,
    delivery,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
    public_text,
)

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_verified(community, now, **text):
    wish = note_wish(community, now=now).wish
    return actions.verify_wish(actor=SYSTEM, wish=wish, text=public_text(now, **text), now=now)


def a_delivered(community, now, title="已送到的心愿"):
    claim = make_claim(make_open_wish(community, now=now, title=title), now=now)
    return make_delivered(claim, now=now).wish


def one_in_each(community, now) -> None:
    note_wish(community, now=now)
    a_verified(community, now)
    make_open_wish(community, now=now)
    make_claim(make_open_wish(community, now=now), now=now)
    a_delivered(community, now - timedelta(hours=4))
    done = a_delivered(community, now - timedelta(hours=4))
    actions.confirm_delivery(actor=SYSTEM, wish=done, now=now)


def shown(actor, now, **filters) -> dict[str, list]:
    return {each.name: each.cards for each in board(actor, Filters(**filters), now)}


def staff_of(community):
    return staff_actor(Role.COMMUNITY_STAFF, community)


@pytest.mark.parametrize("rows", [1, 3])
def test_board_asks_the_same_questions_however_many_wishes(rows) -> None:
    now, community = clock.now(), make_community()
    for _ in range(rows):
        one_in_each(community, now)
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    client.get("/desk/wishes/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/desk/wishes/?late_first=on")
    assert [column.count for column in page.context["columns"]] == [rows] * 6
    assert len(asked) == 14


def test_longest_waiting_stand_first_and_late_ones_before_them_if_asked() -> None:
    now, community = clock.now(), make_community()
    make_open_wish(community, now=now - timedelta(days=2), title="两天")
    make_open_wish(community, now=now - timedelta(days=9), title="九天")
    late = make_open_wish(community, now=now - timedelta(days=1), title="没有联系")
    make_claim(late, now=now - timedelta(hours=25))
    actor = staff_of(community)
    several = make_open_wish(community, now=now - timedelta(days=1), places=2, title="两人")
    make_claim(several, now=now - timedelta(hours=25))
    assert [each.title for each in shown(actor, now)["open"]] == ["九天", "两天", "两人"]
    first = shown(actor, now, late_first=True)["open"]
    assert [each.title for each in first] == ["两人", "九天", "两天"]
    assert [each.late for each in first] == ["超期未联系", "", ""]


def test_filters_narrow_cards_and_counts_alike() -> None:
    now, one = clock.now(), make_community()
    other = make_community(parent=one.parent)
    make_open_wish(one, now=now, title="想要一副老花镜")
    wanted = make_open_wish(other, now=now - timedelta(days=20), title="想修一扇窗")
    actor = staff_actor(Role.COUNTY_OFFICER, make_county())
    for narrowed in (
        {"place": other},
        {"words": "窗"},
        {"words": wanted.code.lower()},
        {"late": True},
    ):
        columns = {each.name: each for each in board(actor, Filters(**narrowed), now)}
        assert [each.code for each in columns["open"].cards] == [wanted.code], narrowed
        assert (columns["open"].count, columns["open"].late) == (1, 1)
    assert len(shown(actor, now, place=one.parent)["open"]) == 2
    assert shown(actor, now, origin="box")["open"] == []
    assert shown(actor, now, category="no-such")["open"] == []


def test_address_keeps_the_filters_and_forgives_what_it_cannot_read() -> None:
    now, community = clock.now(), make_community()
    other = make_community()
    make_open_wish(community, now=now, title="想修一扇窗")
    client = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    page = client.get(f"/desk/wishes/?words=窗&place={community.pk}&column=open")
    assert f'<option value="{community.pk}" selected>' in page.content.decode()
    assert "words=%E7%AA%97&amp;place=" in page.content.decode()
    assert page.context["shown"] == "open"
    page = client.get(f"/desk/wishes/?place={other.pk}9&category=x&column=x&late=")
    assert page.context["columns"][2].count == 1


def test_list_of_a_column_keeps_the_filters_of_the_board() -> None:
    now, community = clock.now(), make_community()
    make_open_wish(community, now=now, title="想修一扇窗")
    make_open_wish(community, now=now, title="想要一副老花镜")
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    page = client.get("/desk/wishes/all/open/?words=窗").content.decode()
    assert "想修一扇窗" in page
    assert "老花镜" not in page


def test_a_card_offers_the_step_that_comes_next() -> None:
    now, community = clock.now(), make_community()
    one_in_each(community, now)
    columns = shown(staff_of(community), now)
    steps = {name: cards[0].steps for name, cards in columns.items()}
    assert steps == {
        "noted": ("check",),
        "verified": ("publish",),
        "open": (),
        "claimed": (),
        "delivered": ("confirm", "send-back"),
        "confirmed": (),
    }
    assert columns["delivered"][0].columns == ("confirmed", "claimed")
    ending = shown(staff_of(community), now + timedelta(days=29))["claimed"][0]
    assert ending.steps == ("extend",)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.GRID_WORKER])
def test_who_does_not_handle_a_wish_is_offered_no_step(role) -> None:
    now, community = clock.now(), make_community()
    one_in_each(community, now)
    place = make_county() if role == Role.INSPECTOR else community
    for cards in shown(staff_actor(role, place), now).values():
        assert [(card.steps, card.columns) for card in cards] == [((), ())] * len(cards)


def test_a_claimer_is_not_offered_to_confirm_and_reads_why() -> None:
    now, community = clock.now(), make_community()
    member = make_member()
    claim = make_claim(make_open_wish(community, now=now), member, now=now - timedelta(hours=5))
    actions.deliver_claim(
        actor=member_actor(member),
        claim=claim,
        delivery=delivery(now - timedelta(hours=5)),
        now=now,
    )
    staff = staff_of(community)
    own = type(staff)(user_id=staff.user_id, member_id=member.pk, grants=staff.grants)
    card = shown(own, now)["delivered"][0]
    assert (card.columns, "confirm" in card.steps) == (("claimed",), False)
    assert any("认领人本人不能确认" in sentence for sentence in card.refused)


def test_a_step_from_the_board_leads_back_to_the_same_board() -> None:
    now, community = clock.now(), make_community()
    wish = a_verified(community, now)
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    here = "/desk/wishes/?words=%E9%95%9C"
    page = client.get(here).content.decode()
    assert f'name="back" value="{here}"' in page
    answer = client.post(f"/desk/wishes/{wish.code}/publish/", {"back": here}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "已发布。" in answer.content.decode()
    again = client.post(f"/desk/wishes/{wish.code}/publish/", {"back": here}, follow=True)
    assert "现在是“待认领”，不能这样办理" in again.content.decode()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/me/", "/desk/wishes//x"]
)
def test_a_step_leads_to_no_foreign_address(back) -> None:
    now, community = clock.now(), make_community()
    wish = a_verified(community, now)
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    answer = client.post(f"/desk/wishes/{wish.code}/publish/", {"back": back})
    assert answer["Location"] == f"/desk/wishes/{wish.code}/"


def test_sending_back_from_the_board_asks_for_a_note() -> None:
    now, community = clock.now(), make_community()
    wish = a_delivered(community, now - timedelta(hours=4))
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    address = f"/desk/wishes/{wish.code}/send-back/"
    answer = client.post(address, {"back": "/desk/wishes/", "reason": ""}, follow=True)
    wish.refresh_from_db()
    assert (wish.state, answer.redirect_chain[0][0]) == ("delivered", "/desk/wishes/")
    client.post(address, {"back": "/desk/wishes/", "reason": "镜片不合适"})
    wish.refresh_from_db()
    assert (wish.state, wish.note) == ("claimed", "镜片不合适")


def test_of_the_done_only_the_last_few_are_shown() -> None:
    now, community = clock.now(), make_community()
    for hours in (30, 20, 10, 5):
        wish = a_delivered(community, now - timedelta(hours=hours + 4), title=f"{hours} 小时前")
        actions.confirm_delivery(actor=SYSTEM, wish=wish, now=now - timedelta(hours=hours))
    column = board(staff_of(community), Filters(), now)[-1]
    assert (column.count, column.more) == (4, 1)
    assert [each.title for each in column.cards] == ["5 小时前", "10 小时前", "20 小时前"]


def test_look_at_a_card_tells_no_secret_and_nothing_of_another_desk() -> None:
    now, community = clock.now(), make_community()
    wish = a_delivered(community, now - timedelta(hours=4))
    address = f"/desk/wishes/{wish.code}/look/"
    page = client_of(staff_user(Role.COMMUNITY_STAFF, community)).get(address).content.decode()
    assert [each in page for each in (wish.title, "确认办结", "<html")] == [True, True, False]
    for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
        assert secret not in page
    elsewhere = client_of(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert elsewhere.get(address).status_code == 404


def test_board_holds_no_words_of_the_resident() -> None:
    now, community = clock.now(), make_community()
    one_in_each(community, now)
    client = client_of(staff_user(Role.COMMUNITY_STAFF, community))
    page = client.get("/desk/wishes/").content.decode()
    for secret in (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS):
        assert secret not in page
    assert len(re.findall("data-card ", page)) == 6
