"""In a real browser on a small phone: what a task costs, and whether everybody can use it."""

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Claim, Wish
from tests.factories.directory import make_community, make_member, make_user, staff_user
from tests.factories.needs import make_claim, make_open_wish, make_post
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
