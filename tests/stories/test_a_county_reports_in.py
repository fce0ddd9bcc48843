"""A whole county of the 农安 size, from spreadsheet to receipts, through everybody's actions.

72 units send their roster, the committee places 2,400 members, each liaison writes the letters,
members come alone, with a code, with paper, or are brought by their unit, the communities take
them in stacks; a few are excused and a few do not come. At the end every count is known by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from django.conf import settings
from django.db import connection

from allhours.accounts.models import JournalEntry
from allhours.demo import spring
from allhours.demo.cast import Cast, gather
from allhours.demo.world import make_world
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.placement.actions import excusals, letters, reporting
from allhours.placement.choices import ExcusalClass, LetterState, PlacementState
from allhours.placement.models import Letter, Placement
from allhours.placement.queries import figures, reconcile
from allhours.scheme import loader, memo
from allhours.scheme.queries import scheme_for

YEAR = 2026
JANUARY = clock.at(date(YEAR, 1, 6), time(9))
FEBRUARY = clock.at(date(YEAR, 2, 25), time(10))
MARCH = clock.at(date(YEAR, 3, 2), time(9))
EXCUSED, ABSENT = 18, 40

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def found(scheme_name: str, members: int) -> Cast:
    """A county under one of the shipped programmes, its roster applied and everyone placed."""
    scheme, document = loader.load(settings.ALLHOURS_SCHEMES / scheme_name)
    titles = [item.title for item in scheme.menu.items]
    world = make_world(scheme.demo, seed=3, year=YEAR, menu=titles, members=members)
    committee = spring.found(document, world, scheme, now=JANUARY)
    cast = gather(committee, now=JANUARY + timedelta(hours=3))
    spring.place_everyone(cast, now=FEBRUARY)
    with connection.cursor() as cursor:  # the server has done so by now; a test commits nothing
        cursor.execute("ANALYZE")
    return cast


def waiting() -> list[Placement]:
    return list(
        Placement.objects.select_related("member", "unit", "community").order_by(
            "member__member_no"
        )
    )


def present(cast: Cast, placements: list[Placement], now: datetime) -> None:
    """Four ways in turn: on one's own page, by the letter's code, with paper, with the unit."""
    secretaries = {c.organization.pk: c.secretary for c in cast.communities}
    codes = dict(
        Letter.objects.filter(state=LetterState.ISSUED).values_list("placement_id", "code")
    )
    brought: dict[int, list[Placement]] = {}
    for index, placement in enumerate(placements):
        desk = secretaries[placement.community_id]
        way = index % 4
        if way == 0:
            actor = cast.members[placement.member_id]
            reporting.present_letter(actor=actor, placement=placement, now=now)
        elif way == 1 and placement.pk in codes:
            reporting.present_by_code(actor=desk, code=codes[placement.pk], now=now)
        elif way == 3:
            brought.setdefault(placement.unit_id, []).append(placement)
        else:
            reporting.present_at_desk(actor=desk, placement=placement, now=now)
    for unit_id, some in brought.items():
        done, left = reporting.present_collectively(
            actor=cast.liaisons[unit_id], placements=some, now=now
        )
        assert (done, left) == (len(some), [])


def receive(cast: Cast, now: datetime) -> int:
    """Each community takes its stack."""
    received = 0
    for place in cast.communities:
        stack = [
            p
            for p in waiting()
            if p.community_id == place.organization.pk and p.state == PlacementState.PRESENTED
        ]
        done, left = reporting.receive_members(actor=place.secretary, placements=stack, now=now)
        assert left == []
        received += done
    return received


def apart(placements: list[Placement]) -> tuple[list[Placement], list[Placement], list[Placement]]:
    """Those who are excused, those who stay away, those who come."""
    rows: Iterator[Placement] = iter(placements)
    return list(islice(rows, EXCUSED)), list(islice(rows, ABSENT)), list(rows)


def journaled(did: str) -> int:
    return JournalEntry.objects.filter(did=did).count()


@pytest.mark.parametrize(
    ("scheme", "members", "units"),
    [
        ("nongan", 2400, 72),
        ("fengxiang", 300, None),
        ("quantianhou", 300, None),
        ("zutuan", 500, None),
    ],
)
def test_a_county_goes_from_roster_to_receipt(scheme, members, units):
    with memo.kept():
        cast = found(scheme, members)
        if units:
            assert len(cast.units) == units
        placed = waiting()
        expected = figures.county_rate(clock.local_date(MARCH)).expected
        assert len(placed) == expected > 0.9 * members

        if scheme_for(on=clock.local_date(MARCH)).reporting.requires_letter:
            for unit_id, liaison in cast.liaisons.items():
                letters.issue_letters(actor=liaison, unit=cast.units[unit_id], now=MARCH)
            assert Letter.objects.count() == len(placed) == journaled("letter.issued")
        for unit in cast.units.values():  # numbered without a gap
            serials = Letter.objects.filter(unit=unit).order_by("serial")
            numbers = list(serials.values_list("serial", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))

        excused, absent, coming = apart(waiting())
        for placement in excused:
            excusals.grant_excusal(
                actor=cast.liaisons[placement.unit_id],
                member=placement.member,
                klass=ExcusalClass.AWAY,
                from_on=clock.local_date(MARCH),
                until_on=None,
                now=MARCH,
            )
        later = MARCH + timedelta(days=8)
        present(cast, coming, later)
        assert receive(cast, later + timedelta(days=1)) == len(coming)

    on = clock.local_date(later + timedelta(days=1))
    reached = figures.county_rate(on)
    assert (reached.expected, reached.numerator) == (expected, len(coming))
    assert (reached.excused, reached.missing) == (EXCUSED, ABSENT)
    for rates in (figures.rates_by_unit(on), figures.rates_by_community(on)):
        assert sum(rate.numerator for rate in rates) == len(coming)
        assert sum(rate.missing for rate in rates) == ABSENT
    answer = reconcile.reconcile(on)
    assert sorted(line.member_no for line in answer.missing) == sorted(
        p.member.member_no for p in absent
    )
    assert (answer.unknown, answer.differing) == ([], [])
    assert journaled("placement.received") == len(coming) == journaled("placement.presented")
    # the day before, nobody had been received
    assert figures.county_rate(on - timedelta(days=1)).numerator == 0


def test_a_stranger_to_the_unit_writes_no_letter_for_it():
    """The same county in small: a liaison of one unit cannot write another's letters."""
    with memo.kept():
        cast = found("nongan", 150)
        (own, liaison), (other, _) = list(cast.liaisons.items())[:2]
        assert letters.issue_letters(actor=liaison, unit=cast.units[own], now=MARCH)
        with pytest.raises(Refused) as refused:
            letters.issue_letters(actor=liaison, unit=cast.units[other], now=MARCH)
    assert refused.value.codes == ("actor.not_permitted",)
