"""Sheets and boxes in a real browser: on a small phone, and by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from allhours.accounts.choices import Role
from allhours.needs.models import Wish, WishImport
from tests.directory.roster.sheets import xlsx
from tests.factories.directory import make_community, staff_user
from tests.support.browser import overflows

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"


@pytest.fixture
def desk(phone: Any, sign_in: Any) -> Any:
    user = staff_user(Role.COMMUNITY_STAFF, make_community(name="宝塔社区"), username="staff")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    sign_in(phone, "staff", PASSWORD)
    return phone


def until(page: Any, words: str, key: str = "Tab") -> None:
    """Go on by keyboard until the focus is on something that says this."""
    for _ in range(60):
        page.keyboard.press(key)
        if words in page.evaluate("document.activeElement.innerText || ''"):
            return
    raise AssertionError(f"{words} is not reached by keyboard")


def test_a_sheet_is_imported_on_a_small_phone(desk: Any, axe: Any) -> None:
    desk.goto("/desk/wishes/import/")
    assert (overflows(desk), axe(desk)) == ([], [])
    good = [["心愿内容", "姓名"], ["想要花镜", "测试甲"], ["想要拐杖", "测试乙"]]
    for rows in ([*good, ["", "测试丙"]], good):
        desk.goto("/desk/wishes/import/")
        file = {"name": "心愿.xlsx", "mimeType": "application/octet-stream", "buffer": xlsx(rows)}
        desk.set_input_files("[name=file]", files=[file])
        desk.locator("[name=file]").focus()
        until(desk, "上传并预览")
        desk.keyboard.press("Enter")
        desk.wait_for_url("**/import/*/")
        assert (overflows(desk), axe(desk)) == ([], [])
    until(desk, "登记这 2 个心愿")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=心愿查询码")
    assert (overflows(desk), axe(desk)) == ([], [])
    assert Wish.objects.count() == 2
    assert WishImport.objects.filter(state="applied").count() == 1


def test_two_cards_of_the_box_are_typed_without_a_pointer(desk: Any, axe: Any) -> None:
    desk.goto("/desk/wishes/box/")
    assert (overflows(desk), axe(desk)) == ([], [])
    for number, words in enumerate(("想要花镜", "想要拐杖"), 1):
        assert desk.evaluate("document.activeElement.name") == "words"
        desk.keyboard.type(words)
        desk.keyboard.press("Tab")
        desk.keyboard.type("测试甲")
        desk.keyboard.press("Enter")
        desk.wait_for_selector(f"text=第 {number} 张已登记")
    assert desk.locator("#told .code").count() == 2
    assert (overflows(desk), axe(desk)) == ([], [])
    assert set(Wish.objects.values_list("origin", "community__name")) == {("box", "宝塔社区")}
