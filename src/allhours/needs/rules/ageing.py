"""How long a wish has waited in its state, against the scheme's term. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.models import Wish
from allhours.scheme.schema.needs import Wishes as WishLimits
from allhours.scheme.worktime import WorkCalendar, working_days_between

NEAR = 67  # per cent of a term from which it is called near its end


@dataclass(frozen=True)
class Hand:
    """What matters of those who have the wish in hand: who was not yet called, who is due first."""

    uncontacted_since: datetime | None = None
    claimed_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Age:
    """`day` counts the day itself: what came in today waits its first day."""

    day: int
    term: str = ""  # in words; "" where the scheme sets none
    used: int | None = None  # per cent of the term that are over, at most 100

    @property
    def near(self) -> bool:
        return self.used is not None and self.used >= NEAR


def age(wish: Wish, hand: Hand, limits: WishLimits, calendar: WorkCalendar, now: datetime) -> Age:
    state, today = wish.state_at(now), clock.local_date(now)
    since = since_of(wish, state)
    day = max((today - clock.local_date(since)).days, 0) + 1
    if state == WishState.NOTED:
        term = limits.review_working_days if wish.checked_at else limits.verify_working_days
        waited = working_days_between(clock.local_date(since), today, calendar)
        return Age(day, _workdays(term), _share(waited, term))
    if state in (WishState.OPEN, WishState.CLAIMED) and hand.claimed_at is not None:
        return _in_hand(hand, limits, now)
    if state == WishState.OPEN:
        return Age(day, _days(limits.unclaimed_days), _share(day - 1, limits.unclaimed_days))
    if state == WishState.DELIVERED:
        return Age(day, _days(limits.confirm_days), _share(day - 1, limits.confirm_days))
    return Age(day)


def since_of(wish: Wish, state: str) -> datetime:
    """When the wish came into the state, as near as is known."""
    instants = {
        WishState.NOTED: wish.checked_at,  # from then on the review has it
        WishState.VERIFIED: wish.verified_at,
        WishState.SCHEDULED: wish.verified_at,
        WishState.OPEN: wish.opened_at or wish.publish_at,
        WishState.CLAIMED: wish.claimed_at,
        WishState.DELIVERED: wish.delivered_at,
        WishState.CONFIRMED: wish.confirmed_at,
    }
    return instants.get(WishState(state)) or wish.noted_at


def _in_hand(hand: Hand, limits: WishLimits, now: datetime) -> Age:
    """The nearer of two terms: to call the wisher, then to have it done."""
    claimed = hand.claimed_at or now
    day = max((clock.local_date(now) - clock.local_date(claimed)).days, 0) + 1
    if hand.uncontacted_since is not None:
        waited = now - hand.uncontacted_since
        term = ngettext("%(n)s 小时内联系", "%(n)s 小时内联系", limits.contact_hours)
        hours = timedelta(hours=limits.contact_hours)
        return Age(day, term % {"n": limits.contact_hours}, _share(waited, hours))
    if hand.due_at is None:
        return Age(day)
    term = _("%(day)s前办结") % {"day": _short(clock.local_date(hand.due_at))}
    return Age(day, term, _share(now - claimed, hand.due_at - claimed))


def _share(part: float | timedelta, whole: float | timedelta) -> int:
    """Per cent that are over; a term of nothing is over at once."""
    waited, term = _seconds(part), _seconds(whole)
    return min(max(int(100 * waited / term), 0), 100) if term else 100


def _seconds(span: float | timedelta) -> float:
    return span.total_seconds() if isinstance(span, timedelta) else float(span)


def _short(day: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def _days(n: int) -> str:
    return ngettext("期限 %(n)s 天", "期限 %(n)s 天", n) % {"n": n}


def _workdays(n: int) -> str:
    return ngettext("期限 %(n)s 个工作日", "期限 %(n)s 个工作日", n) % {"n": n}
