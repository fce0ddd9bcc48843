"""In a real browser on a small phone: how far a fitting post is, and what the menu weighs."""

import gzip

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs.models import Claim, Post, PostOrder
from tests.factories.directory import make_community, make_member, make_user, staff_user
from tests.factories.needs import make_post, public_text
from tests.factories.scheme import publish
from tests.support.browser import overflows

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"
BUDGET = 80 * 1024  # of a first view on a phone


def signing_in(user):
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def a_member(**over):
    member = make_member(**over)
    member.user = signing_in(make_user(username=member.member_no))
    member.save(update_fields=["user"])
    return member


def tap(page, what: str) -> None:
    page.locator(f"{what}:visible").first.click()
    page.wait_for_load_state()


def test_a_member_takes_a_fitting_post_in_two_taps_from_home(phone, sign_in) -> None:
    community = make_community()
    member = a_member(serving_community=community)
    make_post(now=clock.now(), title="别处的岗位")
    post = make_post(community, now=clock.now(), title="楼道清洁")
    sign_in(phone, member.member_no, PASSWORD)
    phone.goto("/me/")
    assert "您服务的社区" in phone.inner_text("main")
    tap(phone, f'main a[href="/menu/{post.code}/"]')
    tap(phone, 'form[action$="/take/"] button')
    assert "已认领岗位" in phone.inner_text("#messages")
    assert Claim.objects.get().post == post


def test_an_order_from_the_menu_is_met_and_both_sides_say_yes(phone, sign_in) -> None:
    publish(menu={"both_sides": True})
    community, item = make_community(), public_text(clock.now()).category
    member = a_member(serving_community=community)
    signing_in(staff_user(Role.COMMUNITY_SECRETARY, community, username="secretary"))

    def now_as(name: str) -> None:
        phone.context.clear_cookies(name="sessionid")
        sign_in(phone, name, PASSWORD)

    now_as(member.member_no)
    phone.goto("/menu/")
    tap(phone, f'a[href="/menu/items/{item}/"]')
    tap(phone, 'form[action="/me/orders/"] button')
    order = PostOrder.objects.get()

    now_as("secretary")
    phone.goto("/desk/orders/")
    tap(phone, f'a[href="/desk/orders/{order.code}/"]')
    tap(phone, f'a[href="/desk/orders/{order.code}/meet/"]')
    tap(phone, 'main form [type="submit"]')
    post = Post.objects.get()

    now_as(member.member_no)
    phone.goto(f"/menu/{post.code}/")
    tap(phone, 'form[action$="/take/"] button')
    assert Claim.objects.get().state == "waiting"

    now_as("secretary")
    phone.goto(f"/desk/posts/{post.code}/")
    tap(phone, 'form[action$="/accept/"] button')
    assert Claim.objects.get().state == "live"


@pytest.mark.parametrize("elder", ["0", "1"])
def test_the_menu_fits_a_small_phone_its_budget_and_everybody(phone, sign_in, axe, elder) -> None:
    item, community = public_text(clock.now()).category, make_community()
    for n in range(30):
        make_post(community, now=clock.now(), title=f"岗位{n}", item=item)
    member = a_member(serving_community=community)
    phone.set_viewport_size({"width": 320, "height": 640})
    answers = []
    phone.on("response", lambda answer: answers.append(answer))
    phone.goto("/menu/", wait_until="networkidle")
    weight = [len(gzip.compress(answer.body())) for answer in answers]  # as a proxy sends it
    assert sum(weight) <= BUDGET
    assert len(weight) <= 10
    if elder == "1":
        phone.locator("button[name=elder]").first.click()
        phone.wait_for_load_state()
    sign_in(phone, member.member_no, PASSWORD)
    for address in ("/menu/", f"/menu/items/{item}/", "/menu/?fits=yes&page=2", "/me/posts/"):
        phone.goto(address)
        assert overflows(phone) == [], address
        assert axe(phone) == [], address
