"""The county's figures as of a day: each with its numerator and denominator where it has any.

A figure counts what stood on that day: what was noted, confirmed or posted later is not in it.
Hours are the ledger's minutes over 60, never a stored total.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from allhours.activities.choices import AttendanceState
from allhours.activities.models import Activity, Attendance
from allhours.appraisal.queries import year_of
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Post, Wish
from allhours.placement.queries.figures import county_rate


@dataclass(frozen=True)
class Figure:
    """One number and what it is of. `value` is an int, or a float with at most two decimals."""

    name: str
    label: str
    value: float | None
    unit: str
    as_of: date
    numerator: int | None = None
    denominator: int | None = None

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
    period = Period(year_of(on).first, on)
    return [*_reporting(on), *period_figures(period), *_posts(period)]


def period_figures(period: Period) -> list[Figure]:
    """What was done in any period, e.g. a month."""
    return [*_service(period), *_wishes(period), *_activities(period)]


def by_name(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def share(numerator: int, denominator: int) -> float | None:
    """Percent to two decimals, cut off and never rounded up: 100 only when all are there."""
    return (10000 * numerator // denominator) / 100 if denominator else None


def _reporting(on: date) -> list[Figure]:
    rate = county_rate(on)
    return [
        Figure("expected", _("应报到"), rate.expected, _("人"), on),
        Figure("reported", _("已报到"), rate.numerator, _("人"), on),
        Figure("excused", _("免报"), rate.excused, _("人"), on),
        Figure(
            "reporting_rate",
            _("报到率"),
            share(rate.numerator, rate.denominator),
            "%",
            on,
            rate.numerator,
            rate.denominator,
        ),
    ]


def _service(period: Period) -> list[Figure]:
    totals = ledger.totals_of_all(period=period)
    on = period.last
    return [
        Figure(
            "service_hours",
            _("服务时长"),
            round(totals.minutes / 60, 2),
            _("小时"),
            on,
            totals.minutes,
            60,
        ),
        Figure(
            "service_hours_off",
            _("八小时外服务时长"),
            round(totals.minutes_off / 60, 2),
            _("小时"),
            on,
            totals.minutes_off,
            60,
        ),
        Figure("service_minutes", _("服务分钟数"), totals.minutes, _("分钟"), on),
        Figure("service_times", _("服务人次"), totals.times, _("人次"), on),
    ]


def _wishes(period: Period) -> list[Figure]:
    on = period.last
    row = wishes_in(period).aggregate(**wish_counts(on))
    goods = fulfilled_in(period).aggregate(fen=Sum("goods_value_fen"))["fen"] or 0
    return [
        Figure("wishes", _("征集心愿"), row["noted"], _("个"), on),
        Figure("wishes_published", _("已发布心愿"), row["opened"], _("个"), on),
        Figure("wishes_claimed", _("已认领心愿"), row["claimed"], _("个"), on),
        Figure(
            "wishes_confirmed",
            _("心愿办结"),
            row["confirmed"],
            _("个"),
            on,
            row["confirmed"],
            row["noted"],
        ),
        Figure(
            "wishes_confirmed_then", _("期内办结心愿"), confirmed_in(period).count(), _("个"), on
        ),
        Figure("goods_value", _("帮扶物资折合"), goods / 100, _("元"), on),
    ]


def _activities(period: Period) -> list[Figure]:
    on = period.last
    held = activities_in(period).aggregate(n=Count("pk"), served=Sum("served"))
    present = attendances_in(period).count()
    return [
        Figure("activities", _("开展活动"), held["n"], _("场"), on),
        Figure("attendances", _("参加活动"), present, _("人次"), on),
        Figure("served", _("受益群众"), held["served"] or 0, _("人次"), on),
    ]


def _posts(period: Period) -> list[Figure]:
    on = period.last
    posts = Post.objects.filter(year=period.first.year, created_at__lt=clock.end_of(on))
    return [
        Figure("posts", _("服务岗位"), posts.count(), _("个"), on),
        Figure("posts_taken", _("认领岗位"), posts_taken_on(period).count(), _("人次"), on),
    ]


# ---- what the figures and the tables count, in one place ------------------------------------


def wishes_in(period: Period) -> Any:
    """Wishes noted in the period."""
    return Wish.objects.filter(
        noted_at__gte=clock.at(period.first), noted_at__lt=clock.end_of(period.last)
    )


def confirmed_in(period: Period) -> Any:
    """Wishes confirmed in the period, whenever they were noted."""
    return Wish.objects.filter(
        confirmed_at__gte=clock.at(period.first), confirmed_at__lt=clock.end_of(period.last)
    )


def wish_counts(on: date) -> dict[str, Any]:
    """Aggregates over wishes as they stood at the end of a day."""
    end = clock.end_of(on)
    return {
        "noted": Count("pk"),
        "opened": Count("pk", filter=Q(opened_at__lt=end)),
        "claimed": Count("pk", filter=Q(claimed_at__lt=end)),
        "confirmed": Count("pk", filter=Q(confirmed_at__lt=end)),
    }


def fulfilled_in(period: Period) -> Any:
    """Claims of wishes that were confirmed in the period."""
    return Claim.objects.filter(
        state=ClaimState.FULFILLED,
        wish__confirmed_at__gte=clock.at(period.first),
        wish__confirmed_at__lt=clock.end_of(period.last),
    )


def claims_of_wishes_in(period: Period) -> Any:
    """Claims of the period's wishes that lived at its end or were fulfilled."""
    end = clock.end_of(period.last)
    return Claim.objects.filter(wish__in=wishes_in(period).values("pk"), claimed_at__lt=end).filter(
        Q(state=ClaimState.FULFILLED)
        | Q(state=ClaimState.LIVE)
        | Q(ended_at__gte=end, seat__isnull=False)
    )


def activities_in(period: Period) -> Any:
    """Activities held in the period whose attendance was entered by its end."""
    return Activity.objects.filter(
        starts_at__gte=clock.at(period.first),
        starts_at__lt=clock.end_of(period.last),
        closed_at__lt=clock.end_of(period.last),
    )


def attendances_in(period: Period) -> Any:
    """Who took part in those activities."""
    return Attendance.objects.filter(
        activity__in=activities_in(period).values("pk"), state=AttendanceState.PRESENT
    )


def posts_taken_on(period: Period) -> Any:
    """Claims of posts that lived at the end of the period."""
    end = clock.end_of(period.last)
    return Claim.objects.filter(
        post__isnull=False, post__year=period.first.year, claimed_at__lt=end
    ).filter(Q(ended_at=None) | Q(ended_at__gte=end))
