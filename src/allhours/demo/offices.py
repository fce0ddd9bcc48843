"""A year's few changes among those in office: a delegation, a proposal that still waits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from allhours.accounts.choices import Role
from allhours.demo.cast import Cast
from allhours.demo.player import Act, Player
from allhours.directory.actions.appointments import decline, propose_person
from allhours.directory.actions.delegations import delegate_to
from allhours.directory.models import Appointment, Member
from allhours.kernel import clock


def schedule(player: Player, cast: Cast) -> None:
    """Liaisons on leave in August; a grid worker proposed twice, without and with reason."""
    year = clock.local_date(player.until).year
    for unit_id in list(cast.liaisons)[:3]:
        player.at(clock.at(date(year, 8, 3), time(9)), _leave(cast, unit_id))
    first = cast.communities[0]

    def proposed_in_vain(now: datetime) -> None:
        made = propose_person(
            actor=first.secretary, username="wg-second", display_name="第二网格员",
            role=Role.GRID_WORKER, organization=first.grid or first.organization,
            from_on=clock.local_date(now), until_on=None, decision_no="", now=now,
        )  # fmt: skip
        decline(actor=cast.officer, appointment=made, reason="缺任命文件，请补后再提", now=now)

    def waiting(now: datetime) -> None:
        propose_person(
            actor=first.secretary, username="wg-second", display_name="",
            role=Role.GRID_WORKER, organization=first.grid or first.organization,
            from_on=clock.local_date(now), until_on=None, now=now,
            decision_no=f"社区任〔{year}〕1号",
        )  # fmt: skip

    player.at(clock.at(date(year, 9, 7), time(10)), proposed_in_vain)
    player.at(min(clock.at(date(year, 9, 14), time(10)), player.until), waiting)


def _leave(cast: Cast, unit_id: int) -> Act:
    def delegated(now: datetime) -> None:
        held = Appointment.objects.live().get(
            user=cast.liaisons[unit_id].user_id, role=Role.LIAISON, organization=unit_id
        )
        members = Member.objects.on_roster().filter(unit=unit_id).order_by("member_no")
        stand_in = members.exclude(user=held.user_id).first()
        if stand_in is not None:
            on = clock.local_date(now)
            delegate_to(
                actor=cast.liaisons[unit_id], appointment=held, username=stand_in.member_no,
                from_on=on, until_on=on + timedelta(days=14), now=now,
            )  # fmt: skip

    return delegated
