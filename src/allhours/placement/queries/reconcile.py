"""数据反查 (S3): the roster against what communities have received, both ways."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from allhours.directory.models import Member
from allhours.placement.choices import LIVE
from allhours.placement.models import Placement
from allhours.placement.queries import figures


@dataclass(frozen=True)
class Line:
    """One difference. `detail` is a code: how far a missing member has come, or what differs."""

    member_no: str
    unit: str
    community: str
    detail: str


@dataclass(frozen=True)
class Reconciliation:
    """`missing`: on the roster, not received. `unknown`: received, not expected any more.
    `differing`: received, but from another unit than the roster's."""

    on: date
    expected: int
    reported: int
    excused: int
    rate: float | None
    missing: list[Line]
    unknown: list[Line]
    differing: list[Line]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def reconcile(on: date) -> Reconciliation:
    """As of the end of a day; four queries whatever the size of the roster."""
    total = figures.county_rate(on)
    return Reconciliation(
        on=on,
        expected=total.expected,
        reported=total.numerator,
        excused=total.excused,
        rate=total.percent,
        missing=_missing(on),
        unknown=_lines(_received(on).exclude(member__in=_roster(on)), "not_expected"),
        differing=_lines(
            _received(on).filter(member__in=_roster(on)).exclude(unit=F("member__unit")),
            "other_unit",
        ),
    )


def _roster(on: date) -> Any:
    return Member.objects.expected_on(on).values("pk")


def _received(on: date) -> Any:
    return Placement.objects.filter(figures.reported_on(on))


def _lines(placements: Any, detail: str) -> list[Line]:
    rows = placements.order_by("member__member_no").values_list(
        "member__member_no", "unit__code", "community__code"
    )
    return [Line(number, unit, community, detail) for number, unit, community in rows]


def _missing(on: date) -> list[Line]:
    rows = figures.missing(on).order_by("unit__code", "member_no")
    stages = dict(Placement.objects.filter(Q(state__in=LIVE)).values_list("member_id", "state"))
    return [
        Line(number, unit, community or "", stages.get(pk, "unplaced"))
        for pk, number, unit, community in rows.values_list(
            "pk", "member_no", "unit__code", "serving_community__code"
        )
    ]
