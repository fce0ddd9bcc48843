"""The county is set up: organisations, roster, placement, letters, reporting-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from allhours.accounts.actor import Actor
from allhours.demo.cast import Cast, Community
from allhours.demo.player import Player
from allhours.demo.world import COUNTY, World, organizations_workbook, roster_workbook
from allhours.directory import orgfile
from allhours.directory.actions import founding
from allhours.directory.actions.import_orgs import import_organizations
from allhours.directory.actions.roster import apply_roster, stage_roster
from allhours.kernel import clock
from allhours.placement.actions import excusals, letters, reporting, rounds
from allhours.placement.choices import ExcusalClass, PlacementState
from allhours.placement.models import Placement
from allhours.scheme.schema import Scheme

EXCUSED_SHARE = 18 / 2400
MISSING_SHARE = 40 / 2400
LATE_SHARE = 0.4
LETTER_DAYS = 27  # who comes, comes while the letter is good


def found(document: dict[str, Any], world: World, scheme: Scheme, *, now: datetime) -> Any:
    """The county, its organisations and its roster, through the county's own imports."""
    system = Actor.system("demo")
    roots = founding.found_county(
        actor=system,
        name=COUNTY,
        document=document,
        effective_from=clock.local_date(now).replace(month=1, day=1),
        now=now,
        is_demo=True,
    )
    limits = scheme.placement
    book = organizations_workbook(world, least=limits.default_min, most=limits.default_max)
    file = orgfile.parse_file(book, "组织.xlsx")
    import_organizations(actor=system, file=file, now=now)
    title = f"{COUNTY}在职党员花名册"
    staged = stage_roster(
        actor=system,
        filename="花名册.xlsx",
        content=roster_workbook(world.people, title),
        now=now,
    )
    apply_roster(actor=system, import_=staged, now=now)
    return roots.committee


def place_everyone(cast: Cast, *, now: datetime) -> None:
    """One round, proposed and adopted by the county."""
    round_ = rounds.open_round(actor=cast.officer, name=f"{now.year}年春季编入", now=now)
    rounds.propose_round(actor=cast.officer, round_=round_, now=now)
    round_.refresh_from_db()
    rounds.adopt_round(actor=cast.officer, round_=round_, now=now)


class ReportingIn:
    """Letters by unit, then members walk to their communities over the weeks of spring."""

    def __init__(self, player: Player, cast: Cast) -> None:
        self.player, self.cast = player, cast
        self.by_community = {c.organization.pk: c for c in cast.communities}
        self.on_received: Callable[[Community, list[Actor], datetime], None] = _nothing

    def schedule(self, first: datetime, last: datetime) -> None:
        weeks = max(1, (last - first).days - LETTER_DAYS)
        for index, unit_id in enumerate(self.cast.units):
            day = first + timedelta(days=index % weeks)
            self.player.at(day, partial(self._letters, unit_id, last))

    def late_comers(self, from_: datetime) -> None:
        """Units write anew to those who did not come; some of them come in the last days."""
        for unit_id in self.cast.units:
            self.player.at(from_, partial(self._write_again, unit_id))

    def _write_again(self, unit_id: int, now: datetime) -> None:
        issued = letters.issue_letters(
            actor=self.cast.liaisons[unit_id], unit=self.cast.units[unit_id], now=now
        )
        for letter in issued:
            if self.player.rng.random() < LATE_SHARE:
                self.player.after(now, partial(self._present, letter.placement_id), days=(15, 20))

    def _letters(self, unit_id: int, last: datetime, now: datetime) -> None:
        issued = letters.issue_letters(
            actor=self.cast.liaisons[unit_id], unit=self.cast.units[unit_id], now=now
        )
        window = min(LETTER_DAYS, (last - now).total_seconds() / 86400)
        for letter in issued:
            chance = self.player.rng.random()
            if chance < EXCUSED_SHARE:
                self._excuse(letter.placement, now)
            if chance < MISSING_SHARE + EXCUSED_SHARE:
                continue  # does not come
            days = min(window, 1 + self.player.rng.betavariate(1.5, 3) * window)
            self.player.after(
                now, partial(self._present, letter.placement_id), days=(max(1, days - 1), days)
            )

    def _excuse(self, placement: Placement, now: datetime) -> None:
        excusals.grant_excusal(
            actor=self.cast.liaisons[placement.unit_id],
            member=placement.member,
            klass=self.player.rng.choice(list(ExcusalClass)),
            from_on=clock.local_date(now),
            until_on=None,
            now=now,
        )

    def _present(self, placement_id: int, now: datetime) -> None:
        placement = _placement(placement_id)
        member = self.cast.members[placement.member_id]
        reporting.present_letter(actor=member, placement=placement, now=now)
        self.player.after(now, partial(self._receive, placement_id), days=(0, 1.5))

    def _receive(self, placement_id: int, now: datetime) -> None:
        """The community receives the whole stack that waits, as desks do."""
        placement = _placement(placement_id)
        if placement.state != PlacementState.PRESENTED:
            return
        place: Community = self.by_community[placement.community_id]
        stack = list(
            Placement.objects.filter(
                community=place.organization, state=PlacementState.PRESENTED
            ).select_related("member", "unit", "community")
        )
        reporting.receive_members(actor=place.secretary, placements=stack, now=now)
        arrived = [self.cast.members[each.member_id] for each in stack]
        place.serving += arrived
        self.on_received(place, arrived, now)


def _nothing(_place: Community, _members: list[Actor], _now: datetime) -> None:
    return None


def _placement(pk: int) -> Placement:
    return Placement.objects.select_related("member", "unit", "community").get(pk=pk)
