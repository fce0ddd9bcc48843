"""Festivals of wishes on the desk: what may be done, what may be gathered, what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.kernel import clock, paths
from allhours.needs.choices import ClaimState, FestivalPhase, FestivalState, WishState
from allhours.needs.models import Festival, Wish
from allhours.needs.models.festival import FestivalQuerySet
from allhours.needs.models.wish import PUBLIC, WishQuerySet
from allhours.needs.queries.festivals import TAKEN, TONES, span_words
from allhours.needs.queries.limits import item_titles
from allhours.needs.queries.words import KINDS
from allhours.needs.rules import festivals as rules
from allhours.ui.parts import Event, Fact, Kind

GATHERS = frozenset(COMMUNITY_ROLES | {Role.COUNTY_OFFICER})
PLANNERS = frozenset({Role.COUNTY_OFFICER, Role.COMMUNITY_SECRETARY})
COUNTED = (WishState.VERIFIED, WishState.SCHEDULED, *PUBLIC)
MOST = 500  # wishes that one page lists to be ticked


@dataclass(frozen=True)
class FestivalRow:
    """One of the desk's list and its export."""

    code: str
    title: str
    audience: str
    opens_at: datetime
    gathered: int
    taken: int
    phase: str
    phase_label: str


@dataclass(frozen=True)
class CommunityRow:
    label: str
    gathered: int
    taken: int
    done: int
    waiting: int

    @property
    def left(self) -> int:
        return self.gathered - self.taken


@dataclass(frozen=True)
class WishRow:
    """One of its wishes, on the desk's list and in the export."""

    code: str
    title: str
    community: str
    category: str
    state: str
    state_label: str
    kind: Kind
    first: datetime | None
    within: str  # how soon after the hour
    waiting: int


@dataclass(frozen=True)
class PickRow:
    """A wish to be ticked."""

    code: str
    title: str
    community: str
    category: str
    hidden: bool  # from the public
    fixed: bool  # opened: it can no longer be taken out


@dataclass(frozen=True)
class DeskFestival:
    phase: str
    phase_label: str
    tone: Kind
    facts: list[Fact]
    events: list[Event]
    rows: list[CommunityRow]
    all: CommunityRow
    speed: str
    candidates: int
    may_edit: bool
    may_gather: bool
    may_announce: bool
    may_move: bool
    may_cancel: bool
    may_end: bool


def festivals_on_desk(actor: Actor) -> FestivalQuerySet:
    rows = Festival.objects.on_desk_of(actor).select_related("audience")
    return rows.order_by("-opens_at", "-pk")


def listed(actor: Actor, now: datetime) -> list[FestivalRow]:
    """Every festival of the desk with how many wishes it has."""
    rows: QuerySet[Any] = festivals_on_desk(actor).annotate(
        gathered=Count("wishes", filter=Q(wishes__state__in=COUNTED)),
        taken=Count("wishes", filter=Q(wishes__state__in=TAKEN)),
    )
    return [_row(each, each.gathered, each.taken, now) for each in rows]


def _row(festival: Festival, gathered: int, taken: int, now: datetime) -> FestivalRow:
    phase = festival.phase_at(now)
    return FestivalRow(
        code=festival.code,
        title=festival.title,
        audience=festival.audience_label,
        opens_at=festival.opens_at,
        gathered=gathered,
        taken=taken,
        phase=phase,
        phase_label=str(phase.label),
    )


def desk_festival(actor: Actor, code: str) -> Festival | None:
    return festivals_on_desk(actor).filter(code=code.upper()).first()


def audiences_for(actor: Actor) -> QuerySet[Organization]:
    """Towns and communities that the actor may hold a festival for."""
    rows = Organization.objects.open().filter(kind__in=(OrgKind.TOWN, OrgKind.COMMUNITY))
    rows = rows.order_by("path")
    if actor.is_system or actor.holds(Role.COUNTY_OFFICER):
        return rows
    mine = Q(pk__in=())
    for grant in actor.grants_of({Role.COMMUNITY_SECRETARY}):
        mine |= Q(path__startswith=grant.path)
    return rows.filter(mine)


def candidates(actor: Actor, festival: Festival) -> WishQuerySet:
    """Verified wishes of the desk that stand in no festival, within this one's audience."""
    rows = Wish.objects.on_desk_of(actor).select_related("community")
    return rows.filter(
        state=WishState.VERIFIED,
        festival=None,
        community__path__startswith=festival.audience_path,
    ).order_by("community__code", "noted_at", "pk")


def gathered(actor: Actor, festival: Festival) -> WishQuerySet:
    """Its wishes of the actor's desk, whatever became of them later."""
    rows = Wish.objects.on_desk_of(actor).select_related("community")
    return rows.filter(festival=festival, state__in=COUNTED).order_by("community__code", "pk")


def pick_rows(wishes: WishQuerySet, now: datetime) -> list[PickRow]:
    titles = item_titles(now)
    return [
        PickRow(
            code=wish.code,
            title=wish.title,
            community=wish.community.label,
            category=titles.get(wish.category, wish.category),
            hidden=not wish.may_publish,
            fixed=wish.state not in (WishState.VERIFIED, WishState.SCHEDULED),
        )
        for wish in wishes[:MOST]
    ]


def named(actor: Actor, codes: Collection[str] = (), *, ids: Collection[int] = ()) -> list[Wish]:
    """Wishes of the desk by their codes or numbers; those out of sight are left out."""
    rows = Wish.objects.on_desk_of(actor).select_related("community")
    wanted = Q(code__in=[code.upper() for code in codes]) | Q(pk__in=ids)
    return list(rows.filter(wanted))


def open_festivals(actor: Actor, wish: Wish, now: datetime) -> list[Festival]:
    """Those that a verified wish could still join."""
    if wish.state != WishState.VERIFIED or wish.festival_id is not None:
        return []
    rows = Festival.objects.filter(
        Q(state=FestivalState.PLANNED) | Q(state=FestivalState.ANNOUNCED, opens_at__gt=now),
        Q(audience=None) | Q(audience_id__in=paths.ids(wish.community.path)),
    )
    return list(rows.order_by("opens_at", "pk"))


def desk_page(actor: Actor, festival: Festival, now: datetime) -> DeskFestival:
    phase = festival.phase_at(now)
    runs = rules.may_run(actor, festival.audience)
    changeable = not rules.change_refusals(festival, now)
    planned = festival.state == FestivalState.PLANNED
    rows = _by_community(actor, festival)
    return DeskFestival(
        phase=phase,
        phase_label=str(phase.label),
        tone=TONES[phase],
        facts=_facts(festival),
        events=_events(festival, now),
        rows=rows,
        all=_sum(rows),
        speed=_speed(actor, festival),
        candidates=candidates(actor, festival).count() if changeable else 0,
        may_edit=runs and planned,
        may_gather=changeable and actor.holds(*GATHERS),
        may_announce=runs and planned and festival.opens_at > now,
        may_move=runs and changeable,
        may_cancel=runs and changeable,
        may_end=runs and phase == FestivalPhase.RUNNING,
    )


def _facts(festival: Festival) -> list[Fact]:
    limit = _("%(n)s 个") % {"n": festival.claims_each} if festival.claims_each else _("不另设限")
    facts = [
        Fact(_("范围"), festival.audience_label),
        Fact(_("开放时间"), f"{clock.local(festival.opens_at):%Y-%m-%d %H:%M}"),
        Fact(_("最后一天"), festival.closes_on.isoformat() if festival.closes_on else _("不限")),
        Fact(_("每人最多认领"), limit),
    ]
    if festival.end_reason:
        facts.append(Fact(_("取消的原因"), festival.end_reason))
    return facts


def _events(festival: Festival, now: datetime) -> list[Event]:
    events = [Event(_("开始筹备，请社区归集心愿"), festival.planned_at, kind="ok")]
    if festival.announced_at is not None:
        events.append(Event(_("已公布"), festival.announced_at, kind="ok"))
        if festival.opens_at <= now and festival.state != FestivalState.CANCELLED:
            events.append(Event(_("统一开放"), festival.opens_at, kind="ok"))
    if festival.ended_at is not None:
        events.append(Event(festival.get_state_display(), festival.ended_at))
    return events[::-1]


def _by_community(actor: Actor, festival: Festival) -> list[CommunityRow]:
    found: dict[str, Counter[str]] = {}
    waits = Count("claims", filter=Q(claims__state=ClaimState.WAITING))
    rows: QuerySet[Any] = gathered(actor, festival).annotate(waits=waits)
    for wish in rows:
        row = found.setdefault(wish.community.label, Counter())
        row["gathered"] += 1
        row["taken"] += wish.state in TAKEN
        row["done"] += wish.state == WishState.CONFIRMED
        row["waiting"] += wish.waits
    return [
        CommunityRow(label, row["gathered"], row["taken"], row["done"], row["waiting"])
        for label, row in found.items()
    ]


def _sum(rows: list[CommunityRow]) -> CommunityRow:
    return CommunityRow(
        label=_("合计"),
        gathered=sum(row.gathered for row in rows),
        taken=sum(row.taken for row in rows),
        done=sum(row.done for row in rows),
        waiting=sum(row.waiting for row in rows),
    )


def _first_claims(rows: WishQuerySet) -> QuerySet[Any]:
    return rows.annotate(
        first=Min("claims__claimed_at", filter=Q(claims__seat__isnull=False)),
        waits=Count("claims", filter=Q(claims__state=ClaimState.WAITING)),
    )


def _speed(actor: Actor, festival: Festival) -> str:
    """How soon its wishes found somebody."""
    firsts = [wish.first for wish in _first_claims(gathered(actor, festival))]
    took = sorted((each - festival.opens_at).total_seconds() for each in firsts if each)
    if not took:
        return ""
    return _("半数在开放后 %(half)s 内认领，最晚的用了 %(last)s。") % {
        "half": span_words(timedelta(seconds=median(took))),
        "last": span_words(timedelta(seconds=took[-1])),
    }


def wish_rows(actor: Actor, festival: Festival, show: str, now: datetime) -> list[WishRow]:
    """All of its wishes on the desk, or those still without anybody (`left`), or waited for."""
    titles, rows = item_titles(now), gathered(actor, festival)
    if show == "left":
        rows = rows.exclude(state__in=TAKEN)
    found = [_wish_row(wish, festival, titles, now) for wish in _first_claims(rows)]
    return [row for row in found if row.waiting] if show == "waiting" else found


def _wish_row(wish: Any, festival: Festival, titles: dict[str, str], now: datetime) -> WishRow:
    state, first = wish.state_at(now), wish.first
    return WishRow(
        code=wish.code,
        title=wish.title,
        community=wish.community.label,
        category=titles.get(wish.category, wish.category),
        state=state,
        state_label=str(WishState(state).label),
        kind=KINDS[state],
        first=first,
        within=span_words(first - festival.opens_at) if first else "",
        waiting=wish.waits,
    )
