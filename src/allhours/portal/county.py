"""全县情况: the programme's state as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.appraisal.queries import year_of
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Wish
from allhours.placement.queries.figures import Rate, rates_by_unit
from allhours.reports import figures
from allhours.scheme.queries import county, scheme_for
from allhours.ui.parts import LineChart, Series


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    unit: str
    note: str
    url: str


@dataclass(frozen=True)
class State:
    county: str
    on: date
    yesterday: date
    deadline: date | None
    cards: tuple[Card, ...]
    rates: tuple[Rate, ...]
    missing: int
    chart: LineChart
    overdue: tuple[tuple[str, int], ...]
    waiting: tuple[tuple[str, int], ...]
    mean_days: float | None


def state(on: date) -> State:
    """Everything the county's home shows; a fixed number of queries."""
    found = figures.by_name(figures.county_figures(on))
    reporting = scheme_for(on).reporting
    rates = tuple(rates_by_unit(on))
    return State(
        county=county().name,
        on=on,
        yesterday=on - timedelta(days=1),
        deadline=reporting.deadline.on(on.year) if reporting.deadline else None,
        cards=_cards(found),
        rates=rates,
        missing=sum(rate.missing for rate in rates),
        chart=_wishes_by_month(on),
        overdue=overdue_by_community(on),
        waiting=waiting_by_community(on),
        mean_days=_mean_days(Period(year_of(on).first, on)),
    )


def _cards(found: dict[str, figures.Figure]) -> tuple[Card, ...]:
    rate, hours, off = (
        found[name] for name in ("reporting_rate", "service_hours", "service_hours_off")
    )
    wishes, served, goods = (found[name] for name in ("wishes_confirmed", "served", "goods_value"))
    share = figures.share(off.numerator or 0, hours.numerator or 0)
    return (
        Card(
            _("报到率"),
            "—" if rate.value is None else f"{rate.value:g}",
            "%",
            _("%(reported)s / %(due)s，另有免报 %(excused)s")
            % {
                "reported": f"{rate.numerator:,}",
                "due": f"{rate.denominator:,}",
                "excused": f"{found['excused'].value:n}",
            },
            reverse("placement:unreported"),
        ),
        Card(
            _("服务时长"),
            f"{hours.value:,.0f}",
            _("小时"),
            _("八小时外 %(share)s%%") % {"share": f"{share or 0:.0f}"},
            reverse("reports:ledger"),
        ),
        Card(
            _("心愿办结"),
            f"{wishes.value:,.0f}",
            _("个"),
            _("共征集 %(all)s 个") % {"all": f"{wishes.denominator:,}"},
            reverse("needs:board"),
        ),
        Card(
            _("受益群众"),
            f"{served.value:,.0f}",
            _("人次"),
            _("物资折合 %(yuan)s 元") % {"yuan": f"{goods.value:,.2f}"},
            reverse("reports:tables"),
        ),
    )


def _by_month(rows: Iterable[tuple[datetime, int]], months: int) -> list[int]:
    """Running totals at each month's end."""
    counted = {clock.local(month).month: n for month, n in rows}
    total, line = 0, []
    for month in range(1, months + 1):
        total += counted.get(month, 0)
        line.append(total)
    return line


def _wishes_by_month(on: date) -> LineChart:
    """Noted and confirmed wishes of the year, running totals by month."""
    year = Period(date(on.year, 1, 1), on)
    noted = figures.wishes_in(year)
    confirmed = noted.filter(confirmed_at__lt=clock.end_of(on))
    lines = [
        _by_month(
            rows.annotate(m=TruncMonth(field, tzinfo=clock.LOCAL))
            .order_by()
            .values_list("m")
            .annotate(n=Count("pk")),
            on.month,
        )
        for rows, field in ((noted, "noted_at"), (confirmed, "confirmed_at"))
    ]
    return LineChart(
        title=_("心愿：提出与办结"),
        labels=[_("%(month)d月") % {"month": month} for month in range(1, on.month + 1)],
        series=(Series(_("提出"), lines[0]), Series(_("办结"), lines[1], kind="ok")),
    )


def overdue_by_community(on: date) -> tuple[tuple[str, int], ...]:
    """Live claims past their day of delivery, in the order of community codes."""
    rows = (
        Claim.objects.filter(state=ClaimState.LIVE, wish__isnull=False, due_at__lt=clock.at(on))
        .order_by("wish__community__code")
        .values_list("wish__community__name")
        .annotate(n=Count("pk"))
    )
    return tuple(rows)


def waiting_by_community(on: date) -> tuple[tuple[str, int], ...]:
    """Wishes nobody has verified within the scheme's days, roughly: calendar days × 7/5."""
    days = scheme_for(on).wishes.verify_working_days * 7 // 5 + 1
    rows = (
        Wish.objects.filter(state="noted", noted_at__lt=clock.at(on - timedelta(days=days)))
        .order_by("community__code")
        .values_list("community__name")
        .annotate(n=Count("pk"))
    )
    return tuple(rows)


def _mean_days(period: Period) -> float | None:
    """Mean days from publication to confirmation, of wishes confirmed in the period."""
    rows = figures.confirmed_in(period).filter(opened_at__isnull=False)
    spans = rows.annotate(span=F("confirmed_at") - F("opened_at")).values_list("span", flat=True)
    days = [span.total_seconds() / 86400 for span in spans]
    return round(sum(days) / len(days), 1) if days else None
