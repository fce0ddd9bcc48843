"""Needs' pages for everybody: axe at 320 and 1440 px, light, dark and large type, no sideways way.

One browser context a theme goes through all pages, so that it costs seconds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.actions import voicing
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_user,
    member_actor,
    staff_user,
)
from tests.factories.festivals import running
from tests.factories.needs import (
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    make_voice,
    note_wish,
    public_text,
)
from tests.factories.scheme import publish, seed_calendar
from tests.support.browser import overflows

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"
by_look = pytest.mark.parametrize("look", ["light", "dark", "elder"])


def with_password(user: Any) -> Any:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def a_member(community: Any) -> Any:
    member = make_member(serving_community=community)
    member.user = with_password(make_user(username=member.member_no))
    member.save(update_fields=["user"])
    return member


def in_look(page: Any, look: str) -> Any:
    page.goto("/follow/")
    cookie = ("elder", "1") if look == "elder" else ("theme", look)
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": origin}])
    return page


def faults(page: Any, axe: Any) -> list[str]:
    """Of the page that is shown, narrow and wide."""
    found = []
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        where = f"{page.url} at {width}: "
        found += [where + each for each in (*overflows(page), *axe(page))]
    return found


def at(page: Any, axe: Any, *addresses: str) -> list[str]:
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer.status == 200, address
        found += faults(page, axe)
    return found


@by_look
def test_following_serves_everybody_in_each_state(page, axe, look) -> None:
    then, community = clock.now() - timedelta(hours=5), make_community()
    seed_calendar(clock.now().year)
    noted = [note_wish(community, now=then) for _ in range(5)]
    codes = [each.follow_code for each in noted]
    for each in noted[1:]:
        text = public_text(then)
        wish = actions.verify_wish(actor=SYSTEM, wish=each.wish, text=text, now=then)
        each.wish.refresh_from_db()
        if each is noted[4]:
            actions.decline_wish(actor=SYSTEM, wish=wish, reason="请到窗口办理", now=then)
            continue
        wish = actions.publish_wish(actor=SYSTEM, wish=wish, now=then)
        if each in noted[2:4]:
            claim = make_claim(wish, make_member(serving_community=community), now=then)
            if each is noted[3]:
                make_delivered(claim, now=then)
    said = voicing.note_suggestion(
        actor=SYSTEM, community=community, voice=make_voice(words="楼道的灯坏了"),
        kind="problem", origin="visit", now=then,
    )  # fmt: skip
    in_look(page, look)
    found = at(page, axe, "/follow/")
    for code in (*codes, said.follow_code, "XXXX-XXXX-XXXX"):
        page.goto("/follow/")
        page.fill("[name=code]", code)
        with page.expect_navigation():
            page.click("main form [type=submit]")
        found += faults(page, axe)
    assert found == []


@by_look
def test_the_forms_and_their_answers_serve_everybody(page, axe, look) -> None:
    community = make_community(name="宝塔社区")
    in_look(page, look)
    found = []
    for address in ("/wishes/new/", "/suggestions/new/"):
        found += at(page, axe, address)
        with page.expect_navigation():
            page.click("main form [type=submit]")
        found += faults(page, axe)  # with what is missing
        page.fill("[name=words]", "想要一副老花镜")
        page.fill("[name=name]", "王大妈")
        page.fill("[name=phone]", "13800138000")
        page.select_option("[name=community]", str(community.pk))
        with page.expect_navigation(url="**/done/"):
            page.click("main form [type=submit]")
        found += faults(page, axe)
    assert found == []


@by_look
def test_members_pages_serve_everybody(page, sign_in, axe, look) -> None:
    now, community = clock.now() - timedelta(hours=5), make_community()
    seed_calendar(clock.now().year)
    festival, _wishes = running(2, community=community, now=clock.now())
    member = a_member(community)
    held = make_claim(make_open_wish(community, now=now), member, now=now)
    done = make_delivered(make_claim(make_open_wish(community, now=now), member, now=now), now=now)
    voicing.submit_suggestion(
        actor=member_actor(member), community=community, voice=make_voice(words="楼道的灯坏了"),
        kind="problem", intake_key="once", address="", now=now,
    )  # fmt: skip
    in_look(page, look)
    themes = ("/wishes/themes/", f"/wishes/themes/{festival.code}/")
    found = at(page, axe, *themes)
    sign_in(page, member.member_no, PASSWORD)
    found += at(
        page, axe, "/me/wishes/", f"/me/wishes/{held.wish.code}/", f"/me/wishes/{done.wish.code}/",
        "/me/suggestions/", themes[1],
    )  # fmt: skip
    assert found == []


@by_look
def test_desks_pages_serve_everybody(page, sign_in, axe, look) -> None:
    now, community = clock.now(), make_community()
    publish(suggestions={"problem_collection": True})
    note_wish(community, now=now)
    open_ = make_open_wish(community, now=now)
    with_password(staff_user(Role.COMMUNITY_STAFF, community, username="staff"))
    with_password(staff_user(Role.COUNTY_OFFICER, make_county(), username="county"))
    unit = make_member().unit
    with_password(staff_user(Role.LIAISON, unit, username="liaison"))
    in_look(page, look)
    found = []
    for name, addresses in (
        ("staff", ("/desk/wishes/import/", "/desk/wishes/box/", "/desk/problems/")),
        ("county", ("/desk/wishes/overview/", "/desk/festivals/")),
        ("liaison", (f"/wishes/{open_.code}/",)),
    ):
        page.context.clear_cookies(name="sessionid")
        sign_in(page, name, PASSWORD)
        found += at(page, axe, *addresses)
    assert found == []
