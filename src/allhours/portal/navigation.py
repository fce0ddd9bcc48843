"""The menus, in one place: what each audience finds, in the order they need it.

An entry is shown when its address exists and the actor holds one of its roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import (
    ADMIN_ROLES,
    COMMUNITY_ROLES,
    COUNTY_ROLES,
    TERRITORY_ROLES,
    UNIT_ROLES,
    Role,
)
from allhours.portal.queries import desk_organization
from allhours.reports.scope import READERS
from allhours.scheme.queries import county
from allhours.ui.parts import NavGroup, NavItem, Shell

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from allhours.directory.middleware import ActorRequest

STAFF = COUNTY_ROLES | UNIT_ROLES | TERRITORY_ROLES | {Role.TEAM_LEADER}
OFFICER = frozenset({Role.COUNTY_OFFICER})
LEDGER_READERS = READERS


@dataclass(frozen=True)
class Entry:
    label: str | _StrPromise
    view: str
    roles: frozenset[str] = field(default_factory=frozenset)  # empty: everyone of the audience
    icon: str = ""


@dataclass(frozen=True)
class Group:
    label: str | _StrPromise
    entries: tuple[Entry, ...]


PUBLIC = (
    Entry(_("首页"), "portal:public"),
    Entry(_("心愿墙"), "needs:wall"),
    Entry(_("服务菜单"), "needs:menu"),
    Entry(_("活动"), "activities:public"),
    Entry(_("查进度"), "needs:follow"),
)
MEMBER = (
    Entry(_("今天"), "portal:today", icon="home"),
    Entry(_("心愿"), "needs:wall", icon="heart"),
    Entry(_("活动"), "activities:mine", icon="calendar"),
    Entry(_("记录"), "activities:record", icon="record"),
    Entry(_("我"), "portal:me", icon="user"),
)
DESK = (
    Group(
        "",
        (
            Entry(_("待办"), "portal:desk", STAFF),
            Entry(_("全县情况"), "portal:county", COUNTY_ROLES),
        ),
    ),
    Group(
        _("组织与党员"),
        (
            Entry(_("花名册导入"), "directory:roster", OFFICER | UNIT_ROLES),
            Entry(_("党员"), "directory:members", COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES),
            Entry(_("组织"), "directory:organizations", COUNTY_ROLES),
            Entry(_("编入社区"), "placement:rounds", COUNTY_ROLES),
            Entry(_("证明信"), "placement:letters", COUNTY_ROLES | UNIT_ROLES),
            Entry(_("报到与回执"), "placement:reporting", COMMUNITY_ROLES),
            Entry(_("未报到名单"), "placement:unreported", COUNTY_ROLES | UNIT_ROLES),
        ),
    ),
    Group(
        _("服务"),
        (
            Entry(_("心愿"), "needs:board", COUNTY_ROLES | TERRITORY_ROLES),
            Entry(_("岗位"), "needs:posts", COUNTY_ROLES | COMMUNITY_ROLES),
            Entry(_("活动"), "activities:desk", STAFF),
            Entry(_("写实确认"), "activities:notes", COUNTY_ROLES | COMMUNITY_ROLES),
        ),
    ),
    Group(
        _("数据"),
        (
            Entry(_("台账"), "reports:ledger", LEDGER_READERS),
            Entry(_("汇总表"), "reports:tables", LEDGER_READERS),
            Entry(_("登记册导出"), "reports:registers", OFFICER),
            Entry(_("办法"), "scheme:show", COUNTY_ROLES),
        ),
    ),
    Group(
        _("管理"),
        (
            Entry(_("人员与权限"), "directory:people", OFFICER | {Role.SECURITY_ADMIN}),
            Entry(_("后台任务"), "jobs:list", OFFICER | {Role.SYSTEM_ADMIN}),
            Entry(_("操作记录"), "accounts:journal", frozenset({Role.AUDIT_ADMIN})),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` and `shell` for the three page shells."""
    actor: Actor = cast("ActorRequest", request).actor
    if request.path.startswith("/desk/"):
        return {"nav": desk_menu(actor, request.path), "shell": _desk_shell(actor)}
    if request.path.startswith("/me/"):
        items = [_item(entry, request.path) for entry in MEMBER]
        return {"nav": [NavGroup("", [i for i in items if i])], "shell": _public_shell()}
    return {"nav": public_menu(actor, request.path), "shell": _public_shell()}


def public_menu(actor: Actor, here: str) -> list[NavGroup]:
    entries: list[Entry] = list(PUBLIC)
    if actor.member_id is not None:
        entries.insert(0, Entry(_("今天"), "portal:today"))
    if actor.grants:
        entries.append(Entry(_("工作台"), "portal:home"))
    return [NavGroup("", _items(entries, here))]


def desk_menu(actor: Actor, here: str) -> list[NavGroup]:
    roles = actor.roles
    groups = [
        NavGroup(
            str(group.label),
            _items((e for e in group.entries if not e.roles or roles & e.roles), here),
        )
        for group in DESK
    ]
    return [group for group in groups if group.items]


def _items(entries: Iterable[Entry], here: str) -> list[NavItem]:
    items = [item for entry in entries if (item := _item(entry, here))]
    # the longest address that the page stands under is the current one
    current = max((i.url for i in items if here.startswith(i.url)), key=len, default="")
    if current == "/" != here:
        current = ""
    return [
        NavItem(i.label, i.url, i.count, i.url == current and bool(current), i.icon) for i in items
    ]


def _item(entry: Entry, here: str) -> NavItem | None:
    try:
        url = reverse(entry.view)
    except NoReverseMatch:
        return None
    return NavItem(str(entry.label), url, None, here == url, entry.icon)


def _public_shell() -> Shell:
    row = county()
    return Shell(title=row.name or str(_("全天候")), subtitle="", home_url="/")


def _desk_shell(actor: Actor) -> Shell:
    row = county()
    organization = desk_organization(actor)
    name = row.name or str(_("全天候"))
    if actor.roles <= ADMIN_ROLES or organization is None:
        return Shell(title=name, subtitle=str(_("管理")), home_url=reverse("portal:home"))
    return Shell(title=organization.label, subtitle=name, home_url=reverse("portal:desk"))
