"""The board: a column for each state of work, with how long each wish has waited there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, F, Q, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.scope import within
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import WishQuerySet
from allhours.needs.queries.desk import (
    Terms,
    column_label,
    in_column,
    late,
    terms,
    why_late,
    wishes_on_desk,
)
from allhours.needs.queries.limits import categories, scheme_now
from allhours.needs.queries.words import KINDS, claimer_shown
from allhours.needs.rules.ageing import Age, Hand, age
from allhours.needs.rules.moves import COLUMN_AFTER, Moves, moves
from allhours.needs.scope import HANDLERS, LOOKERS, handles
from allhours.scheme.queries import calendar_around
from allhours.scheme.schema import Scheme
from allhours.scheme.worktime import WorkCalendar
from allhours.ui.parts import Kind

WORK = ("noted", "verified", "open", "claimed", "delivered")
COLUMNS = (*WORK, "confirmed")
COLUMN_SIZE = 12
CONFIRMED_SIZE = 3  # of what is done only the last few
SOON = timedelta(days=3)  # before a term ends, more time is offered on the card


@dataclass(frozen=True)
class Filters:
    place: Organization | None = None
    category: str = ""
    origin: str = ""
    words: str = ""
    late: bool = False
    late_first: bool = False
    noted_since: datetime | None = None

    @property
    def any(self) -> bool:
        return self != replace(Filters(), late_first=self.late_first)


@dataclass(frozen=True)
class BoardCard:
    """A wish on the board: the public text once there is one, never the resident's own words."""

    code: str
    title: str
    community: str
    category: str
    state: str
    label: str  # said on the card where the column does not say it
    kind: Kind
    age: Age
    late: str  # why it is marked, "" if it is in time
    claimers: str
    steps: tuple[str, ...]  # what may be done on the card itself
    columns: tuple[str, ...]  # into which it may be dragged
    refused: tuple[str, ...]  # why into no other


@dataclass(frozen=True)
class BoardColumn:
    name: str
    label: str
    count: int
    late: int
    cards: list[BoardCard]

    @property
    def more(self) -> int:
        return max(self.count - len(self.cards), 0)


@dataclass(frozen=True)
class Seen:
    """What is loaded once for all cards of a board."""

    actor: Actor
    term: Terms
    scheme: Scheme
    calendar: WorkCalendar
    categories: dict[str, str]
    claims: dict[int, list[Claim]]

    @property
    def now(self) -> datetime:
        return self.term.now


def board(actor: Actor, filters: Filters, now: datetime) -> list[BoardColumn]:
    """Longest in its state first; confirmed ones newest first. Four queries, however many rows."""
    term = terms(now)
    rows = wishes_on_desk(actor).filter(narrowing(filters, term))
    counts = _counts(rows, term)
    wishes = _first_of_each(rows, filters, term) if any(counts.values()) else []
    seen = _seen(actor, term, wishes)
    cards: dict[str, list[BoardCard]] = defaultdict(list)
    for wish in wishes:
        cards[wish.column].append(_card(wish, seen))  # type: ignore[attr-defined]
    return [
        BoardColumn(name, column_label(name), counts[name], counts[f"{name}_late"], cards[name])
        for name in COLUMNS
    ]


def places(actor: Actor) -> list[Organization]:
    """The communities on the actor's desk, each with what stands above it, by code."""
    rows = Organization.objects.communities().open().filter(within(actor, "path", roles=LOOKERS))
    return list(rows.select_related("parent").order_by("parent__code", "code"))


def narrowing(filters: Filters, term: Terms) -> Q:
    """The wishes that the filters leave, for the board and for the list of a column alike."""
    only = late(term) if filters.late else Q()
    if filters.place is not None:
        only &= Q(community__path__startswith=filters.place.path)
    if filters.noted_since is not None:
        only &= Q(noted_at__gte=filters.noted_since)
    if filters.category:
        only &= Q(category=filters.category)
    if filters.origin:
        only &= Q(origin=filters.origin)
    if filters.words:
        code = filters.words.strip().upper()
        only &= Q(title__icontains=filters.words) | Q(code=code)
    return only


def _counts(rows: WishQuerySet, term: Terms) -> dict[str, int]:
    wanted = {name: Count("pk", filter=in_column(name, term.now)) for name in COLUMNS}
    wanted |= {
        f"{name}_late": Count("pk", filter=in_column(name, term.now) & late(term))
        for name in COLUMNS
    }
    return rows.aggregate(**wanted)


def _first_of_each(rows: WishQuerySet, filters: Filters, term: Terms) -> list[Wish]:
    """The first rows of every column in one query."""
    named = [When(in_column(name, term.now), then=Value(name)) for name in COLUMNS]
    since = Case(
        When(state=WishState.NOTED, then=F("checked_at")),
        When(state=WishState.VERIFIED, then=F("verified_at")),
        When(state=WishState.SCHEDULED, then=F("publish_at")),
        When(state=WishState.OPEN, then=F("opened_at")),
        When(state=WishState.CLAIMED, then=F("claimed_at")),
        When(state=WishState.DELIVERED, then=F("delivered_at")),
    )
    working = rows.annotate(
        column=Case(*named, output_field=CharField()),
        since=Coalesce(since, "noted_at"),
        in_time=Case(When(late(term), then=Value(0)), default=Value(1)),
    ).exclude(state=WishState.CONFIRMED)
    order = [F("in_time").asc()] if filters.late_first else []
    rank = Window(
        RowNumber(), partition_by=F("column"), order_by=[*order, F("since").asc(), F("pk").asc()]
    )
    first = working.filter(column__in=WORK).annotate(rank=rank).filter(rank__lte=COLUMN_SIZE)
    done = (
        rows.filter(state=WishState.CONFIRMED)
        .annotate(column=Value("confirmed"))
        .order_by("-confirmed_at", "-pk")[:CONFIRMED_SIZE]
    )
    return [*first.order_by("rank"), *done]


def _seen(actor: Actor, term: Terms, wishes: list[Wish]) -> Seen:
    scheme = scheme_now(term.now)
    claims: dict[int, list[Claim]] = defaultdict(list)
    if wishes:
        held = Claim.objects.filter(
            wish_id__in=[wish.pk for wish in wishes],
            state__in=(ClaimState.LIVE, ClaimState.FULFILLED),
        )
        for claim in held.select_related("member", "unit").order_by("claimed_at", "pk"):
            claims[claim.wish_id or 0].append(claim)
    return Seen(
        actor=actor,
        term=term,
        scheme=scheme,
        calendar=calendar_around(clock.local_date(term.now), scheme),
        categories=categories(term.now),
        claims=claims,
    )


def _card(wish: Wish, seen: Seen) -> BoardCard:
    state, claims = wish.state_at(seen.now), seen.claims.get(wish.pk, [])
    live = [claim for claim in claims if claim.state == ClaimState.LIVE]
    hand = hand_of(live)
    handler = handles(seen.actor, wish.community.path, HANDLERS)
    may = _moves(wish, live, seen) if handler else Moves()
    names = [claimer_shown(claim, claim.member.name) for claim in claims]
    return BoardCard(
        code=wish.code,
        title=wish.title or _("（待核实的心愿）"),
        community=wish.community.label,
        category=seen.categories.get(wish.category, wish.category),
        state=state,
        label=_label(wish, state, seen),
        kind=KINDS[state],
        age=age(wish, hand, seen.scheme.wishes, seen.calendar, seen.now),
        late=why_late(wish, state, seen.term, hand),
        claimers=_("、").join(names[:2])
        + (_("等%(n)s人") % {"n": len(names)} if names[2:] else ""),
        steps=(*_first_steps(wish, live, handler=handler, seen=seen), *may.allowed),
        columns=tuple(COLUMN_AFTER[step] for step in may.allowed),
        refused=tuple(str(reason) for reason in may.refusals),
    )


def hand_of(live: list[Claim]) -> Hand:
    """Of several, who waits longest to be heard of and whose term ends first."""
    working = [claim for claim in live if claim.delivered_at is None]
    if not working:
        return Hand()
    uncontacted = [_begun(claim) for claim in working if claim.contacted_at is None]
    due = [claim.due_at for claim in working if claim.due_at is not None]
    return Hand(
        uncontacted_since=min(uncontacted, default=None),
        claimed_at=min(_begun(claim) for claim in working),
        due_at=min(due, default=None),
    )


def _begun(claim: Claim) -> datetime:
    """Since when the one who answers for it has it in hand."""
    return claim.named_at or claim.claimed_at


def _moves(wish: Wish, live: list[Claim], seen: Seen) -> Moves:
    return moves(
        wish,
        claimers={claim.member_id for claim in live},
        member_id=seen.actor.member_id,
        now=seen.now,
    )


def _label(wish: Wish, state: str, seen: Seen) -> str:
    if state == WishState.SCHEDULED and wish.publish_at is not None:
        at = clock.local(wish.publish_at)
        return _("%(day)s %(hour)s开放") % {"day": f"{at.month}-{at.day}", "hour": f"{at:%H:%M}"}
    if state == WishState.NOTED and wish.checked_at and _level(wish, seen.scheme):
        return _("待审核")
    if wish.places > 1 and state == WishState.OPEN:
        return _("名额 %(taken)s / %(places)s") % {"taken": wish.taken, "places": wish.places}
    if state == WishState.CONFIRMED and wish.rating:
        return wish.get_rating_display()
    return ""


def _level(wish: Wish, scheme: Scheme) -> str:
    """The role whose review the wish awaits."""
    levels = scheme.wishes.review_levels
    return levels[wish.approvals] if wish.approvals < len(levels) else ""


def _first_steps(wish: Wish, live: list[Claim], *, handler: bool, seen: Seen) -> tuple[str, ...]:
    """Steps that change no column: to look into it, to review it, to give more time."""
    if wish.state == WishState.NOTED:
        role = _level(wish, seen.scheme) if wish.checked_at else ""
        if role and handles(
            seen.actor, wish.community.path, frozenset({role, Role.COUNTY_OFFICER})
        ):
            return ("approve",)
        return ("check",) if handler and not wish.checked_at else ()
    if not handler or wish.state not in (WishState.OPEN, WishState.CLAIMED):
        return ()
    times = seen.scheme.wishes.extend_times
    ending = [
        claim
        for claim in live
        if claim.delivered_at is None and claim.due_at and claim.due_at < seen.now + SOON
    ]
    return ("extend",) if any(claim.extended < times for claim in ending) else ()
