"""A community publishes a post from the menu; members take it, leave it, are released from it."""

import re

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.needs.models import Claim, Post
from tests.factories.directory import make_community, make_member, member_actor, staff_user
from tests.factories.needs import public_text

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def test_post_published_taken_left_and_released() -> None:
    community = make_community(name="宝塔社区")
    staff = signed_in(staff_user(Role.COMMUNITY_SECRETARY, community))
    item = public_text().category
    page(staff.get("/desk/posts/new/"))
    made = staff.post(
        "/desk/posts/new/",
        {
            "community": community.pk,
            "item": item,
            "title": "楼道清洁员",
            "text": "每周打扫一次楼道",
            "place": "2 号楼",
            "times": "每周六上午",
            "places": 1,
        },
        follow=True,
    )
    assert "岗位已发布" in page(made)
    post = Post.objects.get()

    near, far = make_member(serving_community=community), make_member()
    for each in (near, far):
        member_actor(each)
    first, second = signed_in(near.user), signed_in(far.user)
    assert "适合您的岗位" in page(first.get("/menu/"))
    assert "楼道清洁员" in page(Client().get(f"/menu/items/{item}/"))

    address = f"/menu/{post.code}/"
    assert f'action="{address}take/"' in page(first.get(address))
    assert "已认领岗位" in page(first.post(f"{address}take/", follow=True))
    assert "名额刚刚报满" in page(second.post(f"{address}take/"))

    left = page(first.post(f"/me/posts/{post.code}/leave/", {"reason": "duty"}, follow=True))
    assert "组织安排" in left
    assert "已认领岗位" in page(second.post(f"{address}take/", follow=True))

    desk = page(staff.get(f"/desk/posts/{post.code}/"))
    assert far.name in desk
    release = re.search(r'action="(/desk/posts/claims/\d+/release/)"', desk)[1]
    page(staff.post(release, {"reason": "岗位撤并"}, follow=True))
    assert "岗位撤并" in page(second.get("/me/posts/"))
    post.refresh_from_db()
    assert (post.taken, Claim.objects.filter(state="live").count()) == (0, 0)

    staff.post(f"/desk/posts/{post.code}/close/")
    assert "已停止招募" in page(first.post(f"{address}take/"))
    page(staff.get(f"/desk/posts/{post.code}/edit/"))
    page(staff.get("/desk/posts/"))
