"""A few people's lives go on: who moved house and stays on, and what still waits for an answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from allhours.demo.cast import Cast
from allhours.demo.player import Act, Player
from allhours.directory.actions.changes import propose_change
from allhours.directory.change_rules import Change
from allhours.directory.choices import ChangeKind
from allhours.directory.models import Member
from allhours.kernel import clock


def schedule(player: Player, cast: Cast) -> None:
    """Moves in autumn; at the end a transfer and a community's hint that wait."""
    year = clock.local_date(player.until).year
    units = sorted(cast.liaisons)
    for number, unit_id in enumerate(units[:3]):
        moved_on = clock.at(date(year, 9, 20), time(10)) + timedelta(days=number)
        player.at(moved_on, _moves(cast, unit_id, number))
    waiting = min(clock.at(date(year, 12, 21), time(10)), player.until)
    player.at(waiting, _transfer(cast, units[0], units[-1]))
    player.at(waiting, _hint(cast))


def _moves(cast: Cast, unit_id: int, number: int) -> Act:
    def moved(now: datetime) -> None:
        member = _of_unit(unit_id)
        if member is None:
            return
        change = Change(
            ChangeKind.MOVE,
            clock.local_date(now),
            to_community=cast.communities[number % len(cast.communities)].organization,
            stays=True,
        )
        propose_change(actor=cast.liaisons[unit_id], member=member, change=change, now=now)

    return moved


def _of_unit(unit_id: int) -> Member | None:
    """The last by number who serves somewhere; never the first of all, the guide's own."""
    rows = Member.objects.on_roster().filter(unit=unit_id, serving_community__isnull=False)
    return rows.exclude(member_no__endswith="00001").order_by("-member_no").first()


def _transfer(cast: Cast, from_unit: int, to_unit: int) -> Act:
    def asked(now: datetime) -> None:
        member = _of_unit(from_unit)
        if member is None or from_unit == to_unit:
            return
        on = clock.local_date(now) + timedelta(days=10)
        change = Change(ChangeKind.TRANSFER, on, to_unit=cast.units[to_unit])
        propose_change(actor=cast.liaisons[from_unit], member=member, change=change, now=now)

    return asked


def _hint(cast: Cast) -> Act:
    def hinted(now: datetime) -> None:
        here, there = cast.communities[0], cast.communities[-1]
        rows = Member.objects.on_roster().filter(serving_community=here.organization)
        member = rows.exclude(residence=there.organization).order_by("-member_no").first()
        if member is not None and here is not there:
            change = Change(ChangeKind.MOVE, clock.local_date(now), to_community=there.organization)
            propose_change(actor=here.secretary, member=member, change=change, now=now)

    return hinted
