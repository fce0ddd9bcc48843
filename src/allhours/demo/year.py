"""One year of the fictional county, from January to a day, played through everybody's actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from allhours.accounts.actor import Actor
from allhours.activities.models import Activity
from allhours.demo import changes, follow_ups, offices, papers, partnerships, requests, spring
from allhours.demo.cast import Cast, gather
from allhours.demo.festivals import Festivals
from allhours.demo.player import Player
from allhours.demo.service import Activities, Notes, Posts
from allhours.demo.voices import Voices
from allhours.demo.wishes import WishTeller
from allhours.demo.world import World, make_world
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.ledger import queries as ledger
from allhours.ledger.actions.sealing import seal_night
from allhours.needs.models import Wish
from allhours.scheme import memo
from allhours.scheme.queries import calendar
from allhours.scheme.schema import Scheme
from allhours.scheme.worktime import service_day

NOTES_PER_MEMBER = 0.9
Say = Callable[[str], None]


@dataclass(frozen=True)
class Played:
    sizes: dict[str, int]
    cast: Cast
    refused: dict[str, int]


def play(
    *,
    document: dict[str, Any],
    scheme: Scheme,
    members: int,
    seed: int,
    until: datetime,
    say: Say,
) -> Played:
    """Build the county and play its year up to an instant; the same for the same seed."""
    with memo.kept():  # one law holds through the whole play
        return _play(document, scheme, members, seed, until, say)


def _play(
    document: dict[str, Any], scheme: Scheme, members: int, seed: int, until: datetime, say: Say
) -> Played:
    year, sizes = clock.local_date(until).year, scheme.demo
    titles = [item.title for item in scheme.menu.items]
    world = make_world(sizes, seed=seed, year=year, menu=titles, members=members)
    january = clock.at(date(year, 1, 6), time(9))
    say(f"{sizes.units} units, {members} members: organisations and roster …")
    committee = spring.found(document, world, scheme, now=january)
    cast = gather(committee, now=january + timedelta(hours=3))
    say("Placement …")
    spring.place_everyone(cast, now=clock.at(date(year, 2, 25), time(10)))
    player = Player(world.rng, until)
    _write_year(player, cast, scheme, world, members)
    say("The year, day by day …")
    player.run(_nightly(say))
    return Played(count(), cast, player.refused)


def _write_year(player: Player, cast: Cast, scheme: Scheme, world: World, members: int) -> None:
    year = clock.local_date(player.until).year
    share = members / max(1, scheme.demo.members)
    march, may = clock.at(date(year, 3, 2), time(9)), clock.at(date(year, 5, 14), time(17))
    winter = clock.at(date(year, 12, 31), time(9))
    new_year = clock.at(date(year + 1, 1, 17), time(18))  # announced, and still to come
    reporting = spring.ReportingIn(player, cast)
    posts = Posts(player, cast, scheme)
    reporting.on_received = posts.join
    reporting.schedule(march, may)
    reporting.late_comers(clock.at(date(year, 12, 11), time(10)))
    posts.schedule(march)
    _write_wishes(player, cast, scheme, share, year)
    activities = Activities(player, cast, scheme)
    activities.themes(_theme_days(year, scheme))
    activities.new_year(date(year + 1, 1, 9))
    activities.on_day(date(year, 12, 30))
    activities.by_communities(
        _scaled(scheme.demo.other_activities, share), may - timedelta(days=40), new_year
    )
    offices.schedule(player, cast)
    changes.schedule(player, cast)
    partnerships.schedule(player, cast, scheme)
    papers.schedule(player, cast)
    requests.schedule(player, cast)
    follow_ups.schedule(player, cast)
    Voices(player, cast, scheme).schedule(march + timedelta(days=20), winter)
    Notes(player, cast).schedule(
        int(members * NOTES_PER_MEMBER), march + timedelta(days=25), winter
    )


def _write_wishes(player: Player, cast: Cast, scheme: Scheme, share: float, year: int) -> None:
    """As many as the scheme says in all, some of them in two festivals."""
    count = _scaled(scheme.demo.wishes, share)
    festive = min(_scaled(scheme.demo.festival_wishes, share), count // 4)
    teller = WishTeller(
        player,
        cast,
        scheme,
        count=count - 2 * festive,
        goods_yuan=_scaled(scheme.demo.goods_value_yuan, share),
    )
    teller.schedule(clock.at(date(year, 3, 11), time(9)), clock.at(date(year, 12, 30), time(18)))
    festivals = Festivals(player, cast, teller)
    festivals.july(year, festive)
    festivals.new_year(year + 1, festive)


def _scaled(number: int, share: float) -> int:
    return max(1, round(number * share)) if number else 0


def _theme_days(year: int, scheme: Scheme) -> list[date]:
    """As many days as the scheme's demo says: service days of the quarters, then days between."""
    days = calendar((year, year + 1), scheme)
    quarters = [service_day(year, quarter, days)[0] for quarter in (2, 3, 4)]
    between = [day - timedelta(days=42) for day in quarters]
    return sorted((quarters + between)[: scheme.demo.themed_activities])


def _nightly(say: Say) -> Callable[[datetime], None]:
    """Seal the ledger each night, and tell the months as they pass."""
    told: set[int] = set()

    def night(now: datetime) -> None:
        seal_night(actor=Actor.system("nightly close"), now=now)
        month = clock.local_date(now).month
        if month not in told:
            told.add(month)
            say(f"  {clock.local_date(now):%Y-%m}")

    return night


def count() -> dict[str, int]:
    """What the county holds now."""
    return {
        "members": Member.objects.count(),
        "units": Organization.objects.filter(kind=OrgKind.UNIT).count(),
        "communities": Organization.objects.filter(kind=OrgKind.COMMUNITY).count(),
        "wishes": Wish.objects.count(),
        "activities": Activity.objects.count(),
        "entries": ledger.count(),
    }
