"""A person's way through the pages, with a finger or by keyboard alone, and what it costs.

    way = Way(phone, by_keyboard=True)
    way.opens("/follow/").fills("[name=code]", code).taps("main form [type=submit]")
    assert way.cost == (1, 1, 2)  # taps, fields, pages

By keyboard nothing but `page.keyboard` is used: what cannot be reached with Tab fails.
"""

from __future__ import annotations

from typing import Any

FOCUSED = "wanted => { const e = document.activeElement; return e !== null && e.matches(wanted) }"
IN_FOCUS_ORDER = 90  # more presses than any page has stops
SHOWS_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


class Way:
    def __init__(self, page: Any, *, by_keyboard: bool = False) -> None:
        self.page, self.by_keyboard = page, by_keyboard
        self.taps_made = self.fields_filled = 0
        self.pages: list[str] = []
        page.on("response", self._answered)

    def _answered(self, answer: Any) -> None:
        request = answer.request
        if request.is_navigation_request() and not 300 <= answer.status < 400:
            self.pages.append(answer.url)

    @property
    def cost(self) -> tuple[int, int, int]:
        """Taps, fields, pages seen since the beginning or the last `anew`."""
        return self.taps_made, self.fields_filled, len(self.pages)

    def anew(self) -> Way:
        self.taps_made = self.fields_filled = 0
        self.pages = []
        return self

    def opens(self, address: str) -> Way:
        self.page.goto(address, timeout=30_000)  # the first page of all loads the program
        return self

    def taps(self, what: str) -> Way:
        """A link or a button that leads to a page."""
        with self.page.expect_navigation():
            self.opens_up(what)
        return self

    def opens_up(self, what: str) -> Way:
        """A box, or a heading that shows more on the same page."""
        self.taps_made += 1
        if not self.by_keyboard:
            self.page.locator(f"{what}:visible").first.click()
        else:
            self._reach(what)
            box = self.page.evaluate("() => document.activeElement.matches('[type=checkbox]')")
            self.page.keyboard.press("Space" if box else "Enter")
        return self

    def fills(self, what: str, words: str) -> Way:
        self.fields_filled += 1
        if not self.by_keyboard:
            self.page.fill(what, words)
        else:
            self._reach(what)
            self.page.keyboard.type(words)
        return self

    def chooses(self, what: str, value: str) -> Way:
        """One of a list of choices."""
        self.fields_filled += 1
        if not self.by_keyboard:
            self.page.select_option(what, value)
            return self
        self._reach(what)
        for _ in range(IN_FOCUS_ORDER):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is not among the choices of {what}")

    def _reach(self, what: str) -> None:
        for _ in range(IN_FOCUS_ORDER):
            if self.page.evaluate(FOCUSED, what):
                assert self.page.evaluate(SHOWS_FOCUS), f"{what} does not show its focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} is not reached by keyboard at {self.page.url}")
