"""A festival in a real browser on a small phone: two taps to a wish, and the hour that comes."""

from datetime import timedelta

import pytest

from allhours.kernel import clock
from allhours.needs.models import Claim
from tests.factories.directory import make_community, make_member, make_user
from tests.factories.festivals import HOUR, announced, running, verified_wish
from tests.support.browser import overflows

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"


def a_member(**over):
    member = make_member(**over)
    member.user = make_user(username=member.member_no)
    member.user.set_password(PASSWORD)
    member.user.save(update_fields=["password"])
    member.save(update_fields=["user"])
    return member


def test_a_member_claims_in_two_taps_from_home(phone, sign_in) -> None:
    member = a_member()
    running(2, now=clock.now())
    sign_in(phone, member.member_no, PASSWORD)
    for tap in (".festival-banner a", "form[action$='/claim/'] button"):
        phone.locator(tap).first.click()
        phone.wait_for_load_state()
    assert "认领成功" in phone.inner_text("#messages")
    assert Claim.objects.get().member == member


def test_the_buttons_appear_at_the_hour_and_not_before(phone, sign_in) -> None:
    now, member = clock.now(), a_member()
    hour = now + timedelta(seconds=20)
    festival = announced([verified_wish(now=now)], now=now, opens_at=hour)
    sign_in(phone, member.member_no, PASSWORD)
    phone.goto(f"/wishes/themes/{festival.code}/")
    button = phone.locator("form[action$='/claim/'] button")
    if clock.now() < hour - timedelta(seconds=2):
        assert not button.is_visible()
        assert "距开放还有" in phone.inner_text("[data-count]")
    button.wait_for(state="visible", timeout=30_000)
    assert clock.now() >= hour
    button.click()
    phone.wait_for_url("**/me/wishes/**")
    assert Claim.objects.get().member == member


@pytest.mark.parametrize("elder", ["0", "1"])
def test_its_pages_fit_a_small_phone_and_everybody(phone, sign_in, axe, elder) -> None:
    now, place = clock.now(), make_community()
    member = a_member(residence=place)
    festival, _wishes = running(3, community=place, now=now)
    coming = announced([verified_wish(place, now=now)], now=now, opens_at=now + 5 * HOUR)
    phone.set_viewport_size({"width": 320, "height": 640})
    addresses = ["/wishes/themes/", "/wishes/", "/"]
    addresses += [f"/wishes/themes/{each.code}/" for each in (festival, coming)]
    if elder == "1":
        phone.goto("/wishes/")
        phone.locator("button[name=elder]").first.click()
        phone.wait_for_load_state()
    for name in ("", member.member_no):
        if name:
            sign_in(phone, name, PASSWORD)
        for address in addresses:
            phone.goto(address)
            assert overflows(phone) == [], address
            assert axe(phone) == [], address
