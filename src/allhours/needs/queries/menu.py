"""The public menu: its items with what is open, the posts of one, and what fits the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.needs.models import Claim, Post
from allhours.needs.queries import fit
from allhours.needs.queries.claimers import member_of
from allhours.needs.queries.limits import free_times, menu, scheme_now
from allhours.needs.queries.posts import (
    OPEN,
    PostCard,
    card_of,
    cards_of,
    open_posts,
    places_by_item,
)
from allhours.scheme.schema import Menu

PAGE_SIZE = 24
FITTING = 4
BEST = ("-fit", "community__code", "title", "pk")
OUTSIDE = "-"  # in an address: what is outside the menu; no code of an item
KINDS: dict[str, Promise] = {"general": _("人人都能做"), "professional": _("用得上专长")}


@dataclass(frozen=True)
class MenuFilters:
    """`item` None: of every item; "" of none, the posts outside the menu."""

    item: str | None = None
    community: int | None = None
    time: str = ""
    skill: str = ""
    free: bool = False  # only with places
    fits: bool = False  # only what suits the reader
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether posts are listed, rather than the menu."""
        asked = (self.community, self.time, self.skill, self.free, self.fits)
        return self.item is not None or any(asked) or self.page > 1


@dataclass(frozen=True)
class Entry:
    """An item of the menu and what is open of it; code "-" is outside the menu."""

    code: str
    title: str
    description: str
    posts: int
    left: int


@dataclass(frozen=True)
class Group:
    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class MenuPage:
    groups: list[Group]
    fitting: list[PostCard]
    cards: list[PostCard] = field(default_factory=list)
    page: Page[Post] | None = None


def front(actor: Actor, now: datetime) -> MenuPage:
    """The menu by kind, and for a member the few posts that fit best."""
    return MenuPage(groups(now), fitting_posts(actor, now))


def groups(now: datetime) -> list[Group]:
    """Every item with its counts; empty headings are left out."""
    items = menu(now)
    counts = places_by_item(now)
    found: dict[str, list[Entry]] = {}
    for item in items.items:
        n, left = counts.pop(item.code, (0, 0))
        found.setdefault(item.kind, []).append(
            Entry(item.code, item.title, item.description, n, left)
        )
    order = [*KINDS, *(kind for kind in found if kind not in KINDS)]
    made = [Group(str(KINDS.get(kind, kind)), found[kind]) for kind in order if kind in found]
    if counts:
        n, left = (sum(each) for each in zip(*counts.values(), strict=True))
        made.append(Group("", [Entry(OUTSIDE, str(_("菜单以外的岗位")), "", n, left)]))
    return made


def fitting_posts(actor: Actor, now: datetime, *, limit: int = FITTING) -> list[PostCard]:
    """Posts with places that suit the member and are not theirs yet, the best first."""
    member = member_of(actor)
    return fitting_for(member, now, limit=limit) if member is not None else []


def fitting_for(member: Member, now: datetime, *, limit: int = FITTING) -> list[PostCard]:
    if member.left_on is not None:
        return []
    mine = Claim.objects.filter(member=member, state__in=OPEN, post__isnull=False)
    rows = fit.weighed(open_posts(now).filter(taken__lt=F("places")), card_of(member))
    rows = fit.fitting(rows).exclude(pk__in=mine.values("post"))
    best = list(rows.order_by(*BEST)[:limit])
    return cards_of(best, member, now, mine={})


def listed(actor: Actor, filters: MenuFilters, now: datetime) -> MenuPage:
    """The posts that a reader asked for, what fits them first and full ones last."""
    member = member_of(actor)
    rows = fit.readable(_narrowed(open_posts(now), filters, menu(now)))
    rows = fit.full_last(_suited(rows, filters))
    order = ["full", "community__code", "title", "pk"]
    if member is not None:
        rows = fit.weighed(rows, card_of(member))
        rows = fit.fitting(rows) if filters.fits else rows
        order.insert(1, "-fit")
    page = Paginator(rows.order_by(*order), PAGE_SIZE).get_page(filters.page)
    return MenuPage([], [], cards_of(list(page), member, now), page)


def suited(rows: QuerySet[Post], actor: Actor, filters: MenuFilters) -> QuerySet[Post]:
    """By skill, time and what suits the reader; nothing suits who is no member."""
    rows = _suited(fit.readable(rows), filters)
    if not filters.fits:
        return rows
    member = member_of(actor)
    return fit.fitting(fit.weighed(rows, card_of(member))) if member else rows.none()


def _suited(rows: QuerySet[Post], filters: MenuFilters) -> QuerySet[Post]:
    if filters.skill:
        rows = rows.filter(fit.naming("skills", [filters.skill]))
    return rows.filter(fit.naming("weekly", [filters.time])) if filters.time else rows


def _narrowed(rows: QuerySet[Post], filters: MenuFilters, items: Menu) -> QuerySet[Post]:
    if filters.item:
        rows = rows.filter(item=filters.item)
    elif filters.item == "":
        rows = rows.exclude(item__in=[item.code for item in items.items])
    if filters.community:
        rows = rows.filter(community_id=filters.community)
    return rows.filter(taken__lt=F("places")) if filters.free else rows


def entry(code: str, now: datetime) -> Entry | None:
    """One item by its code in an address, with its counts."""
    items = menu(now)
    item = items.item(code)
    if item is None and code != OUTSIDE:
        return None
    known = Q(item=code) if item else ~Q(item__in=[each.code for each in items.items])
    counted = open_posts(now).filter(known).aggregate(
        n=Count("pk"), left=Sum(F("places") - F("taken"))
    )  # fmt: skip
    n, left = counted["n"], counted["left"] or 0
    if item is None:
        return Entry(OUTSIDE, str(_("菜单以外的岗位")), "", n, left)
    return Entry(item.code, item.title, item.description, n, left)


def choices(now: datetime) -> dict[str, dict[str, str]]:
    """Code → title of what the lists may be narrowed by."""
    roster = scheme_now(now).roster
    return {
        "times": free_times(now),
        "skills": {each.code: each.title for each in roster.skills},
    }
