"""What the system proposes for a wish on the desk, before a person decides."""

from __future__ import annotations

from datetime import datetime

from allhours.kernel import crypto
from allhours.needs.models import Wish
from allhours.needs.models.wish import WISHER_WORDS
from allhours.needs.queries.limits import categories, menu
from allhours.needs.rules.categories import Category, suggest
from allhours.scheme.schema import MenuItem


def suggested_category(wish: Wish, now: datetime) -> str:
    """Code of a category of the scheme, "" where the words point to none or one was chosen."""
    if wish.category:
        return ""
    return suggest(crypto.unseal(wish.words_sealed, WISHER_WORDS), every_category(now))


def every_category(now: datetime) -> list[Category]:
    """What a wish may be about, with the words that lead to it."""
    items = {item.code: item for item in menu(now).items}
    return [_category(code, title, items.get(code)) for code, title in categories(now).items()]


def _category(code: str, title: str, item: MenuItem | None) -> Category:
    if item is None:
        return Category(code, title)
    return Category(code, title, item.description, tuple(item.says.split()))
