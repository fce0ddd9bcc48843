"""Festivals of wishes as anybody sees them: the list, one's page, what wall and home announce."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Min, Q, Value, When
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.needs.choices import FestivalPhase, WishState
from allhours.needs.models import Festival, Wish
from allhours.needs.models.festival import FestivalQuerySet
from allhours.needs.models.wish import PUBLIC, WishQuerySet, due_by
from allhours.needs.queries.festival_seats import barred
from allhours.needs.queries.limits import item_titles
from allhours.needs.queries.wall import Reader, cards_of, claimable, reader, visible
from allhours.needs.queries.words import Card
from allhours.needs.rules.claims import TOO_MANY
from allhours.ui.parts import Kind

PAGE_SIZE = 60
HEARTS = 120  # at most drawn, each for its share of the wishes
TAKEN = (WishState.CLAIMED, WishState.DELIVERED, WishState.CONFIRMED)
VIEWS = ("all", "open", "taken")
TONES: dict[str, Kind] = {
    FestivalPhase.PLANNED: "neutral",
    FestivalPhase.COMING: "info",
    FestivalPhase.RUNNING: "danger",
    FestivalPhase.ENDED: "ok",
    FestivalPhase.CANCELLED: "neutral",
}


@dataclass(frozen=True)
class Totals:
    """Its wishes in the reader's sight."""

    all: int = 0
    open: int = 0
    taken: int = 0
    done: int = 0


@dataclass(frozen=True)
class Shown:
    """A festival in words, with its numbers."""

    festival: Festival
    phase: str
    tone: Kind
    totals: Totals
    left: str  # until its hour, in words; "" once that has come

    @property
    def phase_label(self) -> str:
        return str(FestivalPhase(self.phase).label)


@dataclass(frozen=True)
class Filters:
    view: str = "all"
    category: str = ""
    page: int = 1


@dataclass(frozen=True)
class Group:
    title: str
    cards: list[Card]


@dataclass(frozen=True)
class FestivalPage:
    shown: Shown
    groups: list[Group]
    page: Page[Wish]
    categories: list[tuple[str, str, int]]  # code, title, how many
    line: str  # how far it has come
    hearts: list[str]  # one class for each
    barred: str  # why this reader may take no more, as a sentence
    wins: frozenset[str]  # codes that this reader may claim, now or at the hour


def announced() -> FestivalQuerySet:
    return Festival.objects.public().select_related("audience")


def public_festival(code: str) -> Festival | None:
    return announced().filter(code=code.upper()).first()


def public_festivals(who: Reader, now: datetime) -> list[Shown]:
    """Those ahead and running first, by their hour; then the past ones, the newest first."""
    rows = list(announced().order_by("-opens_at", "-pk"))
    shown = _shown(rows, who, now)
    ahead = [each for each in shown if each.phase in (FestivalPhase.COMING, FestivalPhase.RUNNING)]
    return ahead[::-1] + [each for each in shown if each not in ahead]


def banners(
    actor: Actor, now: datetime, *, who: Reader | None = None, limit: int = 2
) -> list[Shown]:
    """What wall and home pages tell of: the next ones to open and those that run."""
    rows = Festival.objects.ahead_or_running(now).select_related("audience").order_by("opens_at")
    found = list(rows[:limit])
    return _shown(found, who or reader(actor, now), now) if found else []


def _shown(festivals: list[Festival], who: Reader, now: datetime) -> list[Shown]:
    totals = _totals([each.pk for each in festivals], who, now)
    return [_one(each, totals.get(each.pk, Totals()), now) for each in festivals]


def _one(festival: Festival, totals: Totals, now: datetime) -> Shown:
    phase = festival.phase_at(now)
    left = span_words(festival.opens_at - now) if phase == FestivalPhase.COMING else ""
    return Shown(festival, phase, TONES[phase], totals, left)


def wishes_in(festival: Festival, who: Reader) -> WishQuerySet:
    """Its wishes that the reader may see, waiting for the hour or past it."""
    rows = visible(who.actor, who.communities)
    return rows.filter(festival=festival, state__in=(*PUBLIC, WishState.SCHEDULED))


def totals_of(festival: Festival, who: Reader, now: datetime) -> Totals:
    return _totals([festival.pk], who, now).get(festival.pk, Totals())


def _totals(ids: list[int], who: Reader, now: datetime) -> dict[int, Totals]:
    if not ids:
        return {}
    rows = visible(who.actor, who.communities).filter(
        festival__in=ids, state__in=(*PUBLIC, WishState.SCHEDULED)
    )
    counted: Iterable[Any] = rows.order_by().values("festival_id").annotate(**_counts(now))
    return {row["festival_id"]: _from(row) for row in counted}


def _counts(now: datetime) -> dict[str, Count]:
    return {
        "all": Count("pk", distinct=True),
        "open": Count("pk", filter=Q(state=WishState.OPEN) | due_by(now), distinct=True),
        "taken": Count("pk", filter=Q(state__in=TAKEN), distinct=True),
        "done": Count("pk", filter=Q(state=WishState.CONFIRMED), distinct=True),
    }


def festival_page(who: Reader, festival: Festival, filters: Filters, now: datetime) -> FestivalPage:
    seen, titles = wishes_in(festival, who), item_titles(now)
    by_category = _by_category(seen, now)
    shown = _one(festival, _sum(by_category.values()), now)
    page = Paginator(_ordered(_narrowed(seen, filters, now), titles, who), PAGE_SIZE).get_page(
        filters.page
    )
    # before the hour: as it will be then, so that the page can open by itself
    then = max(now, festival.opens_at)
    shut = barred(who.member, [festival.pk], then)
    why = shut.get(festival.pk, [])
    at_limit = [TOO_MANY.having(limit=who.limits.open_claims)] if who.at_limit else []
    cards = cards_of(list(page), who, titles, now, shut=shut)
    return FestivalPage(
        shown=shown,
        groups=_groups(cards),
        page=page,
        categories=_categories(by_category, titles),
        line=_line(shown, seen, now),
        hearts=_hearts(shown.totals),
        barred=" ".join(str(each) for each in why or at_limit),
        wins=frozenset() if why else _wins(list(page), who, then),
    )


def _wins(rows: list[Wish], who: Reader, then: datetime) -> frozenset[str]:
    return frozenset(wish.code for wish in rows if claimable(wish, who, then))


def _narrowed(rows: WishQuerySet, filters: Filters, now: datetime) -> WishQuerySet:
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.view == "open":
        rows = rows.exclude(state__in=TAKEN)
    elif filters.view == "taken":
        rows = rows.filter(state__in=TAKEN)
    return rows


def _ordered(rows: WishQuerySet, titles: dict[str, str], who: Reader) -> WishQuerySet:
    """By category as on the menu, the reader's own community first: an order that does not
    change while wishes are taken, so that nothing moves under a finger."""
    place = Case(
        *(When(category=code, then=Value(n)) for n, code in enumerate(titles)),
        default=Value(len(titles)),
        output_field=IntegerField(),
    )
    own = Case(
        When(community_id__in=sorted(who.communities), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return (
        rows.select_related("community__parent")
        .annotate(place=place, near=own)
        .order_by("place", "category", "near", "pk")
    )


def _groups(cards: list[Card]) -> list[Group]:
    return [Group(title, list(some)) for title, some in groupby(cards, lambda card: card.category)]


def _by_category(rows: WishQuerySet, now: datetime) -> dict[str, Totals]:
    counted: Iterable[Any] = rows.order_by().values("category").annotate(**_counts(now))
    return {row["category"]: _from(row) for row in counted}


def _from(row: dict[str, Any]) -> Totals:
    return Totals(row["all"], row["open"], row["taken"], row["done"])


def _sum(parts: Iterable[Totals]) -> Totals:
    rows = list(parts)
    return Totals(
        all=sum(row.all for row in rows),
        open=sum(row.open for row in rows),
        taken=sum(row.taken for row in rows),
        done=sum(row.done for row in rows),
    )


def _categories(counted: dict[str, Totals], titles: dict[str, str]) -> list[tuple[str, str, int]]:
    order = {code: n for n, code in enumerate(titles)}
    codes = sorted(counted, key=lambda code: (order.get(code, len(order)), code))
    return [(code, titles.get(code, code), counted[code].all) for code in codes]


def _line(shown: Shown, rows: WishQuerySet, now: datetime) -> str:
    totals, festival = shown.totals, shown.festival
    if shown.phase not in (FestivalPhase.RUNNING, FestivalPhase.ENDED):
        return ""
    if totals.all and totals.taken == totals.all:
        last = last_taken(rows)
        took = span_words((last or now) - festival.opens_at)
        return _("%(n)s 个心愿在开放后 %(took)s 内全部认领完毕") % {"n": totals.all, "took": took}
    if shown.phase == FestivalPhase.ENDED:
        return _("活动已结束，其余的心愿仍在心愿墙等人认领")
    return _("开放已 %(took)s") % {"took": span_words(now - festival.opens_at)}


def last_taken(rows: WishQuerySet) -> datetime | None:
    """When the last of them found its first claimer (or, of several, its last)."""
    first = Min("claims__claimed_at", filter=Q(claims__seat__isnull=False))
    found = rows.order_by().annotate(first=first).values_list("places", "claimed_at", "first")
    instants = [begun if places == 1 else last for places, last, begun in found]
    return max((each for each in instants if each is not None), default=None)


def _hearts(totals: Totals) -> list[str]:
    """Done, taken and waiting ones, drawn each or by share."""
    drawn = min(totals.all, HEARTS)
    if not drawn:
        return []
    done = drawn * totals.done // totals.all
    taken = drawn * totals.taken // totals.all
    return ["done"] * done + ["taken"] * (taken - done) + ["open"] * (drawn - taken)


def span_words(span: timedelta) -> str:
    """A length of time in the two units that matter."""
    seconds = max(0, int(span.total_seconds()))
    days, hours = seconds // 86400, seconds % 86400 // 3600
    minutes = seconds % 3600 // 60
    if days:
        return _("%(d)s 天 %(h)s 小时") % {"d": days, "h": hours}
    if hours:
        return _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": minutes}
    return _("%(m)s 分 %(s)s 秒") % {"m": minutes, "s": seconds % 60}
