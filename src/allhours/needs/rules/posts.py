"""Taking a service post."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.kernel.periods import Period
from allhours.needs.choices import PostState
from allhours.needs.models import Post
from allhours.scheme.schema.service import Menu

NOT_A_MEMBER = Refusal("post.not_a_member", _("认领岗位须以在册党员身份登录。"))
CLOSED = Refusal("post.closed", _("这个岗位已停止招募，请看看其他岗位。"))
FULL = Refusal("post.full", _("这个岗位的名额刚刚报满，请看看其他岗位。"))
TOO_MANY = Refusal(
    "post.too_many", _("今年您已选了 %(limit)s 个岗位，已达上限；退出一个后可再选。")
)
NOT_YOURS = Refusal("post.not_yours", _("这不是您认领的岗位。"))
TITLE_MISSING = Refusal("post.title_missing", _("请填写岗位名称。"))
ITEM_UNKNOWN = Refusal("post.item_unknown", _("服务菜单中没有这一项，请重新选择。"))
OUTSIDE = Refusal("post.outside", _("本县岗位须从服务菜单中选择。"))
PLACES_BELOW = Refusal("post.places_below", _("已有 %(taken)s 人在岗，人数不能少于此数。"))
OVER = Refusal("post.over", _("这个岗位的服务期已于 %(day)s 结束，请看看其他岗位。"))
TERM_BACKWARDS = Refusal("post.term_backwards", _("截止日期不能早于起始日期。"))
TERM_OUTSIDE = Refusal(
    "post.term_outside", _("岗位的起止日期须在本年度内（%(first)s 至 %(last)s）。")
)


def take_refusals(
    post: Post, *, on_roster: bool, held: int, limit: int, on: date | None = None
) -> list[Refusal]:
    """Why a post may not be taken on a day; `limit` 0 means none."""
    if not on_roster:
        return [NOT_A_MEMBER]
    if on is not None and post.until_on is not None and post.until_on < on:
        return [OVER.having(day=post.until_on.isoformat())]
    if post.state != PostState.OPEN:
        return [CLOSED]
    if post.places_left <= 0:
        return [FULL]
    return [TOO_MANY.having(limit=limit)] if limit and held >= limit else []


def post_refusals(
    *, title: str, item: str, places: int, taken: int, menu: Menu, was: str = ""
) -> list[Refusal]:
    """`was`: the item of a post that is there already, which it keeps when that is retired."""
    reasons = []
    if not title.strip():
        reasons.append(TITLE_MISSING)
    if item and item != was and menu.item(item) is None:
        reasons.append(ITEM_UNKNOWN)
    if not item and not menu.outside_allowed:
        reasons.append(OUTSIDE)
    if places < max(1, taken):
        reasons.append(PLACES_BELOW.having(taken=taken))
    return reasons


def term_refusals(first: date | None, last: date | None, *, year: Period) -> list[Refusal]:
    """A post begins and ends within the programme year; an open end is the year's."""
    if first is not None and last is not None and last < first:
        return [TERM_BACKWARDS]
    if any(day is not None and day not in year for day in (first, last)):
        return [TERM_OUTSIDE.having(first=year.first.isoformat(), last=year.last.isoformat())]
    return []
