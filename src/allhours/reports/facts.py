"""What the figures and the tables count: one queryset each, in one place.

A number and the page of rows that it opens to are made from the same queryset, so that they
cannot differ. Every fact counts in the period that its own day falls in, and only if it was on
record at the end of the day asked for: what was noted, claimed, confirmed, entered or posted
later is not in it, and neither is what had already ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from allhours.activities.choices import AttendanceState
from allhours.activities.models import Activity, Attendance
from allhours.appraisal.queries import year_of
from allhours.directory.choices import EXPECTED_CATEGORIES
from allhours.directory.models import Member, MemberQuerySet
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Post, Wish
from allhours.placement.models import Placement
from allhours.placement.queries import figures as reporting
from allhours.scheme.queries import scheme_for
from allhours.scheme.worktime import programme_year

if TYPE_CHECKING:
    from allhours.ledger.models import Entry


@dataclass(frozen=True)
class Span:
    """The days that count, and the day as of which they are looked at (never before the last)."""

    period: Period
    known: date

    @property
    def start(self) -> datetime:
        return clock.at(self.period.first)

    @property
    def end(self) -> datetime:
        return clock.end_of(self.period.last)

    @property
    def known_end(self) -> datetime:
        return clock.end_of(self.known)

    @property
    def day(self) -> date:
        """The last day: for what stands on a day, such as reporting-in."""
        return self.period.last

    @property
    def year(self) -> int:
        return self.period.first.year


def to_day(on: date) -> Span:
    """The programme year up to a day, as it stood on that day."""
    return Span(Period(year_of(on).first, on), on)


def of_year(year: int, known: date) -> Span:
    """A programme year as known on a day, which may lie after its end (late entries count then).

    Raises ValueError if the year has not begun on that day.
    """
    whole = programme_year(year, scheme_for(date(year, 12, 31)).year)
    period = whole.until(known)
    if period is None:
        raise ValueError(f"the programme year {year} begins on {whole.first}")
    return Span(period, known)


def within(span: Span, field: str) -> Q:
    """The instant `field` falls on one of the days that count."""
    return Q(**{f"{field}__gte": span.start, f"{field}__lt": span.end})


# ---- people ----------------------------------------------------------------------------------


def _placed(members: MemberQuerySet, span: Span) -> MemberQuerySet:
    """Adds `placed_code`: the community of the placement on the day or, without one, of home."""
    placements = Placement.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=span.day),
        assigned_at__lt=span.end,
        member=OuterRef("pk"),
    ).order_by("-pk")
    code = Coalesce(Subquery(placements.values("community__code")[:1]), F("residence__code"))
    return members.annotate(placed_code=code)


def people(span: Span) -> MemberQuerySet:
    """On the roster on the day and not retired, with `is_reported`, `is_excused`, `placed_code`."""
    rows = Member.objects.serving_on(span.day)
    return _placed(reporting.with_reporting(rows, span.day), span)


EXPECTED = Q(category__in=EXPECTED_CATEGORIES)
REPORTED = EXPECTED & Q(is_reported=True)
EXCUSED = EXPECTED & Q(is_excused=True)


def members(span: Span) -> MemberQuerySet:
    """在职党员总数."""
    return people(span)


def expected(span: Span) -> MemberQuerySet:
    """应报到: in-service full and probationary members, as placement counts them."""
    return people(span).filter(EXPECTED)


def reported(span: Span) -> MemberQuerySet:
    return people(span).filter(REPORTED)


def excused(span: Span) -> MemberQuerySet:
    return people(span).filter(EXCUSED)


def missing(span: Span) -> MemberQuerySet:
    return expected(span).filter(Q(is_reported=False) & Q(is_excused=False))


# ---- wishes and posts ------------------------------------------------------------------------


def held(span: Span) -> QuerySet[Claim, Claim]:
    """Claims that held a seat at the end of the day known, or were fulfilled by then."""
    then = Q(ended_at=None) | Q(ended_at__gte=span.known_end) | Q(state=ClaimState.FULFILLED)
    return Claim.objects.filter(then, seat__isnull=False, claimed_at__lt=span.known_end)


def wishes_noted(span: Span) -> QuerySet[Wish, Wish]:
    return Wish.objects.filter(within(span, "noted_at"))


def wishes_opened(span: Span) -> QuerySet[Wish, Wish]:
    return Wish.objects.filter(within(span, "opened_at"))


def claims(span: Span) -> QuerySet[Claim, Claim]:
    """认领: wishes that members took up and neither gave back nor lost by the day known."""
    return held(span).filter(within(span, "claimed_at"), wish__isnull=False)


def is_claimed(span: Span) -> Exists:
    return Exists(claims(span).filter(wish=OuterRef("pk")))


def wishes_claimed(span: Span) -> QuerySet[Wish, Wish]:
    return Wish.objects.filter(is_claimed(span))


def wishes_confirmed(span: Span) -> QuerySet[Wish, Wish]:
    return Wish.objects.filter(within(span, "confirmed_at"))


def claims_fulfilled(span: Span) -> QuerySet[Claim, Claim]:
    """办结, by claim: a wish that two members fulfilled counts for both."""
    return Claim.objects.filter(
        state=ClaimState.FULFILLED,
        wish__confirmed_at__gte=span.start,
        wish__confirmed_at__lt=span.end,
    )


def goods(span: Span) -> QuerySet[Claim, Claim]:
    return claims_fulfilled(span).filter(goods_value_fen__gt=0)


def posts(span: Span) -> QuerySet[Post, Post]:
    return Post.objects.filter(year=span.year, created_at__lt=span.known_end)


def posts_taken(span: Span) -> QuerySet[Claim, Claim]:
    return held(span).filter(post__isnull=False, post__year=span.year)


# ---- activities and hours --------------------------------------------------------------------


def activities(span: Span) -> QuerySet[Activity, Activity]:
    """Activities of the period whose attendance was entered by the day known."""
    return Activity.objects.filter(within(span, "starts_at"), closed_at__lt=span.known_end)


def activities_serving(span: Span) -> QuerySet[Activity, Activity]:
    return activities(span).filter(served__gt=0)


def attendances(span: Span) -> QuerySet[Attendance, Attendance]:
    """Who took part in them, also those to whom no hours could be credited."""
    held = activities(span).values("pk")
    return Attendance.objects.filter(activity__in=held, state=AttendanceState.PRESENT)


def entries(span: Span) -> QuerySet[Entry, Entry]:
    """Ledger lines of the period's days, reversals included, that were posted by the day known."""
    return ledger.known_by(span.known).filter(on__range=(span.period.first, span.period.last))


Rows = QuerySet[Any, Any]
