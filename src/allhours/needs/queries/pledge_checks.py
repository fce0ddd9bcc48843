"""Who has said how a pledge stands in the current period, and what waits to be assessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.needs.choices import PledgeState
from allhours.needs.models import Pledge, PledgeItem, PledgeNote
from allhours.needs.models.pledge import PledgeQuerySet
from allhours.needs.queries.limits import (
    pledge_rules,
    programme_year,
    year_period,
    year_period_of,
)
from allhours.needs.queries.pledges import desk_pledges
from allhours.needs.rules.pledge_checks import period_of, periods, remind_on
from allhours.ui.awaiting import Counted, Waiting

ASSESS_DAYS = 30  # before the programme year is over
Rows = TypeVar("Rows", bound="QuerySet[Pledge]")


def current_check(now: datetime) -> Period:
    """The period in which something is to be said now."""
    day = clock.local_date(now)
    return period_of(day, pledge_rules(now).check_every, year_period(now))


def _silent(period: Period) -> QuerySet[PledgeItem]:
    """Items not yet done of which nothing was said in the period."""
    first = clock.at(period.first)
    silent = Q(progress_at=None) | Q(progress_at__lt=first)
    return PledgeItem.objects.filter(silent, pledge=OuterRef("pk"), done_on=None)


def with_check(rows: Rows, now: datetime) -> Rows:
    """Each pledge with `silent`: whether something is still to be said in this period."""
    return rows.annotate(silent=Exists(_silent(current_check(now))))


def unsaid(rows: Rows, now: datetime) -> Rows:
    """Pledges being kept of this year whose member has yet to say how they stand."""
    kept = rows.filter(state=PledgeState.IN_HAND, year=programme_year(now))
    return with_check(kept, now).filter(silent=True)


def in_days(period: Period) -> str:
    return _("%(first)s 至 %(last)s") % {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }


@dataclass(frozen=True)
class Told:
    """What was said of one item in one period."""

    period: str
    notes: list[PledgeNote]
    missing: bool  # the period is over, or nearly, and nothing was said


@dataclass(frozen=True)
class Item:
    """One promise with its notes by period, newest period first."""

    item: PledgeItem
    told: list[Told]


def items_by_period(pledge: Pledge, now: datetime) -> list[Item]:
    """The promises with what was said of each; periods from the receipt until today."""
    year, today = year_period_of(pledge.year, now), clock.local_date(now)
    begun = clock.local_date(pledge.received_at) if pledge.received_at else None
    spans = [
        each
        for each in periods(pledge_rules(now).check_every, year)
        if begun is not None and each.last >= begun and each.first <= today
    ]
    return [
        Item(item, [_told(item, span, now) for span in reversed(spans)])
        for item in pledge.items.prefetch_related("notes")
    ]


def _told(item: PledgeItem, span: Period, now: datetime) -> Told:
    notes = [each for each in item.notes.all() if clock.local_date(each.at) in span]
    done = item.done_on is not None and item.done_on <= span.last
    over = clock.local_date(now) >= remind_on(span)
    return Told(in_days(span), notes, missing=over and not notes and not done)


def check_awaiting(actor: Actor, now: datetime) -> Waiting:
    """For the member: this period's word on their pledge, from the day of the reminder on."""
    if actor.member_id is None or not pledge_rules(now).enabled:
        return []
    period = current_check(now)
    if clock.local_date(now) < remind_on(period):
        return []
    return [
        Counted(
            rows=unsaid(Pledge.objects.filter(member_id=actor.member_id), now),
            title=lambda n: _("服务承诺本期还没有登记进展"),
            url=reverse("needs:my-pledge"),
            oldest="received_at",
            due=lambda day: period.last,
        )
    ]


def to_assess(actor: Actor, year: int) -> PledgeQuerySet:
    """The community's pledges of a year that wait for the 年终评诺, by member."""
    rows = desk_pledges(actor).filter(year=year, state=PledgeState.IN_HAND)
    return rows.annotate(
        promised=Count("items"), done=Count("items", filter=Q(items__done_on__isnull=False))
    ).order_by("community__code", "member__member_no")


def years_to_assess(actor: Actor) -> list[int]:
    rows = desk_pledges(actor).filter(state=PledgeState.IN_HAND)
    return sorted(set(rows.order_by().values_list("year", flat=True)))


def assess_awaiting(actor: Actor, now: datetime) -> Waiting:
    """For the community: the year's assessment, from thirty days before the year is over."""
    if not actor.holds(*COMMUNITY_ROLES) or not pledge_rules(now).enabled:
        return []
    year, last = programme_year(now), year_period(now).last
    closing = clock.local_date(now) > last - timedelta(days=ASSESS_DAYS)
    due = Q(year__lte=year) if closing else Q(year__lt=year)
    return [
        Counted(
            rows=desk_pledges(actor).filter(due, state=PledgeState.IN_HAND),
            title=lambda n: (
                ngettext("%(n)d 份服务承诺待评诺", "%(n)d 份服务承诺待评诺", n) % {"n": n}
            ),
            url=reverse("needs:pledges-assess"),
            oldest="received_at",
            due=lambda day: last if closing else None,
            kind="warn",
        )
    ]


def progress_label(pledge: Pledge) -> str:
    """A list's word on this period; `silent` comes from `with_check`."""
    if pledge.state != PledgeState.IN_HAND:
        return ""
    return _("本期未登记") if getattr(pledge, "silent", False) else _("本期已登记")


def chosen_year(asked: str, years: Iterable[int]) -> int | None:
    """The year asked for, else the earliest that waits."""
    known = list(years)
    wanted = int(asked) if asked.isdecimal() and len(asked) == 4 else None
    return wanted if wanted in known else (known[0] if known else None)
