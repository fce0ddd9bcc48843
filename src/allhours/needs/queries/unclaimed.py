"""Published wishes that nobody has taken up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import ngettext

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.kernel import clock
from allhours.needs.choices import WishState
from allhours.needs.models import Claim, Wish
from allhours.needs.models.wish import WishQuerySet
from allhours.needs.queries.limits import wish_limits
from allhours.ui.awaiting import Counted, Waiting


def unclaimed_since(before: datetime) -> WishQuerySet:
    """Open since then or longer, with nobody on it; one given back begins to wait anew."""
    freed = Claim.objects.filter(wish__isnull=False, seat__isnull=False, ended_at__gt=before)
    rows = Wish.objects.filter(state=WishState.OPEN, taken=0, opened_at__lte=before)
    return rows.exclude(pk__in=freed.values("wish_id"))


def expires_at(now: datetime) -> datetime | None:
    """Opened before this instant, an unclaimed wish expires by itself; None: never."""
    limits = wish_limits(now)
    if not limits.expire_unclaimed:
        return None
    return now - 2 * timedelta(days=limits.unclaimed_days)


def unclaimed_on_desk(actor: Actor, now: datetime) -> Waiting:
    """For the community to arrange: to ask somebody, to join with another, to take off."""
    if not actor.holds(*COMMUNITY_ROLES):
        return []
    days = timedelta(days=wish_limits(now).unclaimed_days)
    mine = Wish.objects.on_desk_of(actor).values("pk")

    def due(opened_on: date) -> date:
        return opened_on + days

    return [
        Counted(
            rows=unclaimed_since(now - days).filter(pk__in=mine),
            title=lambda n: (
                ngettext("%(n)d 个心愿久未认领，请安排", "%(n)d 个心愿久未认领，请安排", n)
                % {"n": n}
            ),
            url=reverse("needs:desk-list", args=["open"]),
            oldest="opened_at",
            due=due,
        )
    ]


def unanswered_days(wish: Wish, now: datetime) -> int:
    """Whole days that a delivered wish waits for its maker, once they are past the scheme's."""
    if wish.state != WishState.DELIVERED or wish.delivered_at is None:
        return 0
    days = (clock.local_date(now) - clock.local_date(wish.delivered_at)).days
    return days if days >= wish_limits(now).confirm_days else 0
