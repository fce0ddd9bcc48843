"""The public wall: masked cards, the reader's own community first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from allhours.accounts.actor import Actor
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import WishQuerySet, due_by
from allhours.needs.queries.claimers import claimer_of, communities_of, member_of
from allhours.needs.queries.festival_seats import barred
from allhours.needs.queries.limits import categories, item_titles, wish_limits
from allhours.needs.queries.words import Card, card
from allhours.needs.rules.claims import TOO_MANY, Claimer, claim_refusals
from allhours.scheme.schema.needs import Wishes as WishLimits

PAGE_SIZE = 24
# What the wall's views hold; `soon` is offered only while something is scheduled.
VIEWS: dict[str, tuple[str, ...]] = {
    "soon": (WishState.SCHEDULED,),
    "open": (WishState.OPEN,),
    "working": (WishState.CLAIMED, WishState.DELIVERED),
    "done": (WishState.CONFIRMED,),
}


@dataclass(frozen=True)
class WallFilters:
    state: str = "open"
    community: int | None = None
    category: str = ""
    page: int = 1


@dataclass(frozen=True)
class Reader:
    """Who reads the wall: their member and what they may still hold, if they are one."""

    actor: Actor
    member: Member | None
    claimer: Claimer | None
    limits: WishLimits

    @property
    def communities(self) -> frozenset[int]:
        return communities_of(self.member) if self.member else frozenset()

    @property
    def at_limit(self) -> bool:
        return bool(self.claimer and self.claimer.open_claims >= self.limits.open_claims)


@dataclass(frozen=True)
class Wall:
    cards: list[Card]
    page: Page[Wish]
    counts: dict[str, int]  # by view
    this_year: int
    done_this_year: int
    communities: list[tuple[int, str]]
    categories: dict[str, str]
    at_limit: str  # a sentence, when the reader may claim no more


def reader(actor: Actor, now: datetime) -> Reader:
    member = member_of(actor)
    return Reader(actor, member, claimer_of(member) if member else None, wish_limits(now))


def home_of(actor: Actor) -> frozenset[int]:
    """The communities of which the actor may know more: where they serve and live."""
    rows = Member.objects.filter(pk=actor.member_id or 0)
    return communities_of(rows.only("serving_community", "residence").first() or Member())


def visible(actor: Actor, communities: frozenset[int]) -> WishQuerySet:
    return Wish.objects.visible_to(actor, communities=communities)


def wall(who: Reader, filters: WallFilters, now: datetime) -> Wall:
    seen = visible(who.actor, who.communities)
    narrowed = _narrowed(seen, filters, who.communities)
    shown = _in_view(narrowed, filters.state, now)
    page = Paginator(_ordered(shown, who.communities), PAGE_SIZE).get_page(filters.page)
    titles = categories(now)
    year = _year_counts(seen, narrowed, now)
    return Wall(
        cards=cards_of(list(page), who, item_titles(now), now),
        page=page,
        counts={view: year[view] for view in VIEWS},
        this_year=year["this_year"],
        done_this_year=year["done_this_year"],
        communities=community_choices(),
        categories=titles,
        at_limit=str(TOO_MANY.having(limit=who.limits.open_claims)) if who.at_limit else "",
    )


def newest(actor: Actor, now: datetime, *, limit: int = 6) -> list[Card]:
    """Open wishes for a home page."""
    who = reader(actor, now)
    seen = visible(actor, who.communities).in_state(WishState.OPEN, now)
    rows = list(_ordered(seen, who.communities)[:limit])
    return cards_of(rows, who, item_titles(now), now)


def community_choices() -> list[tuple[int, str]]:
    rows = communities().values_list("pk", "short_name", "name")
    return [(pk, short or name) for pk, short, name in rows]


def communities() -> QuerySet[Organization]:
    return Organization.objects.communities().open().order_by("code")


def _narrowed(rows: WishQuerySet, filters: WallFilters, home: frozenset[int]) -> WishQuerySet:
    if filters.community:
        rows = rows.placed_in(Q(community_id=filters.community), communities=home)
    if filters.category:
        rows = rows.filter(category=filters.category)
    return rows


def _in_view(rows: WishQuerySet, view: str, now: datetime) -> WishQuerySet:
    return rows.filter(_view(view, now))


def _view(view: str, now: datetime) -> Q:
    states = Q(state__in=VIEWS[view])
    if view == "soon":
        return states & ~due_by(now)
    return states | due_by(now) if view == "open" else states


def _ordered(rows: WishQuerySet, home: frozenset[int]) -> WishQuerySet:
    own = Case(
        When(community_id__in=sorted(home), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return (
        rows.select_related("community__parent")
        .annotate(near=own, since=Coalesce("opened_at", "publish_at", "noted_at"))
        .order_by("near", "-since", "-pk")
    )


def _year_counts(seen: WishQuerySet, narrowed: WishQuerySet, now: datetime) -> dict[str, int]:
    start = clock.at(clock.local_date(now).replace(month=1, day=1))
    views = narrowed.aggregate(**{view: Count("pk", filter=_view(view, now)) for view in VIEWS})
    year = (
        seen.published(now)
        .filter(noted_at__gte=start)
        .aggregate(this_year=Count("pk"), done_this_year=Count("pk", filter=_view("done", now)))
    )
    return views | year


def cards_of(
    rows: list[Wish],
    who: Reader,
    titles: dict[str, str],
    now: datetime,
    *,
    shut: Collection[int] | None = None,
) -> list[Card]:
    """What this reader is shown of each, with what they may do; `shut`: festivals, if known, of
    which they may take no more."""
    mine = in_hand_of(who.member, [wish.pk for wish in rows])
    if shut is None:
        shut = barred(who.member, (wish.festival_id for wish in rows), now)
    return [
        card(
            wish,
            categories=titles,
            now=now,
            own=wish.community_id in who.communities,
            mine=wish.pk in mine,
            claimable=wish.festival_id not in shut and claimable(wish, who, now),
        )
        for wish in rows
    ]


def claimable(wish: Wish, who: Reader, now: datetime) -> bool:
    if who.claimer is None:
        return False
    return not claim_refusals(wish, who.claimer, who.limits, now)


def in_hand_of(member: Member | None, wish_ids: list[int]) -> set[int]:
    if member is None or not wish_ids:
        return set()
    rows = Claim.objects.filter(member=member, wish_id__in=wish_ids, state=ClaimState.LIVE)
    return set(rows.values_list("wish_id", flat=True))


def visible_wish(actor: Actor, code: str) -> Wish | None:
    """A wish that the actor may see on its own page, masked."""
    member = member_of(actor)
    home = communities_of(member) if member else frozenset()
    rows = visible(actor, home).select_related("community__parent")
    return rows.filter(code=code.upper()).first()
