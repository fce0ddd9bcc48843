"""Every component in every shell, width and mode: no accessibility fault, nothing sticks out."""

from collections.abc import Callable
from typing import Any

import pytest

from allhours.ui.gallery import SHELLS
from tests.support.browser import overflows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MODES = ["light", "dark", "elder"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("mode", MODES)
def test_gallery_is_accessible_and_fits(
    live_server: Any, page: Any, axe: Callable[..., list[str]], settings: Any, shell: str, mode: str
) -> None:
    settings.UI_GALLERY = True
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
    if mode == "elder":
        page.context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"/ui/gallery/?shell={shell}&errors=1&message=1")
        assert (axe(page), overflows(page)) == ([], []), width


def test_text_is_never_below_the_promised_size(live_server: Any, page: Any, settings: Any) -> None:
    settings.UI_GALLERY = True
    smallest = """() => Math.min(...[...document.querySelectorAll('body *')]
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    page.goto("/ui/gallery/?shell=me")
    assert page.evaluate(smallest) >= 14

    page.context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    page.goto("/ui/gallery/?shell=me")
    assert page.evaluate(smallest) >= 18


def test_sorting_swaps_the_list_only_and_keeps_the_focus(
    live_server: Any, page: Any, settings: Any
) -> None:
    settings.UI_GALLERY = True
    page.goto("/ui/gallery/")
    page.evaluate("document.title = 'same document'")

    page.get_by_role("columnheader", name="时长").get_by_role("link").click()
    page.wait_for_url("**sort=hours**")
    page.wait_for_selector("th[aria-sort=ascending]")

    assert page.evaluate("document.activeElement.textContent.trim()") == "时长"


def test_menu_and_switches_work_without_script(
    live_browser: Any, live_server: Any, settings: Any
) -> None:
    settings.UI_GALLERY = True
    context = live_browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
    )
    page = context.new_page()
    page.goto("/ui/gallery/?shell=desk")
    menu = page.get_by_role("navigation", name="主菜单")
    assert not menu.is_visible()

    page.get_by_text("菜单", exact=True).click()
    assert menu.is_visible()
    page.get_by_role("button", name="适老版").click()

    page.wait_for_url("**/ui/gallery/?shell=desk")
    assert page.locator("html[data-elder]").count() == 1
    context.close()


def test_second_tap_does_not_send_twice(live_server: Any, page: Any, settings: Any) -> None:
    settings.UI_GALLERY = True
    page.goto("/ui/gallery/")
    sent = page.evaluate(
        """() => {
          const form = document.querySelector('form.elder-switch');
          let sent = 0;
          form.addEventListener('submit', event => {
            if (event.defaultPrevented) return;
            sent += 1;
            event.preventDefault();
          });
          const button = form.querySelector('button');
          button.click(); button.click();
          return sent;
        }"""
    )

    assert sent == 1


def test_dialog_asks_before_a_form_is_sent(live_server: Any, page: Any, settings: Any) -> None:
    settings.UI_GALLERY = True
    page.goto("/ui/gallery/")
    page.evaluate("document.querySelector('form.elder-switch').dataset.confirm = '改用适老版？'")

    page.get_by_role("button", name="适老版").click()
    page.get_by_role("dialog", name="改用适老版？").get_by_role("button", name="取消").click()
    assert page.locator("html[data-elder]").count() == 0

    page.get_by_role("button", name="适老版").click()
    page.get_by_role("dialog").get_by_role("button", name="适老版").click()
    page.wait_for_selector("html[data-elder]")
