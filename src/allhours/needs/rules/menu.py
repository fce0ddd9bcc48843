"""Changing the county's menu."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.scheme.menus import MenuLine
from allhours.scheme.schema import Menu

NOT_PUBLISHED = Refusal("menu.not_published", _("尚未发布工作方案，不能修改菜单。"))
EMPTY = Refusal("menu.empty", _("菜单至少要有一个项目。"))
TITLE_MISSING = Refusal("menu.title_missing", _("第 %(n)s 项没有名称。"))
TITLE_TWICE = Refusal("menu.title_twice", _("“%(title)s”出现了两次，请改用不同的名称。"))
UNKNOWN = Refusal("menu.unknown", _("菜单中没有代码为“%(code)s”的项目。"))
CODE_TWICE = Refusal("menu.code_twice", _("代码“%(code)s”出现了两次。"))
A_CATEGORY = Refusal(
    "menu.a_category", _("“%(title)s”还是方案指定的心愿类别，停用前须先修改方案的心愿类别。")
)


def menu_refusals(
    lines: Sequence[MenuLine], *, menu: Menu, categories: Collection[str]
) -> list[Refusal]:
    """`categories`: the wish categories that the scheme names itself."""
    if not lines:
        return [EMPTY]
    reasons = [TITLE_MISSING.having(n=n) for n, each in _numbered(lines) if not each.title.strip()]
    known = menu.titles
    codes = [each.code for each in lines if each.code]
    reasons += [UNKNOWN.having(code=code) for code in codes if code not in known]
    reasons += [CODE_TWICE.having(code=code) for code in _twice(codes)]
    titles = [each.title.strip() for each in lines if each.title.strip()]
    reasons += [TITLE_TWICE.having(title=title) for title in _twice(titles)]
    gone = [item for item in menu.items if item.code not in codes and item.code in categories]
    return [*reasons, *(A_CATEGORY.having(title=item.title) for item in gone)]


def _numbered(lines: Sequence[MenuLine]) -> list[tuple[int, MenuLine]]:
    return list(enumerate(lines, 1))


def _twice(values: Sequence[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
