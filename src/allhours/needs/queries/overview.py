"""What waits where: each community's wishes by state, and its other open needs. Counts only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.needs.choices import DemandState, OrderState, PledgeState, SuggestionState, WishState
from allhours.needs.models import Demand, Pledge, PostOrder, Suggestion, Wish
from allhours.needs.queries.board import WORK
from allhours.needs.queries.board import places as places_on_desk
from allhours.needs.queries.desk import in_column, late, terms
from allhours.needs.queries.limits import period_start, year_period
from allhours.needs.scope import desk
from allhours.ui.parts import LineChart, Series

# Where the rows of other needs stand, by their column.
OTHER = {
    "suggestions": ("needs:desk-suggestions", ""),
    "suggestions_late": ("needs:desk-suggestions", ""),
    "orders": ("needs:orders", OrderState.OPEN),
    "demands": ("needs:demands", DemandState.OPEN),
    "pledges": ("needs:desk-pledges", PledgeState.APPROVED),
}
DAY = timedelta(days=1)
Month = tuple[int, int]


@dataclass(frozen=True)
class Asked:
    """`town`: its communities only; `period`: of the wishes noted in it, what became of them."""

    town: Organization | None = None
    category: str = ""
    period: str = "year"

    @property
    def query(self) -> dict[str, str | int]:
        return {"category": self.category} if self.category else {}


@dataclass(frozen=True)
class Row:
    """One community. States are as of now; received, done and days are of the period."""

    code: str
    community: str
    name: str  # in full
    town: str
    place: int
    asked: Asked
    noted: int = 0
    verified: int = 0
    open: int = 0
    claimed: int = 0
    delivered: int = 0
    late: int = 0
    oldest: int = 0  # days that the longest waiting one has waited in its state
    received: int = 0
    done: int = 0
    share: int | None = None  # per cent done of those received
    taken_days: float | None = None  # from publication to claim, on average
    suggestions: int = 0
    suggestions_late: int = 0
    orders: int = 0
    demands: int = 0
    pledges: int = 0

    @property
    def waiting(self) -> int:
        return sum(getattr(self, name) for name in WORK)

    def url_of(self, name: str) -> str:
        """Where the rows behind a number stand."""
        if name in WORK:
            return self._wishes(reverse("needs:desk-list", args=[name]))
        if name in ("late", "oldest"):
            return self._wishes(reverse("needs:board"), late="on", late_first="on")
        if name == "done":
            confirmed = reverse("needs:desk-list", args=["confirmed"])
            return self._wishes(confirmed, period=self.asked.period)
        if name in OTHER:
            view, state = OTHER[name]
            return f"{reverse(view)}?{urlencode({'community': self.name, 'state': str(state)})}"
        return self._wishes(reverse("needs:board"))

    def _wishes(self, address: str, **more: str) -> str:
        query: dict[str, str | int] = {"place": self.place, **self.asked.query, **more}
        return f"{address}?{urlencode(query)}"


def overview(actor: Actor, asked: Asked, now: datetime) -> list[Row]:
    """In the order of organisation codes; three queries, however many communities."""
    wishes = {row["community_id"]: row for row in _wishes(actor, asked, now)}
    others = _others(actor, clock.local_date(now))
    return [
        _row(community, wishes.get(community.pk, {}), others[community.pk], asked, now)
        for community in places_on_desk(actor)
        if asked.town is None or community.path.startswith(asked.town.path)
    ]


def towns(actor: Actor) -> list[Organization]:
    above = {each.parent.pk: each.parent for each in places_on_desk(actor) if each.parent}
    return list(above.values())


def _wishes(actor: Actor, asked: Asked, now: datetime) -> QuerySet[Any, Any]:
    term = terms(now)
    start = period_start(asked.period, now)
    period = Q(noted_at__gte=start) if start else Q()
    kept = period & ~Q(state__in=(WishState.WITHDRAWN, WishState.MERGED))
    rows = Wish.objects.filter(desk(actor))
    if asked.category:
        rows = rows.filter(category=asked.category)
    working = ~Q(state__in=(WishState.CONFIRMED,)) & Q(ended_at=None)
    entered = Case(
        When(state=WishState.VERIFIED, then=F("verified_at")),
        When(state=WishState.OPEN, then=F("opened_at")),
        When(state=WishState.CLAIMED, then=F("claimed_at")),
        When(state=WishState.DELIVERED, then=F("delivered_at")),
        default=F("noted_at"),
        output_field=DateTimeField(),
    )
    took = ExpressionWrapper(F("claimed_at") - F("opened_at"), output_field=DurationField())
    columns = {name: Count("pk", filter=in_column(name, now)) for name in WORK}
    return (
        rows.order_by()
        .values("community_id")
        .annotate(
            **columns,
            late_ones=Count("pk", filter=late(term)),
            entered=Min(Coalesce(entered, "noted_at"), filter=working),
            received=Count("pk", filter=kept),
            done=Count("pk", filter=kept & Q(state=WishState.CONFIRMED)),
            took=Avg(took, filter=period),
        )
    )


def _others(actor: Actor, today: date) -> Mapping[int, Mapping[str, int]]:
    """Open suggestions, orders, demands and pledges of each community, in one query."""
    waiting = Q(state__in=(SuggestionState.NOTED, SuggestionState.IN_HAND))
    mine = desk(actor)
    counted = [
        _kind(Suggestion.objects.filter(mine, waiting), "suggestions", Q(due_on__lt=today)),
        _kind(PostOrder.objects.filter(mine, state=OrderState.OPEN), "orders"),
        _kind(Demand.objects.filter(mine, state=DemandState.OPEN), "demands"),
        _kind(Pledge.objects.filter(mine, state=PledgeState.APPROVED), "pledges"),
    ]
    first, *rest = counted
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for community_id, kind, count, overdue in first.union(*rest, all=True):
        found[community_id][kind] = count
        if overdue:
            found[community_id][f"{kind}_late"] = overdue
    return found


def _kind(rows: QuerySet[Any], kind: str, overdue: Q | None = None) -> Any:
    late_ones = Count("pk", filter=overdue) if overdue else Value(0, IntegerField())
    return (
        rows.order_by()
        .values("community_id")
        .annotate(kind=Value(kind, CharField()), n=Count("pk"), overdue=late_ones)
        .values_list("community_id", "kind", "n", "overdue")
    )


def _row(
    community: Organization,
    wishes: Mapping[str, Any],
    others: Mapping[str, int],
    asked: Asked,
    now: datetime,
) -> Row:
    received, done = wishes.get("received", 0), wishes.get("done", 0)
    entered, took = wishes.get("entered"), wishes.get("took")
    return Row(
        code=community.code,
        community=community.label,
        name=community.name,
        town=community.parent.label if community.parent else "",
        place=community.pk,
        asked=asked,
        **{name: wishes.get(name, 0) for name in WORK},
        late=wishes.get("late_ones", 0),
        oldest=_days(entered, now) if entered else 0,
        received=received,
        done=done,
        share=100 * done // received if received else None,
        taken_days=round(took / DAY, 1) if took is not None else None,
        **others,
    )


def _days(entered: datetime, now: datetime) -> int:
    return max((clock.local_date(now) - clock.local_date(entered)).days, 0) + 1


def chart(actor: Actor, asked: Asked, now: datetime) -> LineChart:
    """How many waited for what at the end of each month of the year so far, and were done in it."""
    months = _months(year_period(now).first, clock.local_date(now))
    rows = Wish.objects.filter(desk(actor))
    if asked.town is not None:
        rows = rows.filter(community__path__startswith=asked.town.path)
    if asked.category:
        rows = rows.filter(category=asked.category)
    passed = ("noted_at", "opened_at", "claimed_at", "confirmed_at", "ended_at")
    found = rows.order_by().values_list(*(TruncMonth(each, tzinfo=clock.LOCAL) for each in passed))
    counted = [
        (tuple(_month(each) for each in row[:-1]), row[-1]) for row in found.annotate(n=Count("pk"))
    ]
    stood = [stages(counted, month) for month in months]
    series = (
        (_("待核实、待发布"), "noted", "warn"),
        (_("待认领"), "open", "danger"),
        (_("办理中、待确认"), "working", "info"),
        (_("当月办结"), "done", "ok"),
    )
    return LineChart(
        title=_("各月末的心愿：等着的和当月办结的"),
        labels=[_("%(month)d月") % {"month": month} for _year, month in months],
        series=tuple(
            Series(name, [each[stage] for each in stood], kind=kind)  # type: ignore[arg-type]
            for name, stage, kind in series
        ),
    )


def stages(rows: Iterable[tuple[tuple[Month | None, ...], int]], month: Month) -> Counter[str]:
    """Where the wishes stood when the month ended; rows of the months of noted, opened, claimed,
    confirmed and ended, with how many there are."""
    stood: Counter[str] = Counter()
    for (noted, opened, claimed, confirmed, ended), count in rows:
        if confirmed == month:
            stood["done"] += count
        if noted is None or noted > month or _by(ended, month) or _by(confirmed, month):
            continue
        stage = "working" if _by(claimed, month) else "open" if _by(opened, month) else "noted"
        stood[stage] += count
    return stood


def _by(then: Month | None, month: Month) -> bool:
    return then is not None and then <= month


def _month(instant: datetime | None) -> Month | None:
    if instant is None:
        return None
    there = clock.local(instant)
    return there.year, there.month


def _months(first: date, last: date) -> list[Month]:
    start = first.year * 12 + first.month - 1
    count = last.year * 12 + last.month - start
    return [((start + n) // 12, (start + n) % 12 + 1) for n in range(count)]
