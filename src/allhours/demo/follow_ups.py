"""Each month confirmed wishes are drawn for a call; the community notes what it found."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from allhours.accounts.actor import Actor
from allhours.demo.cast import Cast
from allhours.demo.player import Player
from allhours.kernel import clock
from allhours.needs.actions.follow_ups import draw_follow_ups, note_follow_up
from allhours.needs.choices import FollowUpResult, RatingLevel
from allhours.needs.models import FollowUp
from allhours.needs.rules.follow_ups import Findings

MISSED_EVERY = 9  # one in so many is not at home


def schedule(player: Player, cast: Cast) -> None:
    """Drawn each month from April, called three days later; December's still wait."""
    year = clock.local_date(player.until).year
    for month in range(4, 13):
        drawn = clock.at(date(year, month, 26), time(2, 20))
        player.at(drawn, _draw)
        if month < 12:
            player.at(drawn + timedelta(days=3, hours=8), partial(_call, cast))


def _draw(now: datetime) -> None:
    draw_follow_ups(actor=Actor.system("nightly tidy"), now=now)


def _call(cast: Cast, now: datetime) -> None:
    places = {place.organization.pk: place for place in cast.communities}
    for row in FollowUp.objects.due().select_related("wish__community").order_by("pk"):
        place = places[row.wish.community_id]
        missed = row.pk % MISSED_EVERY == 0
        findings = (
            Findings(FollowUpResult.NOT_REACHED, note="两次电话无人接听，下周上门")
            if missed
            else Findings(
                FollowUpResult.REACHED, row.wish.rating or RatingLevel.SATISFIED, matches=True
            )
        )
        note_follow_up(actor=place.secretary, follow_up=row, findings=findings, now=now)
