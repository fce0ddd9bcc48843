"""数据反查 (S3): the roster against what communities have received, both ways."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, Organization
from allhours.placement.choices import LIVE, DifferenceKind, PlacementState, Responsible
from allhours.placement.compare import Entry, doubles
from allhours.placement.models import Placement
from allhours.placement.queries import figures
from allhours.placement.queries.drawn import Drawn


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


def reconcile(on: date, *, over: Organization | None = None) -> Reconciliation:
    """As of the end of a day; a fixed number of queries whatever the size of the roster."""
    total = figures.rate_over(on, over)
    return Reconciliation(
        on=on,
        expected=total.expected,
        reported=total.numerator,
        excused=total.excused,
        rate=total.percent,
        missing=_missing(on, over),
        unknown=_lines(_unexpected(on, over), "not_expected"),
        differing=_lines(_of_another_unit(on, over), "other_unit"),
    )


def drawn(on: date, *, over: Organization | None = None) -> list[Drawn]:
    """The same differences, ready to be kept and dealt with; and who stands there twice."""
    found = [_drawn_missing(row) for row in _missing_rows(on, over)]
    found += [
        _drawn_receipt(row, DifferenceKind.UNKNOWN, "not_expected")
        for row in _receipt_rows(_unexpected(on, over))
    ]
    found += [
        _drawn_receipt(row, DifferenceKind.OTHER_UNIT, "receipt")
        for row in _receipt_rows(_of_another_unit(on, over))
    ]
    return found + _drawn_doubles(over)


def is_territory(over: Organization) -> bool:
    return over.side == Side.TERRITORY


def _over(over: Organization | None, unit: str, community: str) -> Q:
    """Rows under an organisation, on whichever side of the tree it stands."""
    if over is None or over.kind == OrgKind.COUNTY:
        return Q()
    return Q(**{f"{community if is_territory(over) else unit}__startswith": over.path})


def _roster(on: date) -> Any:
    return Member.objects.expected_on(on).values("pk")


def _received(on: date, over: Organization | None) -> Any:
    return Placement.objects.filter(
        figures.reported_on(on), _over(over, "member__unit__path", "community__path")
    )


def _unexpected(on: date, over: Organization | None) -> Any:
    return _received(on, over).exclude(member__in=_roster(on))


def _of_another_unit(on: date, over: Organization | None) -> Any:
    return _received(on, over).filter(member__in=_roster(on)).exclude(unit=F("member__unit"))


def _lines(placements: Any, detail: str) -> list[Line]:
    rows = placements.order_by("member__member_no").values_list(
        "member__member_no", "unit__code", "community__code"
    )
    return [Line(number, unit, community, detail) for number, unit, community in rows]


def _missing(on: date, over: Organization | None) -> list[Line]:
    return [
        Line(row["member_no"], row["unit__code"], row["serving_community__code"] or "", stage)
        for row, stage in _missing_rows(on, over)
    ]


def _missing_rows(on: date, over: Organization | None) -> list[tuple[dict[str, Any], str]]:
    """Missing members with how far each has come by now: a state of placement, or `unplaced`."""
    members: Any = figures.missing(on)  # carries annotations that its type does not
    if over is not None and over.kind != OrgKind.COUNTY:
        if is_territory(over):
            members = figures.with_place(members, on)
            under = Organization.objects.under(over.path).values("pk")
            members = members.filter(community__in=under)
        else:
            members = members.filter(unit__path__startswith=over.path)
    rows = (
        members.order_by("unit__code", "member_no")
        .values(
            "pk", "member_no", "name", "unit_id", "unit__code", "unit__name", "unit__short_name",
            "serving_community_id", "serving_community__code", "serving_community__name",
            "serving_community__short_name",
        )
    )  # fmt: skip
    stages = dict(Placement.objects.filter(Q(state__in=LIVE)).values_list("member_id", "state"))
    return [(row, stages.get(row["pk"], "unplaced")) for row in rows]


def _drawn_missing(found: tuple[dict[str, Any], str]) -> Drawn:
    row, stage = found
    waits_here = stage == PlacementState.PRESENTED
    return Drawn(
        key=f"missing:{row['pk']}",
        kind=DifferenceKind.MISSING,
        detail=stage,
        responsible=Responsible.COMMUNITY if waits_here else Responsible.UNIT,
        member=row["pk"],
        unit=row["unit_id"],
        community=row["serving_community_id"],
        ours={
            "name": row["name"],
            "member_no": row["member_no"],
            "unit": row["unit__short_name"] or row["unit__name"],
            "community": row["serving_community__short_name"]
            or row["serving_community__name"]
            or "",
        },
    )


def _receipt_rows(placements: Any) -> Any:
    return placements.select_related("member__unit", "unit", "community").order_by(
        "member__member_no", "pk"
    )


def _drawn_receipt(placement: Placement, kind: DifferenceKind, detail: str) -> Drawn:
    member = placement.member
    is_unknown = kind == DifferenceKind.UNKNOWN
    facts: dict[str, str | int | None] = {"name": member.name, "member_no": member.member_no}
    said: dict[str, str | int | None] = {
        "unit": placement.unit.label,
        "unit_id": placement.unit_id,
    }
    return Drawn(
        key=f"{kind}:{member.pk}" + ("" if is_unknown else f":{placement.unit_id}"),
        kind=kind,
        detail=detail,
        responsible=Responsible.UNIT,
        member=member.pk,
        unit=member.unit_id,
        community=placement.community_id,
        ours=facts | {"unit": member.unit.label},
        theirs=facts | said | {"community": placement.community.label},
    )


def _drawn_doubles(over: Organization | None) -> list[Drawn]:
    """One person under two numbers: the same name and the same phone, both on the roster."""
    rows = (
        Member.objects.on_roster()
        .exclude(phone_hash="")
        .filter(_over(over, "unit__path", "serving_community__path"))
        .values_list("pk", "name", "member_no", "phone_hash", "id_number_hash", "unit_id")
    )
    people = [
        Entry(str(pk), name, number, id_digest, phone, unit=unit)
        for pk, name, number, phone, id_digest, unit in rows
    ]
    return [
        Drawn(
            key=f"two_numbers:{min(int(one.ref), int(other.ref))}:"
            f"{max(int(one.ref), int(other.ref))}",
            kind=DifferenceKind.TWO_NUMBERS,
            detail="on_roster_twice",
            responsible=Responsible.COUNTY,
            member=int(one.ref),
            other=int(other.ref),
            unit=one.unit,
            ours={"name": one.name, "member_no": one.member_no},
            theirs={"name": other.name, "member_no": other.member_no},
        )
        for one, other in doubles(people)
    ]
