"""What the public pages and the way home read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ADMIN_ROLES, COUNTY_ROLES, Role
from allhours.activities.models import Activity
from allhours.activities.queries.activities import upcoming
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.needs.models.wish import due_by
from allhours.needs.queries.festivals import Shown, banners
from allhours.needs.queries.wall import newest
from allhours.needs.queries.words import Card
from allhours.portal.county import wish_chart
from allhours.reports import facts, figures
from allhours.reports.facts import Span
from allhours.scheme.queries import calendar_around, county, scheme_for
from allhours.scheme.words import word
from allhours.scheme.worktime import service_day
from allhours.ui.parts import LineChart

WALL_SAMPLE = 6
SCREEN_SAMPLE = 6
NEXT_ACTIVITIES = 3
NEW_MONTH = 7  # days in which the month's numbers would say little
ADMIN_PAGES = (
    (Role.SECURITY_ADMIN, "directory:people"),
    (Role.AUDIT_ADMIN, "accounts:journal"),
    (Role.SYSTEM_ADMIN, "jobs:list"),
)


def desk_organization(actor: Actor) -> Organization | None:
    """The organisation whose desk the actor sits at: that of their first business grant."""
    for grant in actor.grants:
        if grant.role not in ADMIN_ROLES and grant.organization_id is not None:
            return Organization.objects.filter(pk=grant.organization_id).first()
    return None


def desk_address(actor: Actor) -> str:
    """The first page of a person who holds an office."""
    if actor.holds(*COUNTY_ROLES):
        return reverse("portal:county")
    if actor.roles <= ADMIN_ROLES:
        for role, view in ADMIN_PAGES:
            if role in actor.roles:
                return reverse(view)
    return reverse("portal:desk")


@dataclass(frozen=True)
class Number:
    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True)
class FrontPage:
    title: str
    programme: str
    summary: str
    numbers_of: str
    numbers: tuple[Number, ...]
    festivals: tuple[Shown, ...]
    wishes: tuple[Card, ...]
    activities: tuple[Activity, ...]
    service_day: tuple[date, date]


def front_page(now: datetime) -> FrontPage:
    """The programme's month in four numbers, some open wishes, what comes next."""
    on = clock.local_date(now)
    scheme = scheme_for(on)
    return FrontPage(
        title=county().name,
        programme=word(scheme.vocabulary, "programme"),
        summary=scheme.summary,
        numbers_of=_("本月") if on.day > NEW_MONTH else _("近三十天"),
        numbers=month_numbers(on),
        festivals=tuple(banners(Actor.public(), now)),
        wishes=tuple(newest(Actor.public(), now, limit=WALL_SAMPLE)),
        activities=tuple(upcoming(now)[:NEXT_ACTIVITIES]),
        service_day=next_service_day(on),
    )


def month_numbers(on: date) -> tuple[Number, ...]:
    """This month so far; early in a month the last thirty days say more than a zero."""
    first = on.replace(day=1) if on.day > NEW_MONTH else on - timedelta(days=29)
    span = Span(Period(first, on), on)
    totals = ledger.totals_of_all(period=span.period, entries=ledger.known_by(on))
    return (
        Number(_("办结心愿"), f"{facts.wishes_confirmed(span).count():,}", _("个")),
        Number(_("服务时长"), f"{totals.minutes // 60:,}", _("小时")),
        Number(_("服务人次"), f"{totals.times:,}", _("人次")),
        Number(_("开展活动"), f"{facts.activities(span).count():,}", _("场")),
    )


def next_service_day(on: date) -> tuple[date, date]:
    """The service weekend of this quarter or, when it is over, of the next."""
    days = calendar_around(on, scheme_for(on))
    quarter = (on.month - 1) // 3 + 1
    pair = service_day(on.year, quarter, days)
    if pair[1] >= on:
        return pair
    return service_day(on.year + (quarter == 4), quarter % 4 + 1, days)


@dataclass(frozen=True)
class HallScreen:
    title: str
    programme: str
    now: datetime
    numbers: tuple[Number, ...]
    wishes: tuple[Card, ...]
    by_state: dict[str, int]
    chart: LineChart


def hall_screen(now: datetime) -> HallScreen:
    """Figures of the year and the wall, for a service centre's wall."""
    on = clock.local_date(now)
    counts = Wish.objects.filter(may_publish=True).aggregate(
        open=Count("pk", filter=Q(state=WishState.OPEN) | due_by(now)),
        busy=Count("pk", filter=Q(state__in=[WishState.CLAIMED, WishState.DELIVERED])),
        done=Count("pk", filter=Q(state=WishState.CONFIRMED)),
    )
    return HallScreen(
        title=county().name,
        programme=word(scheme_for(on).vocabulary, "programme"),
        now=now,
        numbers=tuple(map(_number, figures.screen_figures(on))),
        wishes=tuple(newest(Actor.public(), now, limit=SCREEN_SAMPLE)),
        by_state=counts,
        chart=wish_chart(facts.to_day(on)),
    )


def _number(figure: figures.Figure) -> Number:
    """For people: whole numbers, and a rate to one decimal; cut off, never rounded up."""
    if figure.value is None:
        return Number(figure.label, "—", figure.unit)
    if figure.unit == "%":
        return Number(figure.label, f"{int(figure.value * 10) / 10:g}", figure.unit)
    return Number(figure.label, f"{int(figure.value):,}", figure.unit)
