"""What happens to letters and receipts: some are lost and made anew, receipts are signed for."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial
from itertools import islice

from allhours.demo.cast import Cast
from allhours.demo.player import Player
from allhours.kernel import clock
from allhours.placement.actions import letters, receipts
from allhours.placement.choices import LetterState, PlacementState
from allhours.placement.models import Letter
from allhours.placement.queries import papers

LOST_IN_UNITS = 5
SIGNED_ON = ((4, 1), (4, 20), (5, 18), (9, 1), (12, 20))


def schedule(player: Player, cast: Cast) -> None:
    year = clock.local_date(player.until).year
    for unit_id in islice(cast.units, LOST_IN_UNITS):
        player.at(clock.at(date(year, 3, 25), time(15)), partial(_lost, cast, unit_id))
    for month, day in SIGNED_ON:
        player.at(clock.at(date(year, month, day), time(16, 30)), partial(_sign, cast))


def _lost(cast: Cast, unit_id: int, now: datetime) -> None:
    """One letter of the unit was lost before its member went."""
    letter = (
        Letter.objects.select_related("unit", "placement__unit", "placement__member")
        .filter(unit=unit_id, state=LetterState.ISSUED)
        .filter(placement__state=PlacementState.LETTER_ISSUED)
        .order_by("serial")
        .first()
    )
    if letter is not None:
        actor = cast.liaisons[unit_id]
        letters.reissue_letter(actor=actor, letter=letter, reason="遗失或损坏", now=now)


def _sign(cast: Cast, now: datetime) -> None:
    """Units, or temporary branches where the scheme sends receipts there, sign for all at once."""
    for liaison in cast.liaisons.values():
        rows = papers.unit_receipts_open(liaison)
        receipts.acknowledge_receipts(actor=liaison, placements=rows, now=now)
    for place in cast.communities:
        rows = papers.branch_receipts_open(place.branch_secretary)
        receipts.acknowledge_receipts(actor=place.branch_secretary, placements=rows, now=now)
