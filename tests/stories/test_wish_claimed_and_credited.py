"""A resident's wish, from the public form to the hours in the ledger, through the pages."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.ledger.models import Entry
from allhours.needs.models import Claim, Wish
from tests.factories.directory import make_community, make_member, member_actor, staff_user
from tests.factories.needs import (
    SECRET_ADDRESS,
    SECRET_NAME,
    SECRET_PHONE,
    SECRET_WORDS,
    public_text,
)

pytestmark = pytest.mark.django_db
SECRETS = (SECRET_NAME, SECRET_PHONE, SECRET_ADDRESS, SECRET_WORDS)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def tells_nothing(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


def test_wish_claimed_and_credited() -> None:
    community = make_community(name="兴隆社区")
    staff = signed_in(staff_user(Role.COMMUNITY_STAFF, community))
    helper = make_member(serving_community=community)
    member_actor(helper)
    member, resident = signed_in(helper.user), Client()

    # the resident makes a wish on the public page, without an account
    form = page(resident.get("/wishes/new/"))
    stamp = re.search(r'name="stamp" value="([^"]+)"', form)[1]
    made = resident.post(
        "/wishes/new/",
        {
            "stamp": stamp,
            "words": SECRET_WORDS,
            "name": SECRET_NAME,
            "phone": SECRET_PHONE,
            "community": community.pk,
            "address": SECRET_ADDRESS,
            "consent": "on",
        },
        follow=True,
    )
    told = page(made)
    code, follow = re.findall(r'class="code">([^<]+)<', told)
    wish = Wish.objects.get(code=code)
    assert tells_nothing(page(resident.get("/wishes/")))
    assert resident.get(f"/wishes/{code}/").status_code == 404

    # the community opens the words with a purpose, decides the public text, and publishes
    desk = f"/desk/wishes/{code}/"
    assert tells_nothing(page(staff.get("/desk/wishes/")) + page(staff.get(desk)))
    opened = page(staff.post(f"{desk}open/", {"purpose": "verify"}))
    assert SECRET_WORDS in opened
    assert SECRET_PHONE in opened
    text = public_text()
    checked = {
        "title": text.title,
        "category": text.category,
        "wisher_kind": "elder",
        "places": 1,
        "budget_yuan": "",
    }
    preview = page(staff.post(f"{desk}check/", checked))
    assert text.title in preview
    assert Wish.objects.get().state == "noted"
    staff.post(f"{desk}check/", checked | {"decide": "1"})
    staff.post(f"{desk}publish/", {"at": ""})
    wall = page(Client().get("/wishes/"))
    assert text.title in wall
    assert tells_nothing(wall)

    # the member claims it in two taps and only then sees who it is
    assert f'action="/wishes/{code}/claim/"' in page(member.get("/wishes/"))
    assert len(re.findall(r'action="[^"]*/claim/"', page(member.get(f"/wishes/{code}/")))) == 1
    mine = f"/me/wishes/{code}/"
    assert member.get(mine).status_code == 404
    granted = page(member.post(f"/wishes/{code}/claim/", follow=True))
    assert "认领成功" in granted
    assert tells_nothing(granted)
    seen = page(member.post(f"{mine}wisher/"))
    assert SECRET_NAME in seen
    assert SECRET_PHONE in seen
    assert SECRET_ADDRESS in seen
    member.post(f"{mine}contact/")

    # a second member is told in the answer to their own request
    other = make_member()
    member_actor(other)
    refused = page(signed_in(other.user).post(f"/wishes/{code}/claim/"))
    assert "已被其他同志认领" in refused

    # delivered an hour later, outside working hours or not as the scheme says
    Claim.objects.update(claimed_at=clock.now() - timedelta(hours=3))
    started = clock.local(clock.now() - timedelta(hours=2))
    form_values = {
        "note": "配好老花镜送到家",
        "started_at": f"{started:%Y-%m-%dT%H:%M}",
        "minutes": 90,
    }
    delivered = page(member.post(f"{mine}deliver/", form_values, follow=True))
    assert "已登记完成" in delivered

    # the resident follows by the code and confirms with one tap
    followed = page(resident.post("/follow/", {"code": follow.lower().replace("-", " ")}))
    assert "办成了，满意" in followed
    thanks = page(resident.post("/follow/", {"code": follow, "do": "rate", "rating": "3"}))
    assert "谢谢您的评价" in thanks
    wish.refresh_from_db()
    assert (wish.state, wish.rating) == ("confirmed", 3)

    entry = Entry.objects.get()
    claim = Claim.objects.get(member=helper)
    assert (entry.kind, entry.minutes, entry.source_kind, entry.source_key) == (
        "wish",
        90,
        "wish",
        str(claim.pk),
    )
    assert entry.community_code == community.code
    done = page(Client().get("/wishes/?state=done"))
    assert "满意" in done
    assert tells_nothing(done)

    # the whole way stands in the journal, in codes only
    did = list(JournalEntry.objects.filter(subject="wish").values_list("did", flat=True))
    assert did == [
        "wish.noted",
        "wish.identity_read",
        "wish.verified",
        "wish.opened",
        "wish.claimed",
        "wish.identity_read",
        "wish.contacted",
        "wish.delivered",
        "wish.confirmed",
    ]
    assert tells_nothing(str(list(JournalEntry.objects.values_list("facts", "label"))))
