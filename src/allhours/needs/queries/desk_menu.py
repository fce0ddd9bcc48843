"""The county's menu on its desk: each item, where it is from, and what stands on it this year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from allhours.needs.models import Post, PostOrder
from allhours.needs.queries.limits import programme_year
from allhours.needs.queries.menu import KINDS
from allhours.scheme import loader, queries, shown
from allhours.scheme.labels import SETTINGS
from allhours.scheme.models import SchemeVersion
from allhours.scheme.schema import Menu, MenuItem, Scheme


@dataclass(frozen=True)
class Line:
    item: MenuItem
    kind: str  # in words
    source: str
    posts: int = 0
    places: int = 0
    taken: int = 0
    orders: int = 0  # open ones of members


@dataclass(frozen=True)
class DeskMenu:
    version: SchemeVersion
    menu: Menu
    lines: list[Line]
    retired: list[Line]
    ahead: bool  # not in force yet


def desk_menu(now: datetime, today: date) -> DeskMenu | None:
    """The menu of the newest version, on which a change is made; None before there is one."""
    version = queries.latest()
    if version is None:
        return None
    menu = loader.from_document(version.document).menu
    used, sources = _used(now), _sources()
    lines, retired = (
        [_line(item, used.get(item.code, {}), sources.get(item.code, "")) for item in items]
        for items in (menu.items, menu.retired)
    )
    return DeskMenu(version, menu, lines, retired, version.effective_from > today)


def _line(item: MenuItem, used: dict[str, int], source: str) -> Line:
    return Line(item, str(KINDS.get(item.kind, item.kind)), source, **used)


def _used(now: datetime) -> dict[str, dict[str, int]]:
    """Item → what stands on it this year."""
    year = programme_year(now)
    found: dict[str, dict[str, int]] = {}
    posts = Post.objects.filter(year=year).order_by().values("item")
    for row in posts.annotate(n=Count("pk"), all=Sum("places"), on=Sum("taken")):
        found[row["item"]] = {"posts": row["n"], "places": row["all"], "taken": row["on"]}
    orders = PostOrder.objects.open().filter(year=year).order_by().values("item")
    for item, n in orders.annotate(n=Count("pk")).values_list("item", "n"):
        found.setdefault(item, {})["orders"] = n
    return found


def _sources() -> dict[str, str]:
    """Item → the version that brought it."""
    first: dict[str, int] = {}
    rows = SchemeVersion.objects.order_by("number").values_list("number", "document__menu__items")
    for number, items in rows:
        for item in items or ():
            first.setdefault(item["code"], number)
    return {
        code: _("方案原有") if n == 1 else _("第 %(n)d 版增设") % {"n": n}
        for code, n in first.items()
    }


@dataclass(frozen=True)
class Preview:
    changes: list[shown.ChangeRow]
    moved: bool  # in another order
    stays: list[Line]  # of what is retired: what stands on it


def preview(before: SchemeVersion, after: Scheme, now: datetime) -> Preview:
    """What would differ, in the words of the scheme's own pages."""
    old = loader.from_document(before.document)
    order = [item.code for item in after.menu.items]
    kept = [item.code for item in old.menu.items if item.code in order]
    moved = kept != [code for code in order if code in set(kept)]
    used = _used(now)
    gone = [item for item in old.menu.items if item.code not in order]
    stays = [_line(item, used[item.code], "") for item in gone if item.code in used]
    rows = [
        row for row in shown.changes(old, after)
        if not row.where.endswith(str(SETTINGS["MenuItem.code"]))
    ]  # fmt: skip
    return Preview(rows, moved, stays)
