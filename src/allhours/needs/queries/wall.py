"""The public wall: masked cards, what suits the reader first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import WishQuerySet, due_by
from allhours.needs.queries.claimers import claimer_of, communities_of, member_of
from allhours.needs.queries.festival_seats import barred
from allhours.needs.queries.limits import categories, item_titles, skills, wish_limits
from allhours.needs.queries.posts import card_of
from allhours.needs.queries.suggested import every_category
from allhours.needs.queries.words import Card, card
from allhours.needs.rules import fit
from allhours.needs.rules.categories import suggest
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
    words: str = ""
    fits_first: bool = True  # what suits the member who reads, before what does not
    page: int = 1

    @property
    def narrowed(self) -> bool:
        return bool(self.community or self.category or self.words)


@dataclass(frozen=True)
class Reader:
    """Who reads the wall: their member and what they may still hold, if they are one."""

    actor: Actor
    member: Member | None
    claimer: Claimer | None
    limits: WishLimits
    skilled: frozenset[str] = frozenset()  # categories in which the member's skills are of use

    @property
    def fit(self) -> fit.Card:
        return card_of(self.member) if self.member else fit.Card()

    @property
    def communities(self) -> frozenset[int]:
        return communities_of(self.member) if self.member else frozenset()

    def may_for_unit(self, wish: Wish, now: datetime) -> bool:
        """Whether they act for a unit, which may take up a place that is left."""
        acts = self.actor.roles & UNIT_ROLES and self.limits.unit_open_claims > 0
        return bool(acts) and wish.state_at(now) == WishState.OPEN and wish.places_left > 0

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
    if member is None:
        return Reader(actor, None, None, wish_limits(now))
    useful = skilled_in(member.skills, now)
    return Reader(actor, member, claimer_of(member), wish_limits(now), useful)


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
    page = Paginator(_ordered(shown, who, fits_first=filters.fits_first), PAGE_SIZE).get_page(
        filters.page
    )
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
    rows = list(_ordered(seen, who)[:limit])
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
    if filters.words:
        code = filters.words.strip().upper()
        rows = rows.filter(Q(title__icontains=filters.words) | Q(code=code))
    return rows


def _in_view(rows: WishQuerySet, view: str, now: datetime) -> WishQuerySet:
    return rows.filter(_view(view, now))


def _view(view: str, now: datetime) -> Q:
    states = Q(state__in=VIEWS[view])
    if view == "soon":
        return states & ~due_by(now)
    return states | due_by(now) if view == "open" else states


def _ordered(rows: WishQuerySet, who: Reader, *, fits_first: bool = True) -> WishQuerySet:
    """The newest first, before them what suits the member, weighed as posts are."""
    mine, weights = who.fit, fit.WEIGHTS
    speaks = {
        "serving": Q(community_id=mine.serving),
        "living": Q(community_id=mine.residence),
        "wished": Q(category__in=sorted(each for each in mine.wishes if each)),
        "skill": Q(category__in=sorted(who.skilled)),
    }
    total = Value(0, IntegerField())
    for why in (fits_first and who.member and speaks) or ():
        held = When(speaks[why], then=Value(weights[why]))
        total = total + Case(held, default=Value(0), output_field=IntegerField())  # type: ignore[assignment]
    return (
        rows.select_related("community__parent")
        .annotate(suits=total, since=Coalesce("opened_at", "publish_at", "noted_at"))
        .order_by("-suits", "-since", "-pk")
    )


def skilled_in(skill_codes: Iterable[str], now: datetime) -> frozenset[str]:
    """The categories that the titles of these skills point to, as a wish's words would."""
    titles, menu = skills(now), every_category(now)
    found = {suggest(titles[code], menu) for code in skill_codes if code in titles}
    return frozenset(found - {""})


def _why(wish: Wish, who: Reader) -> str:
    """What speaks for the wish besides the community, which stands on the card anyway."""
    if wish.category and wish.category in who.fit.wishes:
        return str(fit.WORDS["wished"])
    return str(fit.WORDS["skill"]) if wish.category in who.skilled else ""


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
            why=_why(wish, who) if who.member else "",
            for_unit=who.may_for_unit(wish, now),
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
    rows = Claim.objects.live().named().filter(member=member, wish_id__in=wish_ids)
    return set(rows.values_list("wish_id", flat=True))


def visible_wish(actor: Actor, code: str) -> Wish | None:
    """A wish that the actor may see on its own page, masked."""
    member = member_of(actor)
    home = communities_of(member) if member else frozenset()
    rows = visible(actor, home).select_related("community__parent")
    return rows.filter(code=code.upper()).first()
