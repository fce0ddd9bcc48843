"""What the public pages and the way home read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import ADMIN_ROLES, COUNTY_ROLES, Role
from allhours.activities.choices import ActivityState
from allhours.activities.models import Activity
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.reports import figures
from allhours.scheme.queries import calendar_around, county, scheme_for
from allhours.scheme.worktime import service_day

WALL_SAMPLE = 6
NEXT_ACTIVITIES = 3
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
    for role, view in ADMIN_PAGES:
        if actor.roles == {role}:
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
    numbers: tuple[Number, ...]
    wishes: tuple[Wish, ...]
    activities: tuple[Activity, ...]
    service_day: tuple[date, date]


def front_page(on: date) -> FrontPage:
    """The programme's month in four numbers, some open wishes, what comes next."""
    scheme = scheme_for(on)
    return FrontPage(
        title=county().name,
        programme=scheme.vocabulary.programme,
        summary=scheme.summary,
        numbers=month_numbers(on),
        wishes=tuple(open_wishes(WALL_SAMPLE)),
        activities=tuple(coming_activities(on, NEXT_ACTIVITIES)),
        service_day=next_service_day(on),
    )


def month_numbers(on: date) -> tuple[Number, ...]:
    """This month so far; early in a month the last thirty days say more than a zero."""
    first = on.replace(day=1) if on.day > 7 else on - timedelta(days=29)
    found = figures.by_name(figures.period_figures(Period(first, on)))
    wishes, hours = found["wishes_confirmed_then"], found["service_hours"]
    return (
        Number(_("办结心愿"), f"{wishes.value:n}", wishes.unit),
        Number(_("服务时长"), f"{round(hours.value or 0):,}", hours.unit),
        Number(_("服务人次"), f"{found['service_times'].value:,.0f}", _("人次")),
        Number(_("开展活动"), f"{found['activities'].value:n}", found["activities"].unit),
    )


def open_wishes(limit: int) -> list[Wish]:
    """The newest open wishes of the public wall."""
    wall = Wish.objects.filter(state=WishState.OPEN, may_publish=True)
    return list(wall.select_related("community").order_by("-opened_at")[:limit])


def coming_activities(on: date, limit: int) -> list[Activity]:
    coming = Activity.objects.filter(state=ActivityState.PUBLISHED, starts_at__gte=clock.at(on))
    return list(coming.select_related("community").order_by("starts_at")[:limit])


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
    as_of: date
    numbers: tuple[figures.Figure, ...]
    wishes: tuple[Wish, ...]
    by_state: dict[str, int]


def hall_screen(on: date) -> HallScreen:
    """Figures of the year and the wall, for a service centre's wall."""
    found = figures.by_name(figures.county_figures(on))
    names = ("reporting_rate", "service_hours", "wishes_confirmed", "activities", "attendances")
    counts = Wish.objects.filter(may_publish=True).aggregate(
        open=Count("pk", filter=Q(state=WishState.OPEN)),
        busy=Count("pk", filter=Q(state__in=[WishState.CLAIMED, WishState.DELIVERED])),
        done=Count("pk", filter=Q(state=WishState.CONFIRMED)),
    )
    return HallScreen(
        title=county().name,
        as_of=on,
        numbers=tuple(found[name] for name in (*names, "served")),
        wishes=tuple(open_wishes(9)),
        by_state=counts,
    )
