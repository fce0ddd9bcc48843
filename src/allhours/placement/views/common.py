"""What every page of placement does alike."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.directory.pages import (
    actor_of,
    day_asked,
    journaled,
    refusals_as_messages,
    today,
)
from allhours.placement import sheets
from allhours.placement.queries import papers
from allhours.scheme.queries import scheme_for
from allhours.ui.parts import NavItem

__all__ = ["actor_of", "day_asked", "journaled", "refusals_as_messages", "today"]
UNIT_SIDE = UNIT_ROLES | COUNTY_ROLES
COMMUNITY_SIDE = COMMUNITY_ROLES | COUNTY_ROLES


def tabs(*views: tuple[str, str], current: str) -> list[NavItem]:
    return [
        NavItem(label, reverse(f"placement:{name}"), current=name == current)
        for name, label in views
    ]


def unit_tabs(current: str) -> list[NavItem]:
    """Where the scheme asks for no letter, only who may report and who has."""
    needed = scheme_for(today()).reporting.requires_letter
    first = (
        (("letters", _("待开证明信")), ("issued", _("已开证明信")))
        if needed
        else (("issued", _("待报到")),)
    )
    return tabs(
        *first,
        ("receipts", _("报到回执")),
        ("unreported", _("未报到")),
        ("excusals", _("免报")),
        ("rates", _("报到率")),
        current=current,
    )


def community_tabs(current: str) -> list[NavItem]:
    found = [("reporting", _("待接收")), ("here", _("本社区党员"))]
    if scheme_for(today()).reporting.receipt_to == "temporary_branch":
        found.append(("branch-receipts", _("收到的回执")))
    return tabs(*found, current=current)


def county_tabs(current: str) -> list[NavItem]:
    return tabs(
        ("rounds", _("各轮编入")),
        ("unplaced", _("未编入")),
        ("rates", _("报到率")),
        current=current,
    )


def sheet_links(actor: Actor, step: str, *, query: str = "") -> list[NavItem]:
    """The scheme's papers of a step, each with the address where it is printed."""
    scheme = scheme_for(today())
    return [
        NavItem(
            _("打印%s") % sheets.title_of(paper.sheet, scheme),
            reverse("placement:sheet", args=[paper.sheet]) + (f"?{query}" if query else ""),
        )
        for paper in papers.papers_to_offer(scheme.reporting, step, actor)
    ]


def say_acknowledged(request: HttpRequest, done: int) -> None:
    if done:
        text = ngettext("已签收 %(n)d 份回执。", "已签收 %(n)d 份回执。", done) % {"n": done}
        messages.success(request, text)
    else:
        messages.info(request, _("没有待签收的回执。"))
