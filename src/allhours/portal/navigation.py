"""The menus, in one place: what each audience finds, in the order they need it.

An entry is shown to those who hold one of its roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.urls import reverse
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
from allhours.kernel import clock
from allhours.notifications.queries import unread_count
from allhours.portal.queries import desk_organization
from allhours.reports.scope import READERS
from allhours.scheme.queries import county, scheme_for
from allhours.ui.parts import NavGroup, NavItem, Shell

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from allhours.directory.middleware import ActorRequest

STAFF = COUNTY_ROLES | UNIT_ROLES | TERRITORY_ROLES | {Role.TEAM_LEADER}
OFFICER = frozenset({Role.COUNTY_OFFICER})
HOMES = ("/", "/me/", "/desk/")  # everything begins with one of these


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
# 我 of somebody who holds an office and is no member
STAFF_ME = (
    Entry(_("工作台"), "portal:home", icon="home"),
    Entry(_("消息"), "notifications:inbox", icon="bell"),
    Entry(_("职务"), "directory:my-offices", icon="people"),
    Entry(_("账号"), "accounts:account", icon="user"),
    Entry(_("我的数据"), "rights:mine", icon="record"),
)
DESK = (
    Group(
        "",
        (
            Entry(_("待办"), "portal:desk", STAFF),
            Entry(_("全县情况"), "portal:county", COUNTY_ROLES),
            Entry(_("消息"), "notifications:inbox"),
        ),
    ),
    Group(
        _("组织与党员"),
        (
            Entry(_("花名册导入"), "directory:roster", OFFICER | UNIT_ROLES),
            Entry(_("党员"), "directory:members", COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES),
            Entry(_("人员变动"), "directory:changes", COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES),
            Entry(_("组织"), "directory:organizations", COUNTY_ROLES),
            Entry(_("编入社区"), "placement:rounds", COUNTY_ROLES),
            Entry(_("证明信"), "placement:letters", COUNTY_ROLES | UNIT_ROLES),
            Entry(_("报到与回执"), "placement:reporting", COMMUNITY_ROLES),
            Entry(_("未报到名单"), "placement:unreported", COUNTY_ROLES | UNIT_ROLES),
            Entry(
                _("数据反查"), "placement:reconcile", COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES
            ),
            Entry(
                _("单位与社区"),
                "placement:unit-reports",
                COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES,
            ),
        ),
    ),
    Group(
        _("服务"),
        (
            Entry(_("心愿"), "needs:board", COUNTY_ROLES | TERRITORY_ROLES),
            Entry(_("单位认领的心愿"), "needs:desk-unit-wishes", UNIT_ROLES),
            Entry(_("岗位"), "needs:posts", COUNTY_ROLES | COMMUNITY_ROLES),
            Entry(_("选岗情况"), "needs:without-post", UNIT_ROLES),
            Entry(
                _("意见建议"),
                "needs:desk-suggestions",
                COUNTY_ROLES | TERRITORY_ROLES | UNIT_ROLES,
            ),
            Entry(
                _("特色项目"),
                "projects:list",
                COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES | {Role.TEAM_LEADER},
            ),
            Entry(_("承诺"), "needs:desk-pledges", COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES),
            Entry(_("活动"), "activities:desk", STAFF - {Role.GRID_WORKER}),
            Entry(_("写实确认"), "activities:notes", COUNTY_ROLES | COMMUNITY_ROLES),
        ),
    ),
    Group(
        _("数据"),
        (
            Entry(_("台账"), "reports:ledger", READERS),
            Entry(_("汇总表"), "reports:tables", READERS),
            Entry(_("登记册导出"), "reports:registers", OFFICER),
            Entry(_("工作方案"), "scheme:show", COUNTY_ROLES),
            Entry(_("菜单管理"), "needs:desk-menu", COUNTY_ROLES),
        ),
    ),
    Group(
        _("管理"),
        (
            Entry(
                _("人员与权限"),
                "directory:people",
                COUNTY_ROLES | UNIT_ROLES | COMMUNITY_ROLES | {Role.SECURITY_ADMIN},
            ),
            Entry(_("账号"), "accounts:accounts", frozenset({Role.SECURITY_ADMIN})),
            Entry(_("更正申请"), "rights:corrections", OFFICER | UNIT_ROLES | COMMUNITY_ROLES),
            Entry(_("删除个人信息"), "rights:erasures", OFFICER),
            Entry(_("同意登记"), "rights:consents", OFFICER),
            Entry(_("保存期限"), "rights:retention", OFFICER | {Role.SYSTEM_ADMIN}),
            Entry(_("功能与数据清单"), "rights:data-list", OFFICER | {Role.SECURITY_ADMIN}),
            Entry(_("后台任务"), "jobs:list", OFFICER | {Role.SYSTEM_ADMIN}),
            Entry(_("发信情况"), "notifications:outbox", OFFICER | {Role.SYSTEM_ADMIN}),
            Entry(_("系统状态"), "jobs:system", frozenset({Role.SYSTEM_ADMIN})),
            Entry(_("操作记录"), "accounts:journal", frozenset({Role.AUDIT_ADMIN})),
            Entry(_("登录记录"), "accounts:sign-ins", frozenset({Role.AUDIT_ADMIN})),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` and `shell` for the three page shells."""
    actor: Actor = cast("ActorRequest", request).actor
    if request.path.startswith("/desk/"):
        return {"nav": desk_menu(actor, request.path), "shell": _desk_shell(actor)}
    if request.path.startswith("/me/"):
        return {"nav": member_menu(actor, request.path), "shell": _public_shell()}
    return {"nav": public_menu(actor, request.path), "shell": _public_shell()}


def public_menu(actor: Actor, here: str) -> list[NavGroup]:
    entries: list[Entry] = list(PUBLIC)
    if actor.member_id is not None:
        entries.insert(0, Entry(_("今天"), "portal:today"))
    if actor.grants:
        entries.append(Entry(_("工作台"), "portal:home"))
    return _groups([("", entries)], here)


def member_menu(actor: Actor, here: str) -> list[NavGroup]:
    entries = MEMBER if actor.member_id is not None else STAFF_ME
    return _with_unread(_groups([("", entries)], here), actor)


def desk_menu(actor: Actor, here: str) -> list[NavGroup]:
    roles = actor.roles
    shown = [
        (str(group.label), [e for e in group.entries if not e.roles or roles & e.roles])
        for group in DESK
    ]
    return _with_unread(_groups(shown, here), actor)


def _with_unread(groups: list[NavGroup], actor: Actor) -> list[NavGroup]:
    """The number of new messages at 消息, or at 我 under which a member finds them."""
    addresses = [item.url for group in groups for item in group.items]
    inbox = reverse("notifications:inbox")
    at = inbox if inbox in addresses else reverse("portal:me")
    count = unread_count(actor) if at in addresses else 0
    return (
        [
            replace(
                group, items=[replace(i, count=count) if i.url == at else i for i in group.items]
            )
            for group in groups
        ]
        if count
        else groups
    )


def _groups(groups: Iterable[tuple[str, Iterable[Entry]]], here: str) -> list[NavGroup]:
    """Items with addresses; the longest address that the page stands under is the current one."""
    found = [(label, [_item(entry) for entry in entries]) for label, entries in groups]
    under = [i.url for _label, items in found for i in items if _stands_under(here, i.url)]
    current = max(under, key=len, default="")
    return [
        NavGroup(label, [replace(item, current=item.url == current) for item in items])
        for label, items in found
        if items
    ]


def _stands_under(here: str, url: str) -> bool:
    return here == url if url in HOMES else here.startswith(url)


def _item(entry: Entry) -> NavItem:
    return NavItem(str(entry.label), reverse(entry.view), icon=entry.icon)


def _public_shell() -> Shell:
    programme = scheme_for(clock.local_date(clock.now())).vocabulary.programme
    return Shell(title=f"{county().name}{programme}", home_url="/")


def _desk_shell(actor: Actor) -> Shell:
    row = county()
    name = row.name or str(_("全天候"))
    if actor.roles <= ADMIN_ROLES:
        return Shell(title=name, subtitle=str(_("管理")), home_url=reverse("portal:home"))
    if actor.holds(*COUNTY_ROLES):
        title = row.office or str(_("县直机关工委"))
        return Shell(title=title, subtitle=name, home_url=reverse("portal:county"))
    organization = desk_organization(actor)
    title = organization.label if organization else name
    acting = any(grant.acting_for for grant in actor.grants)
    subtitle = str(_("%(name)s（代理）")) % {"name": name} if acting else name
    return Shell(title=title, subtitle=subtitle, home_url=reverse("portal:desk"))
