"""The home pages in a real browser: no sideways scroll, no fault found by axe, light pages."""

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.placement.choices import PlacementState
from tests.factories import scheme
from tests.factories.directory import make_county, member_actor, staff_user
from tests.factories.needs import note_wish
from tests.factories.placement import make_letter, make_placement
from tests.factories.played import END, play

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MODES = ["light", "dark", "elder"]


@pytest.fixture
def county(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(END))
    return play()


def sign_in_as(page, live_server, user):
    """A session of the test's own, so that no password is needed."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def look(page, axe, live_server, addresses):
    for mode in MODES:
        page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
        cookie = {"name": "elder", "value": "1" if mode == "elder" else "0"}
        page.context.add_cookies([cookie | {"url": live_server.url}])
        for address in addresses:
            assert page.goto(address).status == 200
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, (address, mode)
            assert axe(page) == [], (address, mode)


def test_public_pages_on_a_phone(county, phone, axe, live_server):
    look(phone, axe, live_server, ["/", "/help/", "/screen/"])


def test_member_pages_on_a_phone(county, phone, axe, live_server):
    scheme.publish("fengxiang")
    member = county.members[0]
    member_actor(member)
    sign_in_as(phone, live_server, member.user)
    look(phone, axe, live_server, ["/me/", "/me/more/", "/me/duties/post/"])


def test_desk_pages(county, page, axe, live_server):
    sign_in_as(page, live_server, staff_user(Role.COUNTY_OFFICER, make_county()))
    look(page, axe, live_server, ["/desk/county/", "/desk/tables/", "/desk/rows/claims/"])


def test_inbox_of_a_community(county, page, axe, live_server):
    near = county.communities[0]
    note_wish(near)
    make_letter(make_placement(community=near, state=PlacementState.PRESENTED))
    sign_in_as(page, live_server, staff_user(Role.COMMUNITY_SECRETARY, near))
    look(page, axe, live_server, ["/desk/", "/desk/ledger/"])


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_first_view_of_phone_pages_takes_few_requests(county, phone, live_server, who):
    if who == "member":
        member_actor(county.members[0])
        sign_in_as(phone, live_server, county.members[0].user)
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto("/me/" if who == "member" else "/")
    phone.wait_for_load_state("networkidle")
    assert len(asked) <= 10, asked
