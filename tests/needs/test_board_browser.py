"""The board in a real browser: by keyboard, by pointer, on a phone, and without script."""

from datetime import timedelta

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.needs import actions
from tests.factories.directory import make_community, staff_user
from tests.factories.needs import (
    SYSTEM,
    make_claim,
    make_delivered,
    make_open_wish,
    note_wish,
    public_text,
)
from tests.support.browser import overflows

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-9"
HERE = "document.activeElement.textContent.trim()"


@pytest.fixture
def desk():
    """A community with a wish in four columns, and its clerk."""
    now, community = clock.now(), make_community()
    note_wish(community, now=now)
    wishes = {}
    for title in ("甲心愿", "乙心愿"):
        noted = note_wish(community, now=now).wish
        text = public_text(now, title=title)
        wishes[title] = actions.verify_wish(actor=SYSTEM, wish=noted, text=text, now=now)
    wishes["丙心愿"] = make_open_wish(community, now=now, title="丙心愿")
    early = now - timedelta(hours=4)
    for title in ("丁心愿", "戊心愿"):
        claim = make_claim(make_open_wish(community, now=early, title=title), now=early)
        wishes[title] = make_delivered(claim, now=early).wish
    user = staff_user(Role.COMMUNITY_STAFF, community, username="clerk")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return wishes


def opened(page, sign_in):
    sign_in(page, "clerk", PASSWORD)
    page.goto("/desk/wishes/")
    return page


def state_of(wish) -> str:
    wish.refresh_from_db()
    return wish.state


def press(page, *keys) -> str:
    for key in keys:
        page.keyboard.press(key)
    return page.evaluate(HERE)


def card(page, title):
    return page.locator(".board-card", has=page.locator(f"[data-card]:text-is('{title}')"))


def column(page, name):
    return page.locator(f".board-column[data-column={name}]")


def test_keys_move_between_cards_and_columns(desk, page, sign_in) -> None:
    opened(page, sign_in)
    page.locator("[data-card]").first.focus()
    assert press(page, "ArrowRight") == "甲心愿"
    assert press(page, "ArrowDown") == "乙心愿"
    assert press(page, "ArrowDown") == "乙心愿"
    assert press(page, "Home") == "甲心愿"
    assert press(page, "End") == "乙心愿"
    assert press(page, "ArrowRight") == "丙心愿"
    assert press(page, "ArrowRight") == "丁心愿"  # the empty column between is passed over
    assert press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft") == "（待核实的心愿）"
    tabbable = page.locator("[data-card]:not([tabindex='-1'])")
    assert tabbable.count() == 1


def test_a_key_publishes_and_the_focus_goes_on(desk, page, sign_in) -> None:
    opened(page, sign_in)
    page.locator("[data-card]", has_text="甲心愿").focus()
    page.keyboard.press("p")
    column(page, "open").get_by_text("甲心愿").wait_for()
    assert state_of(desk["甲心愿"]) == "open"
    assert "已发布" in page.inner_text("#messages")
    page.locator("[data-card]:focus", has_text="乙心愿").wait_for()
    page.keyboard.press("c")  # no such step on this card: nothing happens
    assert state_of(desk["乙心愿"]) == "verified"


def test_a_look_opens_beside_the_board_and_escape_leads_back(desk, page, sign_in, axe) -> None:
    opened(page, sign_in)
    page.locator("[data-card]", has_text="丁心愿").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#look .look-body")
    assert page.url.endswith("/desk/wishes/")
    assert "认领" in page.inner_text("#look")
    assert axe(page) == []
    assert press(page, "Escape") == "丁心愿"
    assert not page.is_visible("#look")


def test_a_step_of_the_look_is_done_on_the_board(desk, page, sign_in) -> None:
    opened(page, sign_in)
    page.locator("[data-card]", has_text="丁心愿").click()
    page.wait_for_selector("#look .look-body")
    page.locator("#look form[action$='/confirm/'] button").click()
    column(page, "confirmed").get_by_text("丁心愿").wait_for()
    assert state_of(desk["丁心愿"]) == "confirmed"
    assert not page.is_visible("#look")


def test_help_names_the_keys(desk, page, sign_in, axe) -> None:
    opened(page, sign_in)
    page.keyboard.press("?")
    assert page.is_visible("#board-keys")
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.is_visible("#board-keys")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "board_words"
    page.keyboard.type("?p")  # letters typed are letters
    assert page.input_value("#board_words") == "?p"


def test_dragging_is_the_step_of_the_card(desk, page, sign_in) -> None:
    opened(page, sign_in)
    card(page, "甲心愿").drag_to(column(page, "open"))
    column(page, "open").get_by_text("甲心愿").wait_for()
    assert state_of(desk["甲心愿"]) == "open"
    card(page, "丁心愿").drag_to(column(page, "confirmed"))
    page.locator("dialog .button-primary").click()  # it asks first, as the button does
    column(page, "confirmed").get_by_text("丁心愿").wait_for()
    assert state_of(desk["丁心愿"]) == "confirmed"


def test_dragging_back_asks_for_the_note(desk, page, sign_in) -> None:
    opened(page, sign_in)
    card(page, "戊心愿").drag_to(column(page, "claimed"))
    assert state_of(desk["戊心愿"]) == "delivered"
    page.keyboard.type("镜片不合适")
    page.keyboard.press("Enter")
    column(page, "claimed").get_by_text("戊心愿").wait_for()
    assert (state_of(desk["戊心愿"]), desk["戊心愿"].note) == ("claimed", "镜片不合适")


def test_what_the_rules_refuse_cannot_be_dropped_and_is_told(desk, page, sign_in) -> None:
    opened(page, sign_in)
    card(page, "丙心愿").drag_to(column(page, "confirmed"))
    assert state_of(desk["丙心愿"]) == "open"
    assert "认领人还没有登记办理完成" in page.inner_text("#board-says")


def test_filters_need_no_button(desk, page, sign_in) -> None:
    opened(page, sign_in)
    assert not page.is_visible("#board-filter [type=submit]")
    page.fill("#board_words", "丙")
    page.locator("[data-card]").nth(1).wait_for(state="detached")
    assert "words=" in page.url
    assert "origin" not in page.url
    page.reload()
    assert page.input_value("#board_words") == "丙"
    assert page.locator("[data-card]").count() == 1


def test_a_phone_shows_one_column_at_a_time(desk, phone, sign_in, axe) -> None:
    opened(phone, sign_in)
    assert phone.locator(".board-column:visible").count() == 1
    phone.locator(".board-tabs a", has_text="待确认").click()
    assert phone.locator(".board-column:visible h2").inner_text().startswith("待确认")
    assert phone.url.endswith("column=delivered")
    assert axe(phone) == []
    phone.locator("[data-card]", has_text="丁心愿").click()
    phone.wait_for_url(f"**/desk/wishes/{desk['丁心愿'].code}/")


def test_without_script_everything_is_still_there(desk, live_browser, live_server) -> None:
    context = live_browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=username]", "clerk")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) [type=submit]").click()
    page.goto("/desk/wishes/?words=甲")
    assert page.is_visible("#board-filter [type=submit]")
    page.locator("form[action$='/publish/'] button").click()
    assert state_of(desk["甲心愿"]) == "open"
    assert "/desk/wishes/?words=" in page.url
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("elder", ["0", "1"])
def test_board_fits_and_serves_everybody(desk, page, sign_in, axe, theme, elder) -> None:
    opened(page, sign_in)
    origin = page.evaluate("location.origin")
    page.context.add_cookies(
        [{"name": n, "value": v, "url": origin} for n, v in (("theme", theme), ("elder", elder))]
    )
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 820})
        page.goto("/desk/wishes/")
        assert overflows(page) == []
        assert axe(page) == []
