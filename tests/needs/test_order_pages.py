"""Pages of orders, proposals, applications, demands and handing over."""

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions.demands import place_demand
from allhours.needs.actions.orders import order_item, propose_post
from allhours.needs.choices import ClaimState, DemandState, OrderState
from allhours.needs.models import Claim, Demand, Post, PostHandover, PostOrder
from allhours.needs.queries.limits import categories
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)
from tests.factories.needs import SYSTEM, make_post
from tests.factories.scheme import publish
from tests.needs.test_pages import a_member, client_of, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return clock.now()


def staff_of(community) -> Client:
    return client_of(staff_user(Role.COMMUNITY_STAFF, community))


def test_a_member_orders_from_the_menu_and_the_community_sets_it_up(now) -> None:
    community, item = make_community(), next(iter(categories(now)))
    _, client = a_member(serving_community=community)
    page = f"/menu/items/{item}/"
    assert f'value="{item}"' in client.get(page).content.decode()
    client.post("/me/orders/", {"item": item})
    order = PostOrder.objects.get()
    assert f'value="{item}"' not in client.get(page).content.decode()
    assert f"/me/orders/{order.code}/withdraw/" in client.get("/me/posts/").content.decode()
    desk = staff_of(community)
    assert "1 份岗位点单待答复" in desk.get("/desk/").content.decode()
    assert f"/desk/orders/{order.code}/" in desk.get("/desk/orders/").content.decode()
    assert (
        f"/desk/orders/{order.code}/meet/"
        in desk.get(f"/desk/orders/{order.code}/").content.decode()
    )
    form = desk.get(f"/desk/orders/{order.code}/meet/").content.decode()
    assert f'value="{order.title}"' in form
    desk.post(f"/desk/orders/{order.code}/meet/", {"title": order.title, "places": 2})
    post = Post.objects.get()
    assert (post.item, post.community, post.places) == (item, community, 2)
    assert f"/menu/{post.code}/" in client.get("/me/posts/").content.decode()


def test_a_proposal_is_answered_with_a_reason_or_a_post(now) -> None:
    community = make_community()
    member, client = a_member(residence=community)
    assert client.post("/me/orders/propose/", {"title": ""}).status_code == 200
    for title in ("修小家电", "教手机"):
        client.post("/me/orders/propose/", {"title": title, "times": "周末"})
    kept, gone = PostOrder.objects.order_by("-pk")
    desk, stranger = staff_of(community), staff_of(make_community())
    address = f"/desk/orders/{gone.code}/"
    assert [stranger.get(address + part).status_code for part in ("", "meet/")] == [404, 404]
    desk.post(address + "decline/", {"reason": "暂无需要"})
    assert "暂无需要" in client.get("/me/posts/").content.decode()
    desk.post(f"/desk/orders/{kept.code}/meet/", {"title": "教手机", "places": 1, "item": ""})
    assert Claim.objects.get().member == member
    assert set(PostOrder.objects.values_list("state", flat=True)) == {
        OrderState.MET,
        OrderState.DECLINED,
    }


def test_an_application_is_seen_accepted_and_declined(now) -> None:
    publish(menu={"both_sides": True})
    community = make_community()
    post = make_post(community, now=now, places=1)
    (one, as_one), (_two, as_two) = a_member(), a_member()
    assert "申请岗位" in as_one.get(f"/menu/{post.code}/").content.decode()
    for client in (as_one, as_two):
        client.post(f"/menu/{post.code}/take/")
    assert "待社区确认" in as_one.get("/me/posts/").content.decode()
    desk = staff_of(community)
    assert "2 份岗位申请待确认" in desk.get("/desk/").content.decode()
    assert post.title in desk.get("/desk/posts/?waiting=yes").content.decode()
    first, second = Claim.objects.order_by("pk")
    address = "/desk/posts/claims/{}/{}/"
    assert staff_of(make_community()).post(address.format(first.pk, "accept")).status_code == 404
    desk.post(address.format(first.pk, "accept"))
    shown = desk.post(address.format(second.pk, "accept"), follow=True).content.decode()
    assert "岗位名额已满" in shown
    desk.post(address.format(second.pk, "decline"), {"reason": "名额已满"})
    assert "名额已满" in as_two.get("/me/posts/").content.decode()
    states = Claim.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [ClaimState.LIVE, ClaimState.REFUSED]
    assert Claim.objects.live().get().member == one


def test_a_post_is_handed_over_on_the_pages(now) -> None:
    unit = make_unit()
    (giver, as_giver), (taker, as_taker) = a_member(unit=unit), a_member(unit=unit)
    post = make_post(now=now)
    actions.take_post(actor=member_actor(giver), post=post, now=now)
    words = {"name": taker.name, "member_no": taker.member_no}
    as_giver.post(f"/me/posts/{post.code}/hand-over/", words)
    offer = PostHandover.objects.get()
    address = f"/me/handovers/{offer.code}/"
    assert address + "withdraw/" in as_giver.get("/me/posts/").content.decode()
    assert address + "accept/" in as_taker.get("/me/posts/").content.decode()
    assert "有 1 个岗位请您接手" in as_taker.get("/me/").content.decode()
    _, as_other = a_member()
    assert as_other.post(address + "accept/").status_code == 404
    as_taker.post(address + "accept/")
    assert Claim.objects.live().get().member == taker


def test_demands_are_noted_printed_and_become_posts(now) -> None:
    community, item = make_community(name="花园社区"), next(iter(categories(now)))
    desk = staff_of(community)
    values = {"community": community.pk, "item": item, "text": "辅导作业", "heads": 3}
    desk.post("/desk/demands/new/", values)
    demand = Demand.objects.get()
    place_demand(
        actor=SYSTEM, community=make_community(name="别处社区"), item=item, text="看不见的",
        heads=1, now=now,
    )  # fmt: skip
    sheet = desk.get("/desk/demands/sheet/").content.decode()
    assert [word in sheet for word in ("志愿服务需求表", "辅导作业", "看不见的")] == [
        True,
        True,
        False,
    ]
    pdf = desk.get("/desk/demands/sheet/?format=pdf")
    assert pdf.content.startswith(b"%PDF")
    stranger = staff_of(make_community())
    assert stranger.get(f"/desk/demands/{demand.code}/").status_code == 404
    assert desk.get(f"/desk/demands/{demand.code}/").status_code == 200
    desk.post(f"/desk/demands/{demand.code}/meet/", {"title": "辅导作业", "places": 3})
    demand.refresh_from_db()
    assert (demand.state, demand.post.places) == (DemandState.MET, 3)


def fill(community, now) -> None:
    item = next(iter(categories(now)))
    member = make_member(serving_community=community)
    order_item(actor=member_actor(member), item=item, now=now)
    propose_post(actor=member_actor(member), title="修表", now=now)
    place_demand(
        actor=SYSTEM, community=community, item=item, text="辅导", heads=1, now=now,
        skills=("law",),
    )  # fmt: skip


@pytest.mark.parametrize("address", ["/desk/orders/", "/desk/demands/", "/desk/demands/sheet/"])
def test_lists_ask_the_same_number_of_questions(address, now) -> None:
    community = make_community()
    officer = client_of(staff_user(Role.COUNTY_OFFICER, make_county()))
    fill(community, now)
    with_one = queries(officer, address)
    for _ in range(2):
        fill(community, now)
    assert queries(officer, address) == with_one
    assert with_one <= 15


def test_a_members_posts_ask_the_same_number_of_questions(now) -> None:
    unit = make_unit()
    member, client = a_member(unit=unit, residence=make_community())
    actor = member_actor(member)

    def one_more(n: int) -> None:
        propose_post(actor=actor, title=f"修表{n}", now=now)
        giver = make_member(unit)
        claim = actions.take_post(actor=member_actor(giver), post=make_post(now=now), now=now)
        PostHandover.objects.create(code=f"H{n}", claim=claim, to_member=member, asked_at=now)

    one_more(1)
    with_one = queries(client, "/me/posts/")
    one_more(2)
    assert queries(client, "/me/posts/") == with_one
    assert with_one <= 15
