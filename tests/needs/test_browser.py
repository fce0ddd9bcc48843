"""In a real browser on a small phone: what a task costs, and whether everybody can use it."""

import gzip
from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from allhours.needs.models import Claim, Wish
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_user,
    staff_user,
)
from tests.factories.needs import (
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    make_post,
    note_wish,
    public_text,
)
from tests.support.browser import overflows

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"


def with_password(user):
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def a_member(**over):
    member = make_member(**over)
    member.user = with_password(make_user(username=member.member_no))
    member.save(update_fields=["user"])
    return member


def test_a_member_claims_in_two_taps_from_home(phone, sign_in) -> None:
    member = a_member(serving_community=make_community())
    make_open_wish(member.serving_community, now=clock.now())
    sign_in(phone, member.member_no, PASSWORD)
    taps = [phone.locator('a[href="/wishes/"]:visible').first, "form[action$='/claim/'] button"]
    for tap in taps:
        (phone.locator(tap).first if isinstance(tap, str) else tap).click()
        phone.wait_for_load_state()
    assert "认领成功" in phone.inner_text("#messages")
    assert Claim.objects.get().member == member


def test_a_resident_makes_a_wish_with_four_fields_on_one_page(phone) -> None:
    community = make_community(name="宝塔社区")
    phone.goto("/wishes/new/")
    phone.fill("[name=words]", "想要一副老花镜")
    phone.fill("[name=name]", "王大妈")
    phone.fill("[name=phone]", "13800138000")
    phone.select_option("[name=community]", str(community.pk))
    assert not phone.is_visible("[name=guardian_name]")
    phone.click("main form [type=submit]")
    phone.wait_for_url("**/wishes/new/done/")
    assert phone.locator(".code").count() == 2
    assert Wish.objects.count() == 1


@pytest.mark.parametrize("elder", ["0", "1"])
def test_pages_fit_a_small_phone_and_everybody(phone, sign_in, axe, elder) -> None:
    now, community = clock.now(), make_community()
    member = a_member(serving_community=community)
    claim = make_claim(make_open_wish(community, now=now), member, now=now)
    wish = make_open_wish(community, now=now, places=2)
    post = make_post(community, now=now)
    with_password(staff_user(Role.COMMUNITY_STAFF, community, username="staff"))
    phone.set_viewport_size({"width": 320, "height": 640})
    public = ["/wishes/", f"/wishes/{wish.code}/", "/wishes/new/", "/follow/", "/menu/"]
    mine = ["/wishes/", "/me/wishes/", f"/me/wishes/{claim.wish.code}/", f"/menu/{post.code}/"]
    desk = ["/desk/wishes/", f"/desk/wishes/{claim.wish.code}/", f"/desk/posts/{post.code}/"]
    if elder == "1":
        phone.goto("/wishes/")
        phone.locator("button[name=elder]").first.click()
        phone.wait_for_load_state()
    for name, addresses in ((None, public), (member.member_no, mine), ("staff", desk)):
        if name:
            phone.context.clear_cookies(name="sessionid")
            sign_in(phone, name, PASSWORD)
        for address in addresses:
            phone.goto(address)
            assert overflows(phone) == [], address
            assert axe(phone) == [], address


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("/wishes/", ""),
        ("/wishes/new/", ""),
        ("/follow/", ""),
        ("/wishes/", "member"),
        ("/me/", "member"),
        ("/desk/wishes/", "staff"),
    ],
)
def test_a_page_costs_a_phone_little(phone, sign_in, address, who) -> None:
    now, community = clock.now(), make_community()
    member = a_member(serving_community=community)
    with_password(staff_user(Role.COMMUNITY_STAFF, community, username="staff"))
    for _ in range(30):
        make_open_wish(community, now=now)
    if who:
        sign_in(phone, {"member": member.member_no, "staff": "staff"}[who], PASSWORD)
        phone.wait_for_load_state("networkidle")
    answers = []
    phone.on("response", lambda answer: answers.append(answer))
    phone.goto(address, wait_until="networkidle")
    weights = [len(gzip.compress(answer.body())) for answer in answers]  # as a proxy sends it
    assert len(weights) <= 10
    assert sum(weights) <= 80 * 1024
    # what is linked has its version in its name and is kept: a repeat view is the page alone
    assert weights[0] <= 25 * 1024


def test_a_resident_follows_and_rates_with_one_tap(phone) -> None:
    now = clock.now() - timedelta(hours=5)
    noted = note_wish(now=now)
    wish = actions.verify_wish(actor=SYSTEM, wish=noted.wish, text=public_text(now), now=now)
    wish = actions.publish_wish(actor=SYSTEM, wish=wish, now=now)
    make_delivered(make_claim(wish, now=now), now=now)
    phone.goto("/follow/")
    phone.locator("main input:visible").first.fill(noted.follow_code)
    phone.keyboard.press("Enter")
    phone.locator("[name=rating]").first.click()  # the one tap
    phone.wait_for_load_state()
    wish.refresh_from_db()
    assert (wish.state, wish.rating) == ("confirmed", 3)


def test_a_member_contacts_and_delivers_from_the_wish_in_hand(phone, sign_in) -> None:
    now, community = clock.now() - timedelta(hours=5), make_community()
    member = a_member(serving_community=community)
    claim = make_claim(make_open_wish(community, now=now), member, now=now)
    sign_in(phone, member.member_no, PASSWORD)
    phone.goto(f"/me/wishes/{claim.wish.code}/")
    phone.locator("form[action$='/contact/'] button").click()
    phone.wait_for_load_state()
    claim.refresh_from_db()
    assert claim.contacted_at is not None


def test_a_guest_reaches_the_claim_by_one_tap_and_the_sign_in(phone) -> None:
    member = a_member()
    wish = make_open_wish(now=clock.now())
    phone.goto("/wishes/")
    phone.locator(".wish-card .button-primary").click()
    phone.fill("input[name=username]", member.member_no)
    phone.fill("input[name=password]", PASSWORD)
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**/wishes/{wish.code}/")
    phone.locator("form[action$='/claim/'] button").click()
    phone.wait_for_load_state()
    assert Claim.objects.get().member == member


def test_the_wall_is_filtered_without_a_button_and_claimed_by_keyboard(phone, sign_in) -> None:
    now = clock.now()
    member = a_member()
    make_open_wish(now=now, title="想修一扇窗")
    make_open_wish(now=now, title="想要一副老花镜")
    sign_in(phone, member.member_no, PASSWORD)
    phone.goto("/wishes/")
    phone.fill("#wall-words", "窗")
    phone.locator(".wish-card").nth(1).wait_for(state="detached")
    assert "待认领 1" in phone.inner_text("#wall-views")
    phone.locator("#wall-words").focus()
    for _ in range(12):
        phone.keyboard.press("Tab")
        if phone.evaluate("!!document.activeElement.closest('form[action$=\"/claim/\"]')"):
            break
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/me/wishes/**")
    assert Claim.objects.get().wish.title == "想修一扇窗"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_wall_and_overview_serve_everybody_wide_and_narrow(page, sign_in, axe, theme) -> None:
    now, community = clock.now(), make_community()
    member = a_member(serving_community=community)
    make_open_wish(community, now=now, places=2)
    with_password(staff_user(Role.COUNTY_OFFICER, make_county(), username="county"))
    for name, address in ((member.member_no, "/wishes/"), ("county", "/desk/wishes/overview/")):
        page.context.clear_cookies(name="sessionid")
        sign_in(page, name, PASSWORD)
        origin = page.evaluate("location.origin")
        page.context.add_cookies([{"name": "theme", "value": theme, "url": origin}])
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            assert overflows(page) == [], address
            assert axe(page) == [], address
