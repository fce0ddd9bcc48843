"""Last year's posts in this year, and posts at the same time of the week. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.kernel.periods import Period
from allhours.needs.models import Post
from allhours.scheme.schema import Menu

RENEWED = Refusal("post.renewed", _("“%(title)s”已续设到本年度。"))
RETIRED = Refusal("post.retired_item", _("“%(title)s”的服务项目已停用，请另行设岗。"))
NOT_LAST_YEARS = Refusal("post.not_last_years", _("只能续设上一年度的岗位。"))
NONE_CHOSEN = Refusal("post.none_chosen", _("请先勾选。"))


def renewal_refusals(post: Post, *, renewed: bool, year: int, menu: Menu) -> list[Refusal]:
    if post.year != year - 1:
        return [NOT_LAST_YEARS]
    if renewed:
        return [RENEWED.having(title=post.title)]
    if post.item and menu.item(post.item) is None:
        return [RETIRED.having(title=post.title)]
    return []


def a_year_on(day: date | None, year: Period) -> date | None:
    """The same day of the next programme year, kept within it."""
    if day is None:
        return None
    try:
        later = day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        later = day.replace(year=day.year + 1, day=28)
    return min(max(later, year.first), year.last)


def at_the_same_time(
    weekly: Iterable[str], others: Iterable[tuple[str, Collection[str]]]
) -> list[tuple[str, str]]:
    """Of the member's posts (title, weekly times) those that share a time of the week, with it."""
    mine = list(weekly)
    return [(title, slot) for title, times in others for slot in mine if slot in times][:3]
