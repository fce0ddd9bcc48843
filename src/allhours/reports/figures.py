"""The county's figures as of a day: each with its numerator and denominator where it has any.

What each counts stands in `facts`; each opens to its rows (`openings`). Hours are the ledger's
minutes over 60, never a stored total. Percentages are cut off, so that 100 means all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.placement.queries.figures import county_rate
from allhours.reports import facts
from allhours.reports.facts import Span


@dataclass(frozen=True)
class Figure:
    """One number and what it is of. `value` is an int, or a float with at most two decimals.

    `measure` names the rows that the number opens to (`openings.MEASURES`, or "ledger").
    """

    name: str
    label: str
    value: float | None
    unit: str
    as_of: date
    numerator: int | None = None
    denominator: int | None = None
    measure: str = ""

    def as_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "as_of": self.as_of.isoformat(),
        }
        if self.numerator is not None:
            document |= {"numerator": self.numerator, "denominator": self.denominator}
        return document


def county_figures(on: date) -> list[Figure]:
    """All figures of the county on a day, over the programme year to that day."""
    span = facts.to_day(on)
    return [*_reporting(span), *span_figures(span), *_posts(span)]


def screen_figures(on: date) -> list[Figure]:
    """The few of them that a hall's screen shows."""
    span = facts.to_day(on)
    wanted = {"reporting_rate", "service_hours"}
    first = [f for f in (*_reporting(span), *_service(span)) if f.name in wanted]
    confirmed = facts.wishes_confirmed(span).count()
    return [
        *first,
        _counted("wishes_confirmed", _("心愿办结"), _("个"), span, confirmed),
        *_activities(span),
    ]


def period_figures(period: Period) -> list[Figure]:
    """What was done in any period, e.g. a month, as known at its end."""
    return span_figures(Span(period, period.last))


def span_figures(span: Span) -> list[Figure]:
    return [*_service(span), *_wishes(span), *_activities(span)]


def by_name(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def share(numerator: int, denominator: int) -> float | None:
    """Percent to two decimals, cut off and never rounded up: 100 only when all are there."""
    return (10000 * numerator // denominator) / 100 if denominator else None


def _reporting(span: Span) -> list[Figure]:
    on, rate = span.day, county_rate(span.day)
    return [
        Figure("expected", _("应报到"), rate.expected, _("人"), on, measure="expected"),
        Figure("reported", _("已报到"), rate.numerator, _("人"), on, measure="reported"),
        Figure("excused", _("免报"), rate.excused, _("人"), on, measure="excused"),
        Figure("missing", _("未报到"), rate.missing, _("人"), on, measure="missing"),
        Figure(
            "reporting_rate",
            _("报到率"),
            share(rate.numerator, rate.denominator),
            "%",
            on,
            rate.numerator,
            rate.denominator,
            measure="reported",
        ),
    ]


def _service(span: Span) -> list[Figure]:
    totals = ledger.totals_of_all(period=span.period, entries=ledger.known_by(span.known))
    return [
        _hours("service_hours", _("服务时长"), totals.minutes, span),
        _hours("service_hours_off", _("八小时外服务时长"), totals.minutes_off, span),
        _ledger("service_minutes", _("服务分钟数"), totals.minutes, _("分钟"), span),
        _ledger("service_times", _("服务人次"), totals.times, _("人次"), span),
    ]


def _hours(name: str, label: str, minutes: int, span: Span) -> Figure:
    hours = round(minutes / 60, 2)
    return Figure(name, label, hours, _("小时"), span.day, minutes, 60, measure="ledger")


def _ledger(name: str, label: str, value: int, unit: str, span: Span) -> Figure:
    return Figure(name, label, value, unit, span.day, measure="ledger")


def _counted(measure: str, label: str, unit: str, span: Span, count: int) -> Figure:
    return Figure(measure, label, count, unit, span.day, measure=measure)


def _wishes(span: Span) -> list[Figure]:
    noted = facts.wishes_noted(span).count()
    confirmed = facts.wishes_confirmed(span).count()
    fen = facts.goods(span).aggregate(fen=Sum("goods_value_fen"))["fen"] or 0
    unit = _("个")
    return [
        Figure("wishes", _("征集心愿"), noted, unit, span.day, measure="wishes_noted"),
        _counted(
            "wishes_published", _("已发布心愿"), unit, span, facts.wishes_opened(span).count()
        ),
        _counted("wishes_claimed", _("已认领心愿"), unit, span, facts.wishes_claimed(span).count()),
        Figure(
            "wishes_confirmed",
            _("心愿办结"),
            confirmed,
            unit,
            span.day,
            confirmed,
            noted,
            measure="wishes_confirmed",
        ),
        Figure("goods_value", _("帮扶物资折合"), fen / 100, _("元"), span.day, measure="goods"),
    ]


def _activities(span: Span) -> list[Figure]:
    held = facts.activities(span).aggregate(n=Count("pk"), served=Sum("served"))
    present = facts.attendances(span).count()
    served, day = held["served"] or 0, span.day
    return [
        _counted("activities", _("开展活动"), _("场"), span, held["n"]),
        _counted("attendances", _("参加活动"), _("人次"), span, present),
        Figure("served", _("受益群众"), served, _("人次"), day, measure="activities_serving"),
    ]


def _posts(span: Span) -> list[Figure]:
    return [
        _counted("posts", _("服务岗位"), _("个"), span, facts.posts(span).count()),
        _counted("posts_taken", _("认领岗位"), _("人次"), span, facts.posts_taken(span).count()),
    ]
