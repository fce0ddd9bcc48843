"""What units as such have with communities over the year, and the county's reconciliations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from allhours.demo.cast import SYSTEM, Cast
from allhours.demo.player import Player
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.placement.actions import contacts, pairings, reconcile, unit_reports
from allhours.placement.choices import CloseReason, DifferenceKind, PairingState
from allhours.placement.models import ContactPoint, Difference, Pairing
from allhours.scheme.schema import Scheme

REPORTING = 12  # units that report in; the last of them at the end, so that one waits
POINTS = 6
VISITED = 4
DISCUSSED = ("共商小区环境整治", "商定共驻共建项目", "了解社区服务需求", "安排志愿服务日")
RAISED = ("希望协助整治小区停车秩序", "希望安排法律咨询", "希望增设健身器材")


def schedule(player: Player, cast: Cast, scheme: Scheme) -> None:
    year = clock.local_date(player.until).year
    march = clock.at(date(year, 3, 10), time(9))
    organisations = scheme.organisations
    player.at(march - timedelta(days=1), partial(_follow, cast))
    for turn, unit in enumerate(list(cast.units.values())[:REPORTING]):
        instant = march + timedelta(days=3 * turn)
        is_last = turn == REPORTING - 1
        late = player.until - timedelta(hours=3)
        player.at(late if is_last else instant, partial(_report, cast, unit, turn, is_last))
    if organisations.leader_contact_points:
        player.at(march + timedelta(days=5), partial(_leaders, cast))
    for quarter in range(4):
        day = date(year, 3 * quarter + 3, 21)
        player.at(clock.at(day, time(15)), partial(_visits, cast, quarter))
    for month in (4, 7, 10, 12):
        player.at(clock.at(date(year, month, 9), time(10)), partial(_check, cast))


def _follow(_cast: Cast, now: datetime) -> None:
    """What the organisation file said of pairing holds."""
    pairings.follow_pairings(actor=SYSTEM, now=now)


def _report(cast: Cast, unit: Organization, turn: int, waits: bool, now: datetime) -> None:
    place = cast.communities[turn % len(cast.communities)]
    report = unit_reports.present_unit(
        actor=cast.liaisons[unit.pk],
        unit=unit,
        community=place.organization,
        contact="机关党委办公室",
        offers="会议室、志愿服务队",
        now=now,
    )
    if not waits:
        unit_reports.receive_unit(actor=place.secretary, report=report, now=now)


def _leaders(cast: Cast, now: datetime) -> None:
    for turn, unit_id in enumerate(list(cast.units)[:POINTS]):
        rows = Member.objects.on_roster().filter(unit=unit_id).exclude(position="")
        leader = rows.order_by("member_no").first()
        if leader is not None:
            contacts.set_contact_point(
                actor=cast.liaisons[unit_id],
                leader=leader,
                community=cast.communities[turn % len(cast.communities)].organization,
                position=leader.position,
                now=now,
            )


def _visits(cast: Cast, quarter: int, now: datetime) -> None:
    """Some go in time; in the last quarter nobody has yet gone to the last of them."""
    on = clock.local_date(now)
    live = Pairing.objects.filter(state=PairingState.LIVE, since__lte=on)
    points = ContactPoint.objects.filter(until=None, since__lte=on)
    for turn, of in enumerate(
        [*live.select_related("unit", "community").order_by("pk")[:VISITED]]
        + [*points.select_related("unit", "community").order_by("pk")[:VISITED]]
    ):
        if quarter == 3 and turn % VISITED == VISITED - 1:
            continue
        visit = contacts.note_visit(
            actor=cast.liaisons[of.unit_id],
            of=of,
            held_on=on,
            people="单位书记、社区书记",
            discussed=DISCUSSED[quarter],
            matters=[RAISED[turn % len(RAISED)]] if turn % 2 else [],
            now=now,
        )
        for matter in visit.matters.all() if quarter < 3 else ():
            contacts.handle_matter(
                actor=cast.liaisons[of.unit_id],
                matter=matter,
                outcome="已协调落实",
                now=now,
            )


def _check(cast: Cast, now: datetime) -> None:
    """The county holds rosters against receipts; in spring one difference is explained."""
    reconcile.run_reconciliation(
        actor=cast.officer, over=cast.committee, on=clock.local_date(now), now=now
    )
    first = (
        Difference.objects.open()
        .filter(kind=DifferenceKind.MISSING)
        .select_related("unit", "community")
        .order_by("pk")
        .first()
    )
    if first is not None and clock.local_date(now).month < 6:
        reconcile.close_difference(
            actor=cast.officer,
            difference=first,
            reason=CloseReason.EXPLAINED,
            words="单位说明：近期集中外派",
            now=now,
        )
