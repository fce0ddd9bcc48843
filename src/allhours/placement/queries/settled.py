"""Which open differences have lost their cause: somebody received, corrected, moved or merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from allhours.directory.models import Member
from allhours.directory.roster.cells import key
from allhours.placement.choices import LIVE, DifferenceKind, PlacementState
from allhours.placement.models import Difference, Placement
from allhours.placement.models.reconcile import DifferenceQuerySet
from allhours.placement.queries import figures


def settled(on: date) -> list[int]:
    """Primary keys; a few queries whatever the number of differences."""
    found: set[int] = set()
    for kind, query in QUERIES.items():
        rows = Difference.objects.open().filter(kind=kind)
        found |= set(query(rows, on))
    return sorted(found)


def _keys(rows: DifferenceQuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _missing(rows: DifferenceQuerySet, on: date) -> list[int]:
    """Received, excused or no longer expected. What a register lacks only a later one mends."""
    still = figures.missing(on).values("pk")
    return _keys(rows.exclude(detail="not_in_register").exclude(member__in=still))


def _unknown(rows: DifferenceQuerySet, on: date) -> list[int]:
    """The placement has ended, or the member is expected again (system's own runs only)."""
    received = Placement.objects.filter(figures.reported_on(on), member=OuterRef("member"))
    expected = Member.objects.expected_on(on).values("pk")
    rows = rows.filter(detail="not_expected", theirs__unit_id__isnull=False, member__isnull=False)
    rows = rows.exclude(theirs__has_key="row")
    return _keys(rows.filter(~Exists(received) | Q(member__in=expected)))


def _not_received(rows: DifferenceQuerySet, on: date) -> list[int]:
    there = Placement.objects.filter(
        member=OuterRef("member"),
        community=OuterRef("community"),
        state=PlacementState.REPORTED,
    )
    return _keys(rows.filter(Exists(there)))


def _other_unit(rows: DifferenceQuerySet, on: date) -> list[int]:
    """The roster has come to say what the other side says, or the receipt what the roster says."""
    pairs = rows.values_list("pk", "theirs__unit_id", "member__unit_id", "detail")
    agreed = [pk for pk, said, unit, _detail in pairs if said == unit]
    behind = Placement.objects.filter(figures.reported_on(on), member=OuterRef("member")).exclude(
        unit=F("member__unit")
    )
    return agreed + _keys(rows.filter(detail="receipt").filter(~Exists(behind)))


def _other_community(rows: DifferenceQuerySet, on: date) -> list[int]:
    there = Placement.objects.filter(
        member=OuterRef("member"), community=OuterRef("community"), state__in=LIVE
    )
    return _keys(rows.filter(Exists(there)))


def _two_numbers(rows: DifferenceQuerySet, on: date) -> list[int]:
    """One of the two was merged away or has left; or the number was put right."""
    gone = _keys(
        rows.filter(other__isnull=False).filter(
            Q(other__left_on__isnull=False) | Q(member__left_on__isnull=False)
        )
    )
    alone = rows.filter(other=None).values_list("pk", "member__member_no", "theirs__member_no")
    return gone + [pk for pk, number, said in alone if number == said]


def _changed_name(rows: DifferenceQuerySet, on: date) -> list[int]:
    names = rows.values_list("pk", "member__name", "theirs__name")
    return [pk for pk, name, said in names if key(name or "") == key(said or "")]


QUERIES: dict[str, Callable[[DifferenceQuerySet, date], list[int]]] = {
    DifferenceKind.MISSING: _missing,
    DifferenceKind.UNKNOWN: _unknown,
    DifferenceKind.NOT_RECEIVED: _not_received,
    DifferenceKind.OTHER_UNIT: _other_unit,
    DifferenceKind.OTHER_COMMUNITY: _other_community,
    DifferenceKind.TWO_NUMBERS: _two_numbers,
    DifferenceKind.CHANGED_NAME: _changed_name,
}
