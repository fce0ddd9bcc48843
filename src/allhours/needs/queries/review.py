"""Wishes that the community has checked and that wait for the scheme's review."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.scope import NOTHING
from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.needs.queries.limits import wish_limits
from allhours.scheme.queries import calendar_around, scheme_for
from allhours.scheme.worktime import add_working_days
from allhours.ui.awaiting import Counted, Waiting


def review_by(checked_on: date, now: datetime) -> date:
    """The last day of the review of a wish checked on a day."""
    scheme = scheme_for(clock.local_date(now))
    return add_working_days(
        checked_on, scheme.wishes.review_working_days, calendar_around(checked_on, scheme)
    )


def reviews_on_desk(actor: Actor, now: datetime) -> Waiting:
    """Those whose next level is the actor's; the county may pass any."""
    county = actor.holds(Role.COUNTY_OFFICER)
    mine = NOTHING
    for passed, role in enumerate(wish_limits(now).review_levels):
        if county or actor.holds(role):
            mine |= Q(approvals=passed)
    if mine == NOTHING:
        return []
    return [
        Counted(
            rows=Wish.objects.on_desk_of(actor).filter(
                mine, state=WishState.NOTED, checked_at__isnull=False
            ),
            title=lambda n: ngettext("%(n)d 个心愿待审核", "%(n)d 个心愿待审核", n) % {"n": n},
            url=reverse("needs:desk-list", args=["noted"]),
            oldest="checked_at",
            due=lambda day: review_by(day, now),
            kind="warn",
        )
    ]
