"""An app and a passkey, set up and used in a real browser; the passkey by a virtual key."""

import re

import pytest

from allhours.accounts.choices import Role
from allhours.accounts.models import Passkey
from allhours.kernel import clock
from tests.factories.accounts import PASSWORD, totp_code
from tests.factories.directory import make_county, staff_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(settings):
    settings.ALLHOURS_SECOND_FACTOR = "required"
    user = staff_user(Role.COUNTY_OFFICER, make_county(), username="officer", display_name="张三")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_out(page) -> None:
    page.goto("/me/account/")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile(r"/$"))


def enter(page) -> None:
    page.goto("/sign-in/")
    page.fill("input[name=username]", "officer")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def test_an_app_is_set_up_and_used(phone, officer, axe) -> None:
    enter(phone)
    phone.wait_for_url(re.compile("/me/account/security/$"))
    phone.goto("/desk/")
    phone.wait_for_url(re.compile("/me/account/security/$"))
    phone.get_by_role("link", name="设置动态口令").click()
    assert axe(phone) == []
    key = phone.locator("[data-key]").inner_text().replace(" ", "")
    phone.get_by_label("应用里显示的 6 位数字").fill(totp_code(clock.now(), key))
    phone.get_by_role("button", name="核对并启用").click()
    phone.get_by_role("button", name="生成 10 个新备用码").click()
    codes = phone.locator("[data-code]").all_inner_texts()
    assert len(codes) == 10
    phone.get_by_role("link", name="已保存好").click()
    sign_out(phone)

    enter(phone)
    phone.wait_for_url(re.compile("/sign-in/second/$"))
    assert axe(phone) == []
    phone.get_by_label("动态口令或备用码").fill(totp_code(clock.now(), key, steps=1))
    phone.get_by_role("button", name="验证并登录").click()
    phone.wait_for_url(re.compile("/desk/"))
    sign_out(phone)

    enter(phone)
    phone.get_by_label("动态口令或备用码").fill(codes[0])
    phone.get_by_role("button", name="验证并登录").click()
    phone.wait_for_url(re.compile("/desk/"))


def virtual_key(page) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_set_up_and_used(page, officer, axe) -> None:
    virtual_key(page)
    enter(page)
    page.get_by_role("link", name="添加通行密钥").click()
    page.get_by_label("给它起个名字").fill("办公电脑")
    assert axe(page) == []
    page.get_by_role("button", name="添加通行密钥").click()
    page.wait_for_url(re.compile("/codes/$"))
    page.goto("/desk/")
    page.wait_for_url(re.compile("/desk/"))
    sign_out(page)

    enter(page)
    page.get_by_role("button", name="用通行密钥验证").click()
    page.wait_for_url(re.compile("/desk/"))
    sign_out(page)

    page.goto("/sign-in/")
    page.get_by_role("link", name="用通行密钥登录").click()
    page.get_by_role("button", name="用通行密钥验证").click()
    page.wait_for_url(re.compile("/desk/"))
    used = Passkey.objects.get()
    assert (used.name, used.used_at is not None) == ("办公电脑", True)
    page.goto("/me/account/security/")
    assert "办公电脑" in page.content()
    assert "通行密钥" in page.locator("main").inner_text()
