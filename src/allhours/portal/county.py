"""全县情况: the programme's state as of a day, in few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.needs.queries.desk import late, terms
from allhours.placement.queries.figures import Rate, rates_by_unit
from allhours.reports import facts
from allhours.reports.facts import Span
from allhours.reports.figures import share
from allhours.reports.openings import address
from allhours.scheme.queries import county, scheme_for
from allhours.ui.parts import Kind, LineChart, NavItem, Series

DAY = timedelta(days=1)
LATE_SHOWN = 8


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    unit: str
    note: str
    url: str


@dataclass(frozen=True)
class Bar:
    label: str
    reported: int
    due: int
    url: str


@dataclass(frozen=True)
class Late:
    kind: Kind
    text: str


@dataclass(frozen=True)
class State:
    county: str
    on: date
    is_today: bool
    deadline: date | None
    cards: tuple[Card, ...]
    bars: tuple[Bar, ...]
    missing: int
    missing_url: str
    chart: LineChart
    wishes_url: str
    late: tuple[Late, ...]
    mean_days: str
    quick: tuple[NavItem, ...]


def state(on: date, now: datetime) -> State:
    """Everything the county's home shows; a fixed number of queries."""
    span = facts.to_day(on)
    reporting = scheme_for(on).reporting
    rates = rates_by_unit(on)
    wishes = _wish_months(span)
    is_today = on == clock.local_date(now)
    return State(
        county=county().name,
        on=on,
        is_today=is_today,
        deadline=reporting.deadline.on(on.year) if reporting.deadline else None,
        cards=(
            _rate_card(rates, span),
            _hours_card(span),
            _wish_card(wishes, span),
            *_served(span),
        ),
        bars=tuple(_bar(rate, span) for rate in sorted(rates, key=_complete)),
        missing=sum(rate.missing for rate in rates),
        missing_url=reverse("placement:unreported") if is_today else address("missing", span),
        chart=_chart(wishes, span),
        wishes_url=reverse("needs:board"),
        late=tuple(_late(now)) if is_today else (),
        mean_days=_mean_days(wishes),
        quick=(
            NavItem(_("未报到名单"), reverse("placement:unreported")),
            NavItem(_("编入社区"), reverse("placement:rounds")),
            NavItem(_("汇总表"), reverse("reports:tables")),
        ),
    )


def _rate_card(rates: Iterable[Rate], span: Span) -> Card:
    rates = list(rates)
    reported = sum(rate.numerator for rate in rates)
    due = sum(rate.denominator for rate in rates)
    percent = share(reported, due)
    note = _("%(reported)s / %(due)s，另有免报 %(excused)s") % {
        "reported": f"{reported:,}",
        "due": f"{due:,}",
        "excused": f"{sum(rate.excused for rate in rates):,}",
    }
    shown = "—" if percent is None else f"{int(percent * 10) / 10:g}"
    return Card(_("报到率"), shown, "%", note, address("reported", span))


def _hours_card(span: Span) -> Card:
    totals = ledger.totals_of_all(period=span.period, entries=ledger.known_by(span.known))
    off = share(totals.minutes_off, totals.minutes) or 0
    note = _("八小时外 %(share)s%%，%(times)s 人次") % {
        "share": int(off),
        "times": f"{totals.times:,}",
    }
    hours = f"{totals.minutes // 60:,}"
    return Card(_("服务时长"), hours, _("小时"), note, address("ledger", span))


@dataclass(frozen=True)
class Months:
    """How many wishes were noted and confirmed in each month of the year so far."""

    noted: dict[tuple[int, int], int]
    confirmed: dict[tuple[int, int], int]
    mean: timedelta | None  # from publication to confirmation


def _wish_months(span: Span) -> Months:
    """One query: wishes by the months in which they were noted and confirmed."""
    took = ExpressionWrapper(F("confirmed_at") - F("opened_at"), output_field=DurationField())
    rows = (
        Wish.objects.filter(
            Q(noted_at__gte=span.start, noted_at__lt=span.end)
            | Q(confirmed_at__gte=span.start, confirmed_at__lt=span.end)
        )
        .order_by()
        .values_list(
            TruncMonth("noted_at", tzinfo=clock.LOCAL),
            TruncMonth("confirmed_at", tzinfo=clock.LOCAL),
        )
        .annotate(n=Count("pk"), took=Avg(took))
    )
    noted: dict[tuple[int, int], int] = {}
    confirmed: dict[tuple[int, int], int] = {}
    whole, counted = timedelta(), 0
    for month, done, count, mean in rows:
        if month >= span.start:
            noted[_key(month)] = noted.get(_key(month), 0) + count
        if done is not None and span.start <= done < span.end:
            confirmed[_key(done)] = confirmed.get(_key(done), 0) + count
            if mean is not None:
                whole, counted = whole + mean * count, counted + count
    return Months(noted, confirmed, whole / counted if counted else None)


def _key(month: datetime) -> tuple[int, int]:
    there = clock.local(month)
    return there.year, there.month


def _wish_card(months: Months, span: Span) -> Card:
    noted, confirmed = sum(months.noted.values()), sum(months.confirmed.values())
    note = _("共征集 %(all)s 个") % {"all": f"{noted:,}"}
    url = address("wishes_confirmed", span)
    return Card(_("心愿办结"), f"{confirmed:,}", _("个"), note, url)


def _served(span: Span) -> Iterable[Card]:
    held = facts.activities(span).aggregate(n=Count("pk"), served=Sum("served"))
    fen = facts.goods(span).aggregate(fen=Sum("goods_value_fen"))["fen"] or 0
    note = _("活动 %(n)s 场，物资 %(yuan)s 元") % {
        "n": f"{held['n']:,}",
        "yuan": f"{fen / 100:,.0f}",
    }
    url = address("activities_serving", span)
    yield Card(_("受益群众"), f"{held['served'] or 0:,}", _("人次"), note, url)


def _complete(rate: Rate) -> bool:
    """Units with somebody missing come first, each part in the order of codes: no ranking."""
    return not rate.missing


def _bar(rate: Rate, span: Span) -> Bar:
    url = address("missing" if rate.missing else "reported", span, unit=rate.code)
    return Bar(rate.label, rate.numerator, rate.denominator, url)


def wish_chart(span: Span) -> LineChart:
    """The year's wishes, for a page that shows nothing else of them; one query."""
    return _chart(_wish_months(span), span)


def _chart(months: Months, span: Span) -> LineChart:
    """Noted and confirmed wishes of the year: running totals by month."""
    keys = _keys(span)
    return LineChart(
        title=_("心愿：提出与办结"),
        labels=[_("%(month)d月") % {"month": month} for _year, month in keys],
        series=(
            Series(_("提出"), _running(months.noted, keys)),
            Series(_("办结"), _running(months.confirmed, keys), kind="ok"),
        ),
    )


def _keys(span: Span) -> list[tuple[int, int]]:
    first, last = span.period.first, span.period.last
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [((start + n) // 12, (start + n) % 12 + 1) for n in range(count)]


def _running(counted: dict[tuple[int, int], int], keys: list[tuple[int, int]]) -> list[int]:
    total, line = 0, []
    for key in keys:
        total += counted.get(key, 0)
        line.append(total)
    return line


def _mean_days(months: Months) -> str:
    return "" if months.mean is None else f"{months.mean / DAY:.1f}"


def _late(now: datetime) -> Iterable[Late]:
    """Whose wishes wait longer than the scheme says, in the order of community codes."""
    rows = (
        Wish.objects.filter(late(terms(now)))
        .order_by("community__code")
        .values_list("community__short_name", "community__name")
        .annotate(
            n=Count("pk"),
            unverified=Count("pk", filter=Q(state=WishState.NOTED)),
        )
    )
    found = list(rows)
    for short, name, count, unverified in found[:LATE_SHOWN]:
        words = {"place": short or name, "n": count, "unverified": unverified}
        text = _("%(place)s %(n)d 个超期") % words
        if unverified:
            text = _("%(place)s %(n)d 个超期，其中待核实 %(unverified)d") % words
        yield Late("warn", text)
    rest = len(found) - LATE_SHOWN
    if rest > 0:
        text = ngettext("另有 %(n)d 个社区", "另有 %(n)d 个社区", rest) % {"n": rest}
        yield Late("neutral", text)
